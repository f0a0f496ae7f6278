import { dialect } from '../../../mappers/fhir'
import type { MappingResult } from '../../../src/model/mapping'
import { bundle, codesOf, idOf, mapBody, platform, posted, routeBody, told } from './support'

const uuid = (n: number): string => `urn:uuid:00000000-0000-4000-8000-00000000000${n}`
const own = 'https://platform.huli.example/fhir'
const condition = (reference: string): object => ({ resourceType: 'Condition', id: 'c', subject: { reference } })
const first = { resourceType: 'Patient', id: '1' }
const patientOn = (base: string): object => ({ fullUrl: `${base}/Patient/1`, resource: first })
const conditionOn = (base: string, reference: string): object =>
  ({ fullUrl: `${base}/Condition/c`, resource: condition(reference) })
const compartments = (result: MappingResult): unknown[] => result.tellings.map(telling => telling.patient)

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
    'Patient/p-1', 'Patient/p-1/_history/4', `${own}/Patient/p-1`,
    `${own}/Patient/p-1/_history/2`, 'HTTPS://Platform.Huli.example:443/fhir/Patient/p-1',
  ])('%s leads to the patient, in the bundle or not', reference => {
    expect(told(mapBody(condition(reference)), 'Condition')[0]?.subject.reference).toBe(target)
    const result = mapBody(bundle('transaction', posted(patient, uuid(1)), posted(condition(reference))))
    expect(told(result, 'Condition')[0]?.subject.reference).toBe(target)
  })

  it('to one version lead to the resource; the version stays beside it', () => {
    expect(told(mapBody(condition('Patient/p-1/_history/4')), 'Condition')[0]?.subject).toEqual({
      reference: target, extension: [{ url: 'urn:hutong:version-id', valueString: '4' }],
    })
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

describe('several servers behind one source', () => {
  const [a, b] = ['http://a.example/fhir', 'http://b.example/fhir']
  const unnamed = { ...platform, settings: {} }
  const onB = idOf('Patient', `${b}/Patient/1`)

  it.each([
    ['the source names its bases', platform], ['it does not', unnamed],
  ])('two Patient/1 are two people, where %s', (_, source) => {
    const result = mapBody(bundle('collection', patientOn(a), patientOn(b)), source)
    expect(compartments(result)).toEqual([idOf('Patient', `${a}/Patient/1`), onB])
    expect(told(result, 'Patient').map(({ identifier }) => identifier?.[0]?.value)).toEqual([`${a}/Patient/1`, `${b}/Patient/1`])
  })

  it('another server\'s Patient/1 is not the source\'s own, which stands beside it', () => {
    const result = mapBody(bundle('collection', patientOn(own), patientOn(b), patientOn(`${own}/tenant`)))
    expect(compartments(result)).toEqual([idOf('Patient', '1'), onB, idOf('Patient', `${own}/tenant/Patient/1`)])
  })

  it('is one person however her address is written, and in whatever version', () => {
    const versions = ['http://b.example:80/fhir', 'HTTP://B.example/fhir'].map(base => ({
      fullUrl: `${base}/Patient/1/_history/2`, resource: first,
    }))
    expect(compartments(mapBody(bundle('history', ...versions)))).toEqual([onB, onB])
  })

  it('a relative reference means what the server of its entry holds', () => {
    const both = [patientOn(a), patientOn(b), conditionOn(b, 'Patient/1'), conditionOn(a, 'Patient/1')]
    const result = mapBody(bundle('collection', ...both))
    expect(compartments(result).slice(2)).toEqual([onB, idOf('Patient', `${a}/Patient/1`)])
    expect(told(result, 'Condition')[0]?.subject.reference).toBe(`Patient/${onB}`)
    expect(codesOf(result)).toEqual([])
  })

  it.each([[`${b}/Patient/1`, own], [`${b}/Patient/1/_history/2`, own], ['Patient/1', b], ['Patient/1/_history/2', b]])(
    '%s, told under %s, of a patient who is not there waits for that server\'s patient, and keeps the address',
    (reference, base) => {
      const result = mapBody(bundle('collection', patientOn(own), conditionOn(base, reference)))
      expect(compartments(result)).toEqual([idOf('Patient', '1'), onB])
      const address = reference.startsWith('http') ? reference : `${b}/${reference}`
      expect(told(result, 'Condition')[0]?.subject).toEqual({ reference: address })
      expect(result.issues).toEqual([expect.objectContaining({
        severity: 'information', code: 'foreign-reference', place: 'Bundle.entry[1].resource.subject.reference',
      })])
    },
  )

  it('a resource that comes alone has no base: what is absolute is another server\'s, what is relative its own', () => {
    expect(compartments(mapBody(condition(`${b}/Patient/1`), unnamed))).toEqual([onB])
    expect(compartments(mapBody(condition('Patient/1'), unnamed))).toEqual([idOf('Patient', '1')])
  })

  it('one base for all of a record is the source\'s own, where the source names none', () => {
    const conditions =
      [conditionOn(a, `${a}/Patient/1`), conditionOn(a, `${b}/Patient/1`), posted(condition('Patient/1'), uuid(1))]
    const mine = idOf('Patient', '1')
    expect(compartments(mapBody(bundle('collection', patientOn(a), ...conditions), unnamed))).toEqual([mine, mine, onB, mine])
  })

  it('a full URL that is no Type/id under a base is its resource\'s whole name', () => {
    const files = [a, b].map(base => ({ fullUrl: `${base}/files?id=1`, resource: first }))
    const lost = { fullUrl: `${b}/files?id=2`, resource: condition('Patient/1') }
    const result = mapBody(bundle('collection', ...files, lost, { resource: condition(`${b}/files?id=1`) }), unnamed)
    const second = idOf('Patient', `${b}/files?id=1`)
    expect(compartments(result)).toEqual([idOf('Patient', `${a}/files?id=1`), second, undefined, second])
    expect(codesOf(result)).toContain('unresolved-reference Bundle.entry[2].resource.subject.reference')
  })

  it('a DELETE or PUT of another server\'s Patient/1 leaves the source\'s own alone', () => {
    const request = { method: 'DELETE', url: `${b}/Patient/1` }
    const put = { resource: first, request: { method: 'PUT', url: `${b}/Patient/1` } }
    expect(compartments(mapBody(bundle('batch', patientOn(own), { request }, put)))).toEqual([idOf('Patient', '1'), onB, onB])
  })

  it('bases that are no URLs are refused', () => {
    expect(() => mapBody(condition('Patient/1'), { ...platform, settings: { baseUrls: ['platform'] } })).toThrow(/baseUrls/)
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
