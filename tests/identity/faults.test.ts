/** A fault of the store is never taken for "nobody": what a resident took out stays out, whichever call fails. */
import { createArchive } from '../../src/archive/index'
import { createAudit } from '../../src/access/index'
import { createIdentity, recordKey } from '../../src/identity/index'
import { HutongError, whereFound } from '../../src/model/errors'
import { residents } from '../../src/store/collections'
import type { Store } from '../../src/store/port'
import { createWorld, id, idKey, patient, resident, sources, type World } from '../archive/world'
import { failing } from '../support/failingStore'

const source = 'first-hospital'
const chart = (name: string) => id(source, 'Patient', name)
const word = (minute: number) => ({ at: `2026-11-10T00:${String(minute).padStart(2, '0')}:00.000Z`, by: 'steward-1', reason: 'seen the papers' })
const withheld = { patient: chart('b'), type: 'Condition', id: 'c1' }
const condition = { resourceType: 'Condition' as const, id: 'c1', subject: { reference: `Patient/${chart('b')}` }, code: { text: 'not hers' } }

describe('whereFound', () => {
  it('answers what there is, and nothing for what there is not', async () => {
    expect(await whereFound(Promise.resolve(1))).toBe(1)
    expect(await whereFound(Promise.reject(new HutongError('NOT_FOUND', 'none')))).toBeUndefined()
  })

  it.each([new HutongError('STORE_UNAVAILABLE', 'gone'), new TypeError('a fault')])('passes on every fault: %s', error =>
    expect(whereFound(Promise.reject(error))).rejects.toBe(error))
})

/** One world for each call that can fail: charts a, b and c of three residents, a merged into b's; a record of b's is reported and cut. */
async function prepared(): Promise<World & { readonly flaky: ReturnType<typeof failing>; readonly reporter: string; readonly review: string }> {
  let flaky: ReturnType<typeof failing> | undefined
  const world = await createWorld({ wrap: (store: Store) => (flaky = failing(store)).store })
  for (const [name, text] of [['a', '甲乙'], ['b', '丙丁'], ['c', '戊己']] as const) {
    await world.tell(source, chart(name), { resource: patient(source, name, { name: [{ text }] }) }, ...(name === 'b' ? [{ resource: condition }] : []))
  }
  const [a, b] = [await world.identity.residentOf(chart('a')), await world.identity.residentOf(chart('b'))]
  const reporter = await world.identity.mergeResidents(a!, b!, word(1))
  const { review } = await world.identity.reportNotMine({ resident: b!, records: [withheld] }, word(2))
  return { ...world, flaky: flaky!, reporter, review }
}

type Prepared = Awaited<ReturnType<typeof prepared>>
const resident0 = async ({ identity }: Prepared, name: string) => (await identity.residentOf(chart(name)))!

/** What is asked of a world in which the record is withheld, and must leave it so. */
const deeds: readonly (readonly [string, (world: Prepared) => Promise<unknown>])[] = [
  ['it is decided that the record is not the reporter\'s', ({ identity, review }) => identity.decideReview(review, 'cut', word(5))],
  ['the chart is taken out and put back', async (world) => {
    await world.identity.splitPatient(chart('b'), word(5))
    await world.identity.mergeResidents(await resident0(world, 'a'), await resident0(world, 'b'), word(6))
  }],
  ['the resident becomes another one', async (world) => {
    await world.identity.decideReview(world.review, 'cut', word(5))
    await world.identity.mergeResidents(await resident0(world, 'c'), world.reporter, word(6))
  }],
  ['the chart leaves to another one, and the reporter is merged with them', async (world) => {
    await world.identity.decideReview(world.review, 'cut', word(4))
    await world.identity.splitPatient(chart('b'), word(5))
    await world.identity.mergeResidents(await resident0(world, 'c'), await resident0(world, 'b'), word(6))
    await world.identity.mergeResidents(await resident0(world, 'a'), await resident0(world, 'c'), word(7))
  }],
]

describe.each(deeds)('%s', (_, deed) => {
  it('fails as the store does, at whichever call, and the record is never shown to who said that it is not theirs', async () => {
    const whole = await prepared()
    whole.flaky.failAt(undefined)
    await deed(whole)
    const calls = whole.flaky.calls()
    await whole.close()
    expect(calls).toBeGreaterThan(4)
    for (let n = 1; n <= calls; n += 1) {
      const world = await prepared()
      world.flaky.failAt(n)
      const outcome = await deed(world).then(() => 'done', (error: HutongError) => error.code)
      world.flaky.failAt(undefined)
      expect([n, outcome, await isShown(world)]).toEqual([n, 'STORE_UNAVAILABLE', false])
      await world.close()
    }
  })
})

describe('an archive in which a record is withheld', () => {
  it('is read whole or not at all, whichever call fails', async () => {
    const world = await prepared()
    for (let n = 1, reached = true; reached; n += 1) {
      const { store, failAt, calls } = failing(world.store)
      const archive = createArchive({ store, identity: createIdentity({ store, idKey }), audit: createAudit({ store }), idKey, sources })
      failAt(n)
      const opened = archive.open(resident(world.reporter), { resident: world.reporter })
      const outcome = await opened.then(async own => (await own.facts(['Condition'], {}, {})).totalCount).catch((error: HutongError) => error.code)
      reached = calls() >= n
      expect([n, outcome]).toEqual([n, reached ? 'STORE_UNAVAILABLE' : 0])
    }
    await world.close()
  })
})

/** Whether whoever is the reporter now has the record, and it is not withheld. */
async function isShown({ store, identity, reporter }: Prepared): Promise<boolean> {
  const rows = await Promise.all([reporter, await identity.residentOf(chart('a'))].map(async each => store.get(residents, [each!])))
  return rows.some(row => row?.patients.includes(withheld.patient) && row.withheld?.includes(recordKey(withheld)) !== true)
}
