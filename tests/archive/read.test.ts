import type { OpenArchive } from '../../src/archive/index'
import type { FactType } from '../../src/model/fact'
import type { Encounter, FhirResource, Observation } from '../../src/model/fhir'
import { decodeGlobalId } from '../../src/model/globalId'
import { entries, facts, type EntryRow } from '../../src/store/collections'
import type { Change } from '../../src/store/port'
import { centre, clinician, createWorld, fromInstitution, hospital, id, patient, person, platform, resident, steward, type World } from './world'

const laboratory: readonly FactType[] = ['LaboratoryResult']
const clinical: readonly FactType[] = ['Encounter', 'Condition', 'LaboratoryResult', 'VitalSign', 'Observation', 'DiagnosticReport',
  'MedicationRequest', 'MedicationStatement', 'AllergyIntolerance', 'Immunization', 'Procedure', 'FollowUp']

const charts = { 'first-hospital': id('first-hospital', 'Patient', '1'), 'community-health': id('community-health', 'Patient', '1'), 'regional-platform': id('regional-platform', 'Patient', '1') }
const visit = (source: string, name: string, at: string, elements: Partial<Encounter> = {}): Encounter => ({
  resourceType: 'Encounter', id: id(source, 'Encounter', name), status: 'finished', class: { code: 'AMB' }, period: { start: at, end: at }, ...elements,
})
const result = (source: string, name: string, at: string, value: number, elements: Partial<Observation> = {}): Observation => ({
  resourceType: 'Observation', id: id(source, 'Observation', name), status: 'final', category: [{ coding: [{ code: 'laboratory' }] }],
  code: { coding: [{ system: 'http://loinc.org', code: '2823-3' }] }, effectiveDateTime: at, valueQuantity: { value, unit: 'mmol/L' }, ...elements,
})
const first = async (archive: OpenArchive, types = laboratory, filter = {}) => (await archive.facts(types, filter, {})).items.map(({ item }) => item)
const entry = (name: string, status: EntryRow['status'], chart: string): Change => ({ verb: 'insert', collection: entries, row: {
  entry: name, source: 'first-hospital', upload: 'u', start: 0, end: 1, arrival: name, receivedAt: '2026-11-20T01:00:00.000Z', day: '2026-11-20', lane: 0,
  status, patient: chart, controlId: '', attempts: 0 } satisfies EntryRow })

