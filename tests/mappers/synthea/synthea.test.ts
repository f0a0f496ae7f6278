/** Synthea's CSV beside the platform's bundles. All rows are invented. */
import { loadSources } from '../../../mappers'
import { mergeTellers, createPreference } from '../../../src/archive/tellers'
import { compose } from '../../../src/archive/compose'
import { project, sourceContext } from '../../../src/archive'
import type { Fact } from '../../../src/model/fact'
import type { FhirResource } from '../../../src/model/fhir'
import type { MappingResult } from '../../../src/model/mapping'
import { grammars } from '../../../src/wire'

const idKey = 'a-key-for-the-ids-of-tests'
const sources = loadSources({ idKey })
const csv = sources.get('synthea-csv')!
const platform = sources.get('regional-platform')!
const [person, visit, clinic] = ['5b1c0b7e-0c3c-4f0a-9d57-2f6f0f0a1c11', 'c0a80101-7e11-4a55-8b0e-1d2c3b4a5f60', '0f7f3e0a-11aa-4b5c-9c11-77aa88bb99cc']
const synthea = 'https://github.com/synthetichealth/synthea'

/** Rows of a table with its header, as the grammar cuts and reads them. */
function mapTable(table: string, rows: readonly Readonly<Record<string, string>>[]): MappingResult[] {
  const columns = [...new Set(rows.flatMap(row => Object.keys(row)))]
  const text = [columns.join(','), ...rows.map(row => columns.map(column => row[column] ?? '').join(','))].join('\n')
  const grammar = grammars.get('csv')!
  const bytes = Buffer.from(text)
  const { context, pieces } = grammar.split(bytes, { source: csv.source, context: { name: `${table}.csv` }, last: true })
  return pieces.map(({ start, end }) => csv.dialect.map(grammar.read(bytes.subarray(start, end), { source: csv.source, context }), csv.source))
}

function mapBundle(...resources: readonly object[]): MappingResult {
  const entry = resources.map(resource => ({ fullUrl: `urn:uuid:${(resource as { id: string }).id}`, resource, request: { method: 'POST', url: '' } }))
  return platform.dialect.map({ grammar: 'fhir', issues: [], body: { resourceType: 'Bundle', type: 'transaction', entry } as never }, platform.source)
}

/** The facts of what several records tell, composed. */
function factsOf(results: readonly MappingResult[], { source }: typeof csv): Fact[] {
  const told = new Map<string, { version: string; manner: 'whole' | 'part' | 'deleted'; resource: FhirResource }[]>()
  results.flatMap(({ tellings }) => tellings).forEach(({ resource, manner }, index) => {
    const ref = `${resource.resourceType}/${resource.id}`
    told.set(ref, [...told.get(ref) ?? [], { version: `2026-01-01~${String(index).padStart(6, '0')}`, manner, resource }])
  })
  const context = sourceContext(source, idKey)
  return [...told.values()].flatMap(tellings => project(compose(tellings)!, source.id, context) ?? []).filter(({ type }) => type !== 'Patient')
}

const together = (rows: readonly MappingResult[], bundle: MappingResult) =>
  mergeTellers([...factsOf(rows, csv), ...factsOf([bundle], platform)], createPreference(sources))
    .map(({ fact, tellers }) => `${fact.type} ${tellers.map(({ source }) => source).toSorted().join('+')}`)

const both = (type: string) => `${type} regional-platform+synthea-csv`
const patient = { resourceType: 'Patient', id: person }
const subject = { reference: `urn:uuid:${person}` }
const encounter = {
  resourceType: 'Encounter', id: visit, status: 'finished', class: { code: 'AMB' }, subject, period: { start: '2021-02-28T21:30:00-05:00' },
  serviceProvider: { reference: `Organization?identifier=${synthea}|${clinic}` },
}
const at = { PATIENT: person, ENCOUNTER: visit }
const snomed = (code: string) => ({ coding: [{ system: 'http://snomed.info/sct', code }] })
const loinc = (code: string) => ({ coding: [{ system: 'http://loinc.org', code }] })

