import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import iconv from 'iconv-lite'
import { readAccount } from '../../src/intake'
import type { Outcome } from '../../src/intake'
import type { EntryRow } from '../../src/store/collections'
import { openDistrict } from '../support/intake/district'
import type { District } from '../support/intake/district'

const golden = (source: string, file: string): Buffer => readFileSync(join(__dirname, '../../mappers/sources', source, 'golden', file))
const hl7 = (name: string): string => iconv.decode(golden('first-hospital', `${name}.in.hl7`), 'gb18030')
const gb = (text: string): Buffer => iconv.encode(text, 'gb18030')
const codes = (row: EntryRow | undefined): string[] => (row?.issues ?? []).map(({ code }) => code)

describe('bad input, through the whole pipeline', () => {
  let district: District
  beforeEach(async () => { district = await openDistrict() })
  afterEach(() => district.close())

  /** Takes an upload in and works it; what the journal says of each record then. */
  async function take(source: string, bytes: Uint8Array, name?: string): Promise<{ outcomes: readonly Outcome[]; rows: EntryRow[] }> {
    const outcomes = await district.journal.append({ source, bytes, ...(name && { context: { name } }) })
    await district.work(district.parts)
    return { outcomes, rows: await Promise.all(outcomes.filter(({ outcome }) => outcome !== 'refused').map(({ entry }) => district.entry(entry))) }
  }
  const patientName = async (row: EntryRow | undefined): Promise<string | undefined> => {
    const fact = (await district.facts(row?.patient ?? '')).find(({ type }) => type === 'Patient')
    return fact?.record.resourceType === 'Patient' ? fact.record.name?.[0]?.text : undefined
  }

  it.each([
    ['names another character set', (text: string) => text.replace('GB 18030-2000', 'UNICODE UTF-8')],
    ['is missing', (text: string) => text.replace('|||||CHN|GB 18030-2000', '')],
    ['names none that there is', (text: string) => text.replace('GB 18030-2000', 'KLINGON')],
  ])('reads a message of which MSH-18 %s', async (_case, change) => {
    const { rows } = await take('first-hospital', gb(change(hl7('a01-admission'))))
    expect(rows).toMatchObject([{ status: 'mapped' }])
    expect(await patientName(rows[0])).toBe('林晓东')
  })

  it('keeps a message that is cut within a character, and maps its neighbours', async () => {
    const whole = gb(hl7('a01-admission'))
    const cut = Buffer.concat([gb(hl7('a04-outpatient')).subarray(0, 120), Buffer.from([0xc1, 0xff, 0x0d])])
    const { rows } = await take('first-hospital', Buffer.concat([cut, whole, gb(hl7('oru-blood-count'))]))
    expect(rows.map(({ status, reason }) => [status, reason?.code])).toEqual([['quarantined', 'CHARSET'], ['mapped', undefined], ['mapped', undefined]])
  })

  it('quarantines the bad rows of a table, each with its place, and maps the others', async () => {
    const [header = '', row = ''] = iconv.decode(golden('community-health', 'person.in.MPI_DemographicInfo.csv'), 'gb18030').split(/\r?\n/)
    const named = (n: number): string => row.replace(/^[^,]+/, first => `${first.replace(/"/g, '')}${n}`).replace('35020619560817102X', '')
    const rows = Array.from({ length: 300 }, (_, n) => named(n))
    rows[10] += ',one,too,many'
    rows[20] = rows[20]!.replace(/,/, ',"stray"quote,')
    rows[30] = rows[30]!.replace(/,/, ',\0')
    const { rows: entries } = await take('community-health', gb([header, ...rows].join('\r\n')), 'MPI_DemographicInfo.csv')
    const bad = entries.flatMap(({ status, reason }, n) => status === 'quarantined' ? [[n, reason?.code, reason?.place]] : [])
    expect(bad.map(([n, code]) => [n, code])).toEqual([[10, 'SYNTAX'], [20, 'SYNTAX'], [30, 'SYNTAX']])
    expect(bad.every(([, , place]) => Boolean(place))).toBe(true)
    expect(entries.filter(({ status }) => status === 'mapped')).toHaveLength(297)
    expect(await readAccount({ store: district.store, sources: ['community-health'] })).toMatchObject([{ received: 300, mapped: 297, pending: 0, quarantined: 3 }])
  })

  it('quarantines JSON of 100,000 levels', async () => {
    const deep = `{"resourceType":"Patient","extension":${'['.repeat(100_000)}${']'.repeat(100_000)}}`
    const { rows } = await take('regional-platform', Buffer.from(deep))
    expect(rows).toMatchObject([{ status: 'quarantined', reason: { code: 'DEPTH' } }])
  })

  it('holds a bundle that refers to a patient who is not there, until the patient comes', async () => {
    const bundle = { resourceType: 'Bundle', type: 'collection', entry: [{ resource: {
      resourceType: 'Observation', id: 'o1', status: 'final', code: { text: '血压' }, subject: { reference: 'Patient/p1' }, effectiveDateTime: '2026-11-01' } }] }
    const { rows: [held] } = await take('regional-platform', Buffer.from(JSON.stringify(bundle)))
    expect(held).toMatchObject({ status: 'pending' })
    await take('regional-platform', Buffer.from(JSON.stringify({ resourceType: 'Patient', id: 'p1', name: [{ text: '陈某' }] })))
    expect(await district.entry(held?.entry)).toMatchObject({ status: 'mapped' })
    expect(await district.parts.identity.residentOf(held?.patient ?? '')).toBeDefined()
  })

  it('takes the same control id with different content', async () => {
    await take('first-hospital', gb(hl7('a01-admission')))
    const { rows } = await take('first-hospital', gb(hl7('a01-admission').replace('林晓东', '林小冬')))
    expect(rows).toMatchObject([{ status: 'mapped' }])
    expect(codes(rows[0])).toContain('control-id-reused')
  })

  it('takes its own clock for a sender whose clock is a day ahead', async () => {
    district.now = Date.parse('2026-07-23T01:00:00Z')
    const { rows } = await take('first-hospital', gb(hl7('a01-admission')))
    expect(codes(rows[0])).toContain('version-time-in-future')
    const [version] = await district.versions(rows[0]!.patient, `Patient/${rows[0]!.patient}`)
    expect(version?.version.startsWith('2026-07-23T01:00:00.000Z~')).toBe(true)
  })

  /** The facts that messages of one patient leave in a district of their own. */
  const stateOf = async (messages: readonly string[]): Promise<readonly unknown[]> => {
    await district.close()
    district = await openDistrict()
    let patient = ''
    for (const name of messages) patient = (await take('first-hospital', gb(hl7(name)))).rows[0]?.patient ?? patient
    return district.facts(patient)
  }

  it('ends in the same archive whether messages come in order or in reverse', async () => {
    const names = ['a01-admission', 'a03-discharge', 'a13-cancelled-discharge', 'a08-cleared', 'oru-biochemistry', 'oru-correction']
    const inOrder = await stateOf(names)
    expect(inOrder.length).toBeGreaterThan(10)
    expect(await stateOf(names.toReversed())).toEqual(inOrder)
  })

  it('takes a merge twice, and the cancellation of a visit never seen', async () => {
    await take('first-hospital', gb(hl7('a01-admission')))
    const again = hl7('a40-merge').replace('SYY20261008000002', 'SYY20261008000003')
    const rows = [
      ...(await take('first-hospital', gb(hl7('a40-merge')))).rows, ...(await take('first-hospital', gb(again))).rows,
      ...(await take('first-hospital', gb(hl7('a11-cancelled-admission')))).rows,
    ]
    expect(rows.map(({ status }) => status)).toEqual(['mapped', 'mapped', 'mapped'])
  })

  it('writes nothing for the same bytes twice, and a version for a correction', async () => {
    const { rows: [first] } = await take('first-hospital', gb(hl7('oru-biochemistry')))
    const { outcomes } = await take('first-hospital', gb(hl7('oru-biochemistry')))
    expect(outcomes).toMatchObject([{ outcome: 'duplicate', entry: first?.entry }])
    const [observation = ''] = (first?.resources ?? []).filter(ref => ref.startsWith('Observation/'))
    expect(await district.versions(first!.patient, observation)).toHaveLength(1)
    await take('first-hospital', gb(hl7('oru-correction')))
    const told = await Promise.all((first?.resources ?? []).map(ref => district.versions(first!.patient, ref)))
    expect(Math.max(...told.map(versions => versions.length))).toBeGreaterThan(1)
  })
})
