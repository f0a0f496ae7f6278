import { openQuarantine, readAccount, traceRecords } from '../../src/intake'
import { resourceId } from '../../src/model/ids'
import type { SourceMapping } from '../../src/model/mapping'
import { fakeIdentity } from '../support/intake/fakeArchive'
import { openHouse } from '../support/intake/house'
import type { House } from '../support/intake/house'
import { lines, plainDialect, plainMapping, plainSource } from '../support/intake/plain'
import type { PlainRecord } from '../support/intake/plain'

/** A dialect that learns: `throws` is mapped once it is mended. */
function mendable(): { mapping: SourceMapping; mend: () => void } {
  let mended = false
  const mapping: SourceMapping = { ...plainMapping(), dialect: { ...plainDialect, map: (record, source) => {
    const { throws: _, ...body } = record.body as PlainRecord
    return plainDialect.map(mended ? { ...record, body } : record, source)
  } } }
  return { mapping, mend: () => { mended = true } }
}

const bad = (n: number): PlainRecord => ({ control: `bad${n}`, patient: 'p', name: `n${n}`, throws: 'mapping' })

describe('stewards', () => {
  let house: House
  let mend: () => void
  beforeEach(async () => {
    const source = mendable()
    mend = source.mend
    house = await openHouse({ mappings: new Map([['plain', source.mapping]]) })
  })
  afterEach(() => house.close())

  const trace = (text: string, source = 'plain') => traceRecords({ store: house.store, identity: fakeIdentity(house.store), mappings: house.mappings }, { source, text })
  const send = (...records: (PlainRecord | string)[]) => house.journal.append({ source: 'plain', bytes: lines(...records), context: { name: 'file' } })

  describe('quarantine', () => {
    it('lists what is in it, oldest first and page by page, with reason and place', async () => {
      await send(...Array.from({ length: 5 }, (_, n) => bad(n)), { patient: 'p', name: 'fine' })
      await house.work()
      const first = await house.quarantine.list({ source: 'plain', limit: 3 })
      expect(first.map(({ controlId, reason }) => [controlId, reason.code, reason.place])).toEqual([0, 1, 2].map(n => [`bad${n}`, 'MAPPING', 'throws']))
      const second = await house.quarantine.list({ source: 'plain', limit: 3, after: first[2]! })
      expect(second.map(({ controlId }) => controlId)).toEqual(['bad3', 'bad4'])
      expect(await house.quarantine.list({ source: 'other', limit: 3 })).toEqual([])
    })

    it('is counted without counting what was mapped', async () => {
      await send(...Array.from({ length: 3 }, (_, n) => bad(n)), { patient: 'p', name: 'fine' })
      await house.work()
      const tally = jest.spyOn(house.store, 'tally')
      expect([await house.quarantine.count(['plain']), await house.quarantine.count(['other']), await house.quarantine.count([])]).toEqual([3, 0, 0])
      expect(tally.mock.calls.map(([, { where }]) => where['status'])).toEqual(['quarantined', 'quarantined', 'quarantined'])
    })

    it('shows the bytes as they came', async () => {
      const [, outcome] = await send({ patient: 'q' }, '{"broken 张')
      await house.work()
      const shown = await house.quarantine.show(outcome!.entry)
      expect(Buffer.from(shown.bytes).toString()).toBe('{"broken 张')
      expect(shown).toMatchObject({ reason: { code: 'SYNTAX', place: 'line 1' }, context: { name: 'file' }, attempts: 0 })
    })

    it('says what is known of a record without reading its upload, and gives a turn before each that is read', async () => {
      const outcomes = await send(...Array.from({ length: 3 }, (_, n) => bad(n)))
      await house.work()
      const read = jest.spyOn(house.store, 'get')
      const turns: number[] = []
      const turn = () => { turns.push(uploadsRead()); return undefined }
      const uploadsRead = () => read.mock.calls.filter(([collection]) => collection.name === 'uploads').length
      const quarantine = openQuarantine({ store: house.store, mappings: house.mappings, grammars: house.grammars, turn })
      await quarantine.describe(outcomes[0]!.entry)
      expect([uploadsRead(), turns]).toEqual([0, []])
      for (const { entry } of outcomes) await quarantine.masked(entry)
      expect(turns).toEqual([0, 1, 2])
    })

    it('says whom a record is about, and shows it masked', async () => {
      const [outcome] = await send(bad(1))
      await house.work()
      const { patients, bytes } = await house.quarantine.masked(outcome!.entry)
      expect(patients).toEqual([resourceId(plainSource(), 'Patient', 'p')])
      expect(Buffer.from(bytes).toString()).toBe('{"xxxxxxx":"xxx9","xxxxxxx":"x","xxxx":"x9","xxxxxx":"xxxxxxx"}')
    })

    it('knows nothing of what is not in it', async () => {
      const [outcome] = await send({ patient: 'p', name: 'fine' })
      await house.work()
      await expect(house.quarantine.show(outcome!.entry)).rejects.toMatchObject({ code: 'NOT_FOUND' })
      await expect(house.quarantine.replay({ entry: 'none' })).rejects.toMatchObject({ code: 'NOT_FOUND' })
    })

    it('replays one record after a fix, once', async () => {
      const [outcome] = await send(bad(1), bad(2))
      await house.work()
      mend()
      expect(await house.quarantine.replay({ entry: outcome!.entry })).toBe(1)
      await house.work()
      const row = await house.entry(outcome!.entry)
      expect(row).toMatchObject({ status: 'mapped', attempts: 1 })
      expect(row).not.toHaveProperty('reason')
      expect(await readAccount({ store: house.store, sources: ['plain'] })).toMatchObject([{ received: 2, mapped: 1, quarantined: 1 }])
    })

    it('replays all of a source, or all of one reason; what fails again stays', async () => {
      await send(...Array.from({ length: 450 }, (_, n) => bad(n)), '{"broken')
      await house.work()
      expect(await house.quarantine.replay({ source: 'plain', code: 'SYNTAX' })).toBe(1)
      await house.work()
      expect(await house.quarantine.list({ source: 'plain', limit: 1_000 })).toHaveLength(451)
      mend()
      expect(await house.quarantine.replay({ source: 'plain' })).toBe(451)
      await house.work()
      expect(await house.quarantine.list({ source: 'plain', limit: 9 })).toMatchObject([{ reason: { code: 'SYNTAX' }, attempts: 2 }])
    })

    it('routes a replayed record anew', async () => {
      let readable = false
      const plain = house.grammars.get('plain')!
      const grammar = { ...plain, read: (...told: Parameters<typeof plain.read>) => {
        if (!readable) throw new SyntaxError('张三 is unexpected')
        return plain.read(...told)
      } }
      const other = await openHouse({ grammars: new Map([['plain', grammar]]) })
      const [outcome] = await other.journal.append({ source: 'plain', bytes: lines({ patient: 'p', name: '张三', control: '5' }) })
      await other.work()
      expect(await other.entry(outcome!.entry)).toMatchObject({ status: 'quarantined', patient: '', reason: { code: 'INTERNAL' } })
      readable = true
      await other.quarantine.replay({ entry: outcome!.entry })
      await other.work()
      const patient = resourceId(plainSource(), 'Patient', 'p')
      expect(await other.entry(outcome!.entry)).toMatchObject({ status: 'mapped', patient, controlId: '5', lane: parseInt(patient.slice(0, 2), 16) & 63 })
      await other.close()
    })
  })

  describe('a trace', () => {
    it('tells what became of a record, by control id, entry or patient', async () => {
      const [outcome] = await send({ control: '7', patient: 'p', name: '张三', pad: 'x' })
      await house.work()
      const patient = resourceId(plainSource(), 'Patient', 'p')
      const expected = {
        entry: outcome!.entry, status: 'mapped', controlId: '7', mapper: { name: 'plain' }, unmapped: ['pad'], issues: [],
        resources: [`Patient/${patient}`], patient, patients: [patient], resident: `resident-${patient}`,
      }
      for (const text of ['7', outcome!.entry, 'p', patient]) expect(await trace(text)).toMatchObject([expected])
    })

    it('tells all records of a control id that was used twice, oldest first, each with what is wrong with it', async () => {
      await send({ control: '7', patient: 'p', values: { k: 1 } }, { control: '7', patient: 'q', name: 'x', throws: 'mapping' })
      await house.work()
      expect(await trace('7')).toMatchObject([{ status: 'pending' }, { status: 'quarantined', reason: { code: 'MAPPING' }, issues: [{ code: 'control-id-reused' }] }])
      expect((await trace('7'))[0]).not.toHaveProperty('resident')
    })

    it('finds nothing where nothing is, nor in another source', async () => {
      expect(await trace('never')).toEqual([])
      await expect(trace('7', 'nobody')).rejects.toMatchObject({ code: 'UNKNOWN_SOURCE' })
    })
  })

  it('account for every record of each source and day', async () => {
    const at = async (arrivedAt: string, ...records: (PlainRecord | string)[]) => house.journal.append({ source: 'plain', bytes: lines(...records), arrivedAt })
    await at('2026-11-18T01:00:00Z', { patient: 'p', name: 'x' }, { patient: 'q', values: { k: 1 } }, bad(1))
    await at('2026-11-18T17:00:00Z', { patient: 'p', name: 'y' })
    await house.work()
    await send({ patient: 'p', name: 'z' })
    const days = [
      { source: 'plain', day: '2026-11-20', received: 1, mapped: 0, pending: 1, quarantined: 0 },
      { source: 'plain', day: '2026-11-19', received: 1, mapped: 1, pending: 0, quarantined: 0 },
      { source: 'plain', day: '2026-11-18', received: 3, mapped: 1, pending: 1, quarantined: 1 },
    ]
    expect(await readAccount({ store: house.store, sources: ['plain', 'silent'] })).toEqual(days)
    expect(await readAccount({ store: house.store, sources: ['plain'], from: '2026-11-19', to: '2026-11-19' })).toEqual([days[1]])
  })
})