describe('an archive', () => {
  let world: World
  let calls: string[]
  let of: string
  beforeEach(async () => {
    calls = []
    world = await createWorld({ observe: (verb, collection) => calls.push(`${verb} ${collection}`) })
    for (const [source, chart] of Object.entries(charts)) {
      const { linked } = await world.tell(source, chart, { resource: patient(source, '1', person) })
      of = linked!.link.resident
    }
    await tell('first-hospital', visit('first-hospital', 'v', '2026-11-04T16:00:00+08:00'), result('first-hospital', 'k', '2026-11-04T16:20:00+08:00', 6.8))
    await tell('regional-platform', result('regional-platform', 'k', '2026-11-04T08:20:30Z', 6.7, { meta: fromInstitution(hospital) }),
      result('regional-platform', 'k2', '2026-11-05', 4.1, { meta: fromInstitution(centre) }))
    calls = []
  })
  afterEach(() => world.close())
  const tell = (source: keyof typeof charts, ...resources: readonly FhirResource[]) => world.tell(source, charts[source], ...resources.map((resource) => ({ resource })))
  const open = (options = {}) => world.archive.open(resident(of), { resident: of }, options)

  it('serves one fact with two tellers, the nearer first, and both values', async () => {
    const [, merged] = await first(await open())
    expect(merged!.tellers.map(({ source, record }) => [source, (record as Observation).valueQuantity?.value]))
      .toEqual([['first-hospital', 6.8], ['regional-platform', 6.7]])
    expect(merged!.fact.record).toMatchObject({ status: 'final' })
  })

  it('serves newest first, by a global id that can be read back', async () => {
    const found = await first(await open())
    expect(found.map(({ fact }) => fact.time)).toEqual(['2026-11-04T16:00:00.000Z', '2026-11-04T08:20:00.000Z'])
    expect(decodeGlobalId(found[1]!.fact.record.id!)).toEqual({ type: 'LaboratoryResult', parts: [charts['first-hospital'], found[1]!.fact.id] })
  })

  it('costs a clinician four calls for the whole archive, however much is asked in a tick', async () => {
    const archive = await world.archive.open(clinician(hospital), { resident: of })
    await Promise.all([archive.person(), archive.facts(laboratory, {}, {}), archive.facts(clinical, {}, {}), archive.facts(['Encounter'], {}, {})])
    expect(calls).toEqual(['getMany residents', 'find facts', 'find facts', 'commit looks'])
  })

  it('costs one read for the archives of many that are asked for in a tick', async () => {
    const archives = await Promise.all([open(), open(), open()])
    calls = []
    await Promise.all(archives.map((archive) => archive.facts(laboratory, {}, {})))
    expect(calls.filter((call) => call === 'find facts')).toHaveLength(1)
  })

  it('filters by period, code and institution of any teller', async () => {
    const archive = await open()
    expect(await first(archive, laboratory, { period: { from: '2026-11-05' } })).toHaveLength(1)
    expect(await first(archive, laboratory, { period: { to: '2026-11-04' } })).toHaveLength(1)
    expect(await first(archive, laboratory, { period: { from: '2026-11-04T16:20:00+08:00', to: '2026-11-04T16:20:00+08:00' } })).toHaveLength(1)
    expect(await first(archive, laboratory, { code: '2823-3' })).toHaveLength(2)
    expect(await first(archive, laboratory, { code: 'http://loinc.org|2823-3' })).toHaveLength(2)
    expect(await first(archive, laboratory, { code: 'http://loinc.org|1-1' })).toHaveLength(0)
    expect(await first(archive, laboratory, { institution: centre })).toHaveLength(1)
    await expect(first(archive, laboratory, { period: { from: '2026-13-45' } })).rejects.toMatchObject({ code: 'BAD_ARGUMENT' })
    await expect(first(archive, laboratory, { period: { from: '2026-02', to: '2026-01' } })).rejects.toMatchObject({ code: 'BAD_ARGUMENT' })
  })

  it('pages by place, so that a page stays true while records arrive', async () => {
    const archive = await open()
    const page = await archive.facts(laboratory, {}, { first: 1 })
    expect(page).toMatchObject({ hasNextPage: true, hasPreviousPage: false, totalCount: 2 })
    await tell('first-hospital', result('first-hospital', 'new', '2026-11-19T08:00:00+08:00', 5))
    const next = await (await open()).facts(laboratory, {}, { first: 5, after: page.items[0]!.cursor })
    expect(next.items.map(({ item }) => item.fact.time)).toEqual(['2026-11-04T08:20:00.000Z'])
    expect(next).toMatchObject({ hasPreviousPage: true, hasNextPage: false, totalCount: 3 })
    const back = await (await open()).facts(laboratory, {}, { last: 1, before: page.items[0]!.cursor })
    expect(back.items.map(({ item }) => item.fact.time)).toEqual(['2026-11-19T00:00:00.000Z'])
  })

  it('refuses cursors of other queries and malformed ones, and sizes out of range', async () => {
    const archive = await open()
    const { cursor } = (await archive.facts(laboratory, {}, { first: 1 })).items[0]!
    await expect(archive.facts(['VitalSign'], {}, { after: cursor })).rejects.toMatchObject({ code: 'BAD_CURSOR' })
    await expect(archive.facts(laboratory, { code: 'x' }, { after: cursor })).rejects.toMatchObject({ code: 'BAD_CURSOR' })
    await expect(archive.facts(laboratory, {}, { before: 'nonsense' })).rejects.toMatchObject({ code: 'BAD_CURSOR' })
    for (const page of [{ first: 0 }, { first: -1 }, { last: 1001 }, { first: 1.5 }, { first: 1, last: 1 }]) {
      await expect(archive.facts(laboratory, {}, page)).rejects.toMatchObject({ code: 'BAD_ARGUMENT' })
    }
    await expect(archive.facts([], {}, {})).rejects.toMatchObject({ code: 'BAD_ARGUMENT' })
  })

  it('tells versions, provenance and the whole resource, each one read for all that a tick asks', async () => {
    await world.tell('first-hospital', charts['first-hospital'], { manner: 'whole', at: '2026-11-04T09:40:00.000Z',
      resource: result('first-hospital', 'k', '2026-11-04T16:20:00+08:00', 4.6, { status: 'corrected' }) })
    const archive = await open()
    const found = (await first(archive)).flatMap(({ tellers }) => tellers)
    calls = []
    const provenances = await Promise.all(found.map((fact) => archive.provenance(fact)))
    expect(calls).toEqual(['find resources'])
    expect(provenances.map(({ source }) => source)).toEqual(['regional-platform', 'first-hospital', 'regional-platform'])
    expect(provenances[0]).toMatchObject({ institution: centre, mapper: { name: 'test', hash: 'aa' } })
    const versions = await archive.versions(found[1]!)
    expect(versions.map(({ resource }) => (resource as Observation).valueQuantity?.value)).toEqual([4.6, 6.8])
    expect(await archive.resource(found[1]!)).toMatchObject({ resourceType: 'Observation', status: 'corrected' })
  })

  it('shows an archive as it stood: records as committed by then', async () => {
    await world.tell('first-hospital', charts['first-hospital'], { manner: 'whole', at: '2026-11-04T09:40:00.000Z', committedAt: '2026-11-06T00:00:00.000Z',
      resource: result('first-hospital', 'k', '2026-11-04T16:20:00+08:00', 4.6, { status: 'corrected' }) })
    const value = async (archive: OpenArchive) => (await first(archive)).at(-1)!.fact.record as Observation
    expect(await value(await open())).toMatchObject({ valueQuantity: { value: 4.6 } })
    const then = await open({ asOf: '2026-11-05T10:00+08:00' })
    expect(await value(then)).toMatchObject({ valueQuantity: { value: 6.8 } })
    const [fact] = (await first(then)).at(-1)!.tellers
    expect(await then.versions(fact!)).toHaveLength(1)
    expect(await then.resource(fact!)).toMatchObject({ status: 'final' })
    expect((await then.person()).patients).toHaveLength(3)
    expect(await first(await open({ asOf: '2020-01-01' }))).toEqual([])
    await expect(open({ asOf: 'yesterday' })).rejects.toMatchObject({ code: 'BAD_ARGUMENT' })
  })

  it('composes the person from all who know her, the community centre first, and keeps each one\'s word', async () => {
    await tell('first-hospital', patient('first-hospital', '1', { telecom: [{ system: 'phone', value: '1' }], identifier: [{ system: 'urn:hutong:first-hospital:MR', value: '77' }] }))
    await tell('community-health', patient('community-health', '1', { meta: fromInstitution(centre), telecom: [{ system: 'phone', value: '2' }] }))
    const { served, patients } = await (await open()).person()
    expect(served).toMatchObject({ telecom: [{ value: '2' }], birthDate: '1949-12-31' })
    expect(served.identifier!.map(({ value }) => value).toSorted()).toEqual([person.identifier![0]!.value, '77'].toSorted())
    expect(patients.map(({ source }) => source)).toEqual(['community-health', 'first-hospital', 'regional-platform'])
    expect(decodeGlobalId(served.id!)).toEqual({ type: 'Resident', parts: [of] })
  })

  it('flags what stands later than the death', async () => {
    await tell('first-hospital', patient('first-hospital', '1', { deceasedDateTime: '2026-11-04' }))
    expect((await first(await open())).map(({ afterDeath }) => afterDeath)).toEqual([undefined, undefined])
    await tell('first-hospital', result('first-hospital', 'late', '2026-11-09', 5))
    expect((await first(await open(), laboratory, { period: { from: '2026-11-05' } })).map(({ afterDeath }) => afterDeath)).toEqual([true, undefined])
    expect((await (await open()).person()).served.deceasedDateTime).toBe('2026-11-04')
  })

  it('makes facts of an older projection anew when they are read', async () => {
    const stale = await world.store.find(facts, { where: { patient: charts['first-hospital'], type: 'LaboratoryResult' }, limit: 1 })
    await world.store.commit('stale', stale.map((row) => ({ verb: 'put', collection: facts, row: { ...row, projection: 0, record: {} } })))
    expect((await first(await open())).at(-1)!.fact.record).toMatchObject({ valueQuantity: { value: 6.8 } })
  })

  it('asks for a narrower period where there is too much, and harms no other archive', async () => {
    const small = await createWorld({ mostFacts: 3 })
    const { linked } = await small.tell('first-hospital', charts['first-hospital'], { resource: patient('first-hospital', '1', person) },
      ...[1, 2, 3].map((n) => ({ resource: result('first-hospital', `k${n}`, `2026-11-0${n}`, n) })))
    const { linked: other } = await small.tell('first-hospital', id('first-hospital', 'Patient', '2'), { resource: patient('first-hospital', '2', { name: [{ text: '李四' }] }) })
    const archive = await small.archive.open(resident(linked!.link.resident), { resident: linked!.link.resident })
    const second = await small.archive.open(resident(other!.link.resident), { resident: other!.link.resident })
    const [refused, fine] = await Promise.allSettled([archive.facts(laboratory, {}, {}), second.facts(laboratory, {}, {})])
    expect(refused).toMatchObject({ reason: { code: 'ARCHIVE_TOO_LARGE' } })
    expect(fine).toMatchObject({ value: { totalCount: 0 } })
    expect((await archive.facts(laboratory, { period: { from: '2026-11-03' } }, {})).totalCount).toBe(1)
    await small.close()
  })

  it('says which sources are complete', async () => {
    expect(await (await open()).completeness()).toEqual(['first-hospital', 'community-health', 'regional-platform'].map((source) => ({
      source, title: source, linked: true, connected: false, waiting: 0, quarantined: 0, sourceWaiting: 0, sourceQuarantined: 0, withheld: false })))
  })

  it('counts what waits and what is in quarantine, of her and of the source', async () => {
    await world.store.commit('entries', [entry('1', 'received', charts['first-hospital']), entry('2', 'pending', charts['first-hospital']),
      entry('3', 'quarantined', charts['first-hospital']), entry('4', 'quarantined', ''), entry('5', 'mapped', charts['first-hospital'])])
    const archive = await open()
    expect((await archive.completeness())[0]).toEqual({ source: 'first-hospital', title: 'first-hospital', linked: true, connected: true,
      lastSpokeAt: '2026-11-20T01:00:00.000Z', waiting: 2, quarantined: 1, sourceWaiting: 2, sourceQuarantined: 2, withheld: false })
    calls = []
    await archive.completeness()
    expect(calls).toEqual(['find facts', 'tally entries'])
  })

  it('gives a fact again by the parts of its global id, with its archive', async () => {
    const [{ fact } = { fact: undefined }] = await first(await open())
    const again = await world.archive.fact(resident(of), { type: 'LaboratoryResult', patient: fact!.patient, id: fact!.id })
    expect(again.fact).toEqual(fact)
    expect(await again.archive.provenance(again.fact)).toMatchObject({ source: 'regional-platform' })
    await expect(world.archive.fact(resident(of), { type: 'LaboratoryResult', patient: fact!.patient, id: 'none' })).rejects.toMatchObject({ code: 'NOT_FOUND' })
    await expect(world.archive.fact(resident('other'), { type: 'LaboratoryResult', patient: fact!.patient, id: fact!.id })).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })

  describe('and who may see it', () => {
    it('opens by an identifier, with and without its system', async () => {
      const [identifier] = person.identifier!
      expect((await world.archive.open(resident(of), { identifier: identifier!.value!, system: identifier!.system! })).resident).toBe(of)
      expect((await world.archive.open(resident(of), { identifier: `${identifier!.value!.toLowerCase()} ` })).resident).toBe(of)
      await expect(world.archive.open(resident(of), { identifier: '110' })).rejects.toMatchObject({ code: 'NOT_FOUND' })
    })

    it('opens to a clinician of an institution that has her in its care, and to no other', async () => {
      await expect(world.archive.open(clinician(hospital), { resident: of })).resolves.toBeDefined()
      await expect(world.archive.open(clinician(platform), { resident: of })).rejects.toMatchObject({ code: 'NOT_FOUND' })
    })

    it('opens to a clinician for a further reason that the gateway is given', async () => {
      const asked: unknown[] = []
      const related = await createWorld({ relationDays: 30, relations: [async (each) => { asked.push(each); return each.institution === platform }] })
      const { linked } = await related.tell('first-hospital', charts['first-hospital'], { resource: patient('first-hospital', '1', person) })
      const who = { resident: linked!.link.resident }
      await expect(related.archive.open(clinician(platform), who)).resolves.toBeDefined()
      await expect(related.archive.open(clinician(centre), who)).rejects.toMatchObject({ code: 'NOT_FOUND' })
      expect(asked[0]).toEqual({ patients: [charts['first-hospital']], institution: platform, since: '2026-10-21T02:00:00.000Z' })
      await related.close()
    })

    it('answers one who may not look exactly as for a resident who does not exist, after the same calls', async () => {
      const refusals: unknown[] = []
      for (const asked of [of, 'nobody']) {
        calls = []
        const error = await world.archive.open(clinician(platform), { resident: asked }).catch((caught: unknown) => caught as Error)
        refusals.push({ error: { ...(error as Error), message: (error as Error).message }, calls })
      }
      expect(refusals[0]).toEqual(refusals[1])
    })

    it('shows a steward who she is, and nothing clinical', async () => {
      const archive = await world.archive.open(steward, { resident: of })
      expect((await archive.person()).served.birthDate).toBe('1949-12-31')
      await expect(archive.facts(laboratory, {}, {})).rejects.toMatchObject({ code: 'FORBIDDEN' })
      expect((await archive.completeness()).every(({ withheld }) => withheld)).toBe(true)
      await expect(archive.looks({})).rejects.toMatchObject({ code: 'FORBIDDEN' })
    })

    it('does not serve another archive\'s fact through an opened one', async () => {
      const archive = await open()
      const [merged] = await first(archive)
      await expect(archive.resource({ ...merged!.fact, patient: 'another' })).rejects.toMatchObject({ code: 'NOT_FOUND' })
    })

    it('lets her see who looked, who was refused, and what was asked', async () => {
      const doctor = await world.archive.open(clinician(hospital), { resident: of }, { operation: 'Chart' })
      await Promise.all([doctor.facts(laboratory, {}, {}), doctor.person()])
      await world.archive.open(clinician(platform), { resident: of }).catch(() => undefined)
      const { items, totalCount } = await (await open()).looks({ first: 10 })
      expect(items.map(({ item }) => item)).toEqual(expect.arrayContaining([
        { when: '2026-11-20T02:00:00.000Z', who: { role: 'clinician', id: 'doctor' }, institution: hospital, purpose: 'TREAT', asked: ['Chart', 'LaboratoryResult', 'Patient'], outcome: 'shown', count: 1, others: 0 },
        { when: '2026-11-20T02:00:00.000Z', who: { role: 'clinician', id: 'doctor' }, institution: platform, purpose: 'TREAT', asked: [], outcome: 'denied', count: 1, others: 0 },
        expect.objectContaining({ who: { role: 'resident', id: 'r' }, asked: ['looks'] }),
      ]))
      expect(totalCount).toBe(3)
    })

    it('keeps a look although nothing was read', async () => {
      await (await open()).audited()
      expect((await (await open()).looks({})).totalCount).toBe(2)
    })

    it('shows nothing where the look cannot be recorded', async () => {
      const broken = await createWorld({ wrap: (store) => ({ ...store, name: store.name, get: store.get.bind(store), getMany: store.getMany.bind(store),
        find: store.find.bind(store), tally: store.tally.bind(store), claim: store.claim.bind(store), close: store.close.bind(store),
        commit: async (commitId, changes, fence) => {
          if (changes[0]?.collection.name === 'looks') throw new Error('disk full')
          return store.commit(commitId, changes, fence)
        } }) })
      const { linked } = await broken.tell('first-hospital', charts['first-hospital'], { resource: patient('first-hospital', '1', person) })
      const archive = await broken.archive.open(resident(linked!.link.resident), { resident: linked!.link.resident })
      await expect(archive.person()).rejects.toThrow('disk full')
      await expect(archive.facts(laboratory, {}, {})).rejects.toThrow('disk full')
      await expect(archive.audited()).rejects.toThrow('disk full')
      await broken.close()
    })

    it('finds residents by name, pinyin, initials and identifier, only those whom the asker may see', async () => {
      await world.tell('community-health', id('community-health', 'Patient', '2'), { resource: patient('community-health', '2', { name: [{ text: '陈桂花' }] }) })
      const names = async (asker: typeof steward, text: string) => (await world.archive.search(asker, text, 10)).map(({ person: { name } }) => name?.[0]?.text).toSorted()
      expect(await names(steward, '陈桂')).toEqual(['陈桂花', '陈桂芳'].toSorted())
      expect(await names(steward, 'ChenGui')).toHaveLength(2)
      expect(await names(steward, 'cgf')).toEqual(['陈桂芳'])
      expect(await names(steward, person.identifier![0]!.value!)).toEqual(['陈桂芳'])
      expect(await names(clinician(hospital), '陈')).toEqual(['陈桂芳'])
      expect(await names(clinician(platform), '陈')).toEqual([])
      expect(await names(resident(of), '陈')).toEqual(['陈桂芳'])
      expect(await names(steward, '!!')).toEqual([])
      await expect(world.archive.search(steward, '陈', 0)).rejects.toMatchObject({ code: 'BAD_ARGUMENT' })
    })

    it('opens by the id of a resident who turned out to be another, to her own old token, too', async () => {
      const late = id('first-hospital', 'Patient', 'late')
      const before = await world.tell('first-hospital', late, { resource: patient('first-hospital', 'late', { name: [{ text: '陈桂芳' }] }), at: '2026-11-12T00:00:00.000Z' })
      const old = before.linked!.link.resident
      expect(old).not.toBe(of)
      await world.tell('first-hospital', late, { resource: patient('first-hospital', 'late', person), at: '2026-11-13T00:00:00.000Z' })
      expect((await world.archive.open(resident(old), { resident: old })).resident).toBe(of)
      expect((await world.archive.open(resident(old), { resident: of })).resident).toBe(of)
    })
  })
})
