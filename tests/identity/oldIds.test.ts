import { createWorld, id, patient, steward } from '../archive/world'

it('opens the archive of who was merged seven times by the first id', async () => {
  const world = await createWorld()
  const ids: string[] = []
  let clock = Date.parse('2026-11-01T00:00:00.000Z')
  const at = () => new Date(clock += 60_000).toISOString()
  for (let n = 0; n < 8; n += 1) {
    const name = String(n)
    const { linked } = await world.tell('first-hospital', id('first-hospital', 'Patient', name),
      { resource: patient('first-hospital', name, { name: [{ text: `陈${'甲乙丙丁戊己庚辛'[n]}` }] }), at: at(), manner: 'whole' })
    ids.push(linked!.link.resident)
  }
  for (let n = 7; n > 0; n -= 1) await world.identity.mergeResidents(ids[n - 1]!, ids[n]!, { at: at(), by: 'steward-1', reason: 'one person' })
  const opened = await world.archive.open(steward, { resident: ids[7]! })
  expect(opened.resident).toBe(ids[0])
  await world.close()
})