describe('Synthea\'s CSV and its bundles tell the same facts', () => {
  it('a visit, by the institution\'s identifier that both know, its class and its day', () => {
    const rows = mapTable('encounters', [{ Id: visit, START: '2021-03-01T02:30:00Z', PATIENT: person, ORGANIZATION: clinic, ENCOUNTERCLASS: 'wellness', CODE: '162673000' }])
    expect(together(rows, mapBundle(patient, encounter))).toEqual([both('Encounter')])
    expect(together(rows, mapBundle(patient, { ...encounter, serviceProvider: { reference: `Organization?identifier=${synthea}|another` } })))
      .toEqual(['Encounter synthea-csv', 'Encounter regional-platform'])
  })

  it('a condition, told with its day alone and with its time in the evening of that day', () => {
    const rows = mapTable('conditions', [{ ...at, START: '2021-02-28', CODE: '38341003', DESCRIPTION: 'Hypertension' }])
    const condition = { resourceType: 'Condition', id: 'c1', code: snomed('38341003'), subject, encounter: { reference: `urn:uuid:${visit}` }, onsetDateTime: '2021-02-28T21:30:00-05:00' }
    expect(together(rows, mapBundle(patient, encounter, condition))).toContain(both('Condition'))
  })

  it('a pressure, told in two rows and as one panel', () => {
    const row = { ...at, DATE: '2021-03-01T02:30:00Z', CATEGORY: 'vital-signs', UNITS: 'mm[Hg]', TYPE: 'numeric' }
    const rows = mapTable('observations', [{ ...row, CODE: '8462-4', VALUE: '81.0' }, { ...row, CODE: '8480-6', VALUE: '131.0' }])
    const panel = {
      resourceType: 'Observation', id: 'o1', status: 'final', code: loinc('85354-9'), category: [{ coding: [{ code: 'vital-signs' }] }], subject,
      effectiveDateTime: '2021-02-28T21:30:00-05:00', component: [{ code: loinc('8480-6'), valueQuantity: { value: 131 } }],
    }
    expect(together(rows, mapBundle(patient, panel))).toEqual([both('VitalSign')])
    const [fact] = factsOf(rows, csv)
    expect(fact?.record).toMatchObject({ component: [{ valueQuantity: { value: 81 } }, { valueQuantity: { value: 131 } }] })
  })

  it('a prescription whose medicine the bundle names by reference, and whose dose the table does not have', () => {
    const rows = mapTable('medications', [{ ...at, START: '2021-03-01T02:30:00Z', CODE: '389221', DESCRIPTION: 'Etonogestrel 68 MG Drug Implant' }])
    const medicine = { resourceType: 'Medication', id: 'm1', code: { coding: [{ system: 'http://www.nlm.nih.gov/research/umls/rxnorm', code: '389221' }], text: 'Etonogestrel' } }
    const request = {
      resourceType: 'MedicationRequest', id: 'r1', status: 'active', intent: 'order', subject, authoredOn: '2021-02-28T21:30:00-05:00',
      medicationReference: { reference: 'urn:uuid:m1' }, dosageInstruction: [{ doseAndRate: [{ doseQuantity: { value: 1 } }] }],
    }
    expect(together(rows, mapBundle(patient, medicine, request))).toEqual([both('MedicationRequest')])
    expect(factsOf([mapBundle(patient, medicine, request)], platform)[0]?.record).toMatchObject({ medicationCodeableConcept: { text: 'Etonogestrel' } })
  })

  it('one that was ordered anew at once stays another than the one that goes on', () => {
    const row = { ...at, START: '2021-03-01T02:30:00Z', CODE: '314076' }
    expect(factsOf(mapTable('medications', [{ ...row, STOP: row.START }, { ...row, STOP: '2022-03-01T02:30:00Z' }]), csv)).toHaveLength(2)
  })
})

describe('Synthea\'s CSV', () => {
  it('tells a table that is not mapped to the door, and does not take it for another with the like columns', () => {
    const grammar = grammars.get('csv')!
    const bytes = Buffer.from('Id,START,STOP,PATIENT,ENCOUNTER,CODE,DESCRIPTION,REASONCODE,REASONDESCRIPTION\na,2021-01-01,,p,e,1,x,,\n')
    const { context, pieces: [piece] } = grammar.split(bytes, { source: csv.source, context: { name: 'careplans.csv' }, last: true })
    const record = grammar.read(bytes.subarray(piece!.start, piece!.end), { source: csv.source, context })
    expect(csv.dialect.route(record, csv.source)).toEqual({ refuse: { severity: 'error', code: 'unsupported-table', place: 'careplans', message: 'no such table is mapped' } })
  })

  it('refuses a row that names no patient', () =>
    expect(() => mapTable('conditions', [{ START: '2021-02-28', CODE: '1' }])).toThrow(expect.objectContaining({ code: 'PATIENT_MISSING', place: 'conditions.PATIENT' })))
})
