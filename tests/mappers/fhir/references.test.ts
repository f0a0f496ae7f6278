import { dialect } from '../../../mappers/fhir'
import { bundle, idOf, mapBody, platform, posted, routeBody, told } from './support'

const uuid = (n: number): string => `urn:uuid:00000000-0000-4000-8000-00000000000${n}`
const condition = (reference: string): object => ({ resourceType: 'Condition', id: 'c', subject: { reference } })

describe('ids', () => {
  it('come from the resource\'s own id, which stays as an identifier', () => {
    const [patient] = told(mapBody({ resourceType: 'Patient', id: 'p-1', identifier: [{ value: '7' }] }), 'Patient')
    expect(patient?.id).toBe(idOf('Patient', 'p-1'))
    expect(patient?.identifier).toEqual([{ value: '7' }, { system: 'urn:hutong:regional-platform:Patient', value: 'p-1' }])
  })

  it('come from the identifier of a conditional create, because others refer to it by that', () => {
    const practitioner = { resourceType: 'Practitioner', id: 'x', identifier: [{ system: 'urn:s', value: 'D1' }] }
    const entry =
      { resource: practitioner, request: { method: 'POST', url: 'Practitioner', ifNoneExist: 'identifier=urn:s%7CD1' } }
    const [created] = told(mapBody(bundle('batch', entry)), 'Practitioner')
    const [referring] = told(mapBody({
      resourceType: 'Encounter', status: 'finished', class: { code: 'AMB' }, subject: { reference: 'Patient/1' },
      participant: [{ individual: { reference: 'Practitioner?identifier=urn:s|D1' } }],
    }), 'Encounter')
    expect(referring?.participant?.[0]?.individual?.reference).toBe(`Practitioner/${created?.id}`)
  })

  it('come from the full URL where a resource has none', () => {
    const [patient] = told(mapBody(bundle('collection', { fullUrl: uuid(1), resource: { resourceType: 'Patient' } })), 'Patient')
    expect(patient?.id).toBe(idOf('Patient', uuid(1).slice('urn:uuid:'.length)))
  })

  it('are the same every time for a resource that has nothing but its content', () => {
    const body = { resourceType: 'Patient', name: [{ text: '某人' }] }
    expect(told(mapBody(body), 'Patient')).toEqual(told(mapBody(structuredClone(body)), 'Patient'))
  })
})

describe('references', () => {
  const patient = { resourceType: 'Patient', id: 'p-1' }
  const target = `Patient/${idOf('Patient', 'p-1')}`

  it.each([
    'Patient/p-1', 'Patient/p-1/_history/4', 'https://other.example/fhir/Patient/p-1',
    'https://other.example/fhir/Patient/p-1/_history/2',
  ])('%s leads to the patient, in the bundle or not', reference => {
    expect(told(mapBody(condition(reference)), 'Condition')[0]?.subject.reference).toBe(target)
    const result = mapBody(bundle('transaction', posted(patient, uuid(1)), posted(condition(reference))))
    expect(told(result, 'Condition')[0]?.subject.reference).toBe(target)
  })

  it('urn:uuid leads to the entry of that full URL', () => {
    const result = mapBody(bundle('transaction', posted(condition(uuid(1)), uuid(2)), posted(patient, uuid(1))))
    expect(told(result, 'Condition')[0]?.subject.reference).toBe(target)
    expect(result.tellings[0]?.patient).toBe(idOf('Patient', 'p-1'))
  })

  it('by identifier lead to the entry that has it', () => {
    const known = { ...patient, identifier: [{ system: 'urn:s', value: '1+1' }] }
    const result = mapBody(bundle('transaction', posted(known), posted(condition('Patient?identifier=urn:s|1+1'))))
    expect(told(result, 'Condition')[0]?.subject.reference).toBe(target)
  })

  it('to what is contained stay as they are, and those inside it are rewritten', () => {
    const [request] = told(mapBody({
      resourceType: 'MedicationRequest', status: 'active', intent: 'order', subject: { reference: 'Patient/p-1' },
      contained: [{ resourceType: 'Medication', id: 'm', manufacturer: { reference: 'Organization/o' } }],
      medicationReference: { reference: '#m' },
    }), 'MedicationRequest')
    expect(request?.medicationReference?.reference).toBe('#m')
    expect(request?.contained).toEqual([
      { resourceType: 'Medication', id: 'm', manufacturer: { reference: `Organization/${idOf('Organization', 'o')}` } },
    ])
  })

  it('that lead nowhere are kept and reported', () => {
    const result = mapBody(bundle('collection', { resource: condition(uuid(9)) }))
    expect(told(result, 'Condition')[0]?.subject.reference).toBe(uuid(9))
    expect(result.issues.map(issue => `${issue.code} ${issue.place}`)).toEqual([
      'unresolved-reference Bundle.entry[0].resource.subject.reference', 'no-patient Bundle.entry[0].resource',
    ])
  })
})

describe('a record\'s route', () => {
  it('is its patient, and the bundle\'s own number', () => {
    const body = { ...bundle('transaction', posted(condition('Patient/p-1'))), identifier: { value: 'TX-1' } }
    expect(routeBody(body)).toEqual({ patient: idOf('Patient', 'p-1'), controlId: 'TX-1' })
  })

  it('is none for what cannot be read: mapping says why', () => {
    expect(routeBody({ id: 'typeless' })).toEqual({})
    expect(routeBody(null)).toEqual({})
  })

  it('depends on the source: another one\'s p-1 is another patient', () => {
    const elsewhere =
      dialect.route({ grammar: 'fhir', body: { resourceType: 'Patient', id: 'p-1' }, issues: [] }, { ...platform, id: 'other' })
    expect(elsewhere.patient).toMatch(/^[0-9a-f]{32}$/)
    expect(elsewhere.patient).not.toBe(idOf('Patient', 'p-1'))
  })
})
