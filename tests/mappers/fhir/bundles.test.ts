import { HutongError } from '../../../src/model/errors'
import { bundle, codesOf, idOf, mapBody, posted, told } from './support'

const patient = { resourceType: 'Patient', id: 'p-1' }
const observation = {
  resourceType: 'Observation', id: 'o-1', status: 'final', code: { text: '体重' }, subject: { reference: 'Patient/p-1' },
}
const thrown = (body: unknown): string => {
  try {
    mapBody(body)
    return 'nothing'
  } catch (error) {
    return error instanceof HutongError ? `${error.code} ${error.place}` : String(error)
  }
}

describe('an entry that cannot be read', () => {
  const typeless = { resource: { id: 'x' }, request: { method: 'POST', url: 'Observation' } }

  it('quarantines a transaction, which is all or nothing', () => {
    expect(thrown(bundle('transaction', posted(patient), typeless))).toBe('MAPPING Bundle.entry[1].resource.resourceType')
  })

  it.each(['batch', 'collection'])('does not harm its siblings in a %s', type => {
    const result = mapBody(bundle(type, posted(patient), typeless, {}, posted(observation)))
    expect(result.tellings).toHaveLength(2)
    expect(codesOf(result)).toEqual([
      'invalid-entry Bundle.entry[1].resource.resourceType', 'invalid-entry Bundle.entry[2].resource',
    ])
  })

  it.each([
    [null, 'MAPPING '], [[], 'MAPPING '], [{}, 'MAPPING resourceType'], [{ resourceType: 'Immunisation' },
    'MAPPING Immunisation.resourceType'],
    [{ resourceType: 'Bundle', type: 'batch', entry: {} }, 'MAPPING Bundle.entry'],
    [bundle('batch', { resource: 7 }), 'MAPPING Bundle.entry[0].resource'],
  ])('leaves nothing of %j', (body, expected) => {
    expect(thrown(body)).toBe(expected)
  })
})

describe('what a bundle asks to be done', () => {
  it('PUT and POST tell a resource whole', () => {
    const entry = { resource: { ...observation, id: undefined }, request: { method: 'PUT', url: 'Observation/o-7' } }
    expect(mapBody(bundle('transaction', entry)).tellings).toEqual([
      expect.objectContaining({ manner: 'whole', resource: expect.objectContaining({ id: idOf('Observation', 'o-7') }) }),
    ])
  })

  it('DELETE takes it back from the patient of whom the bundle speaks', () => {
    const result = mapBody(bundle('transaction', posted(patient), { request: { method: 'DELETE', url: 'Observation/o-1' } }))
    expect(result.tellings[1]).toEqual({
      manner: 'deleted', patient: idOf('Patient', 'p-1'), resource: { resourceType: 'Observation', id: idOf('Observation',
      'o-1') },
    })
  })

  it('a conditional DELETE names the resource by its identifier and may name the patient', () => {
    const url = 'Observation?identifier=urn:s|77&patient=Patient/p-1'
    expect(mapBody(bundle('batch', { request: { method: 'DELETE', url } })).tellings).toEqual([{
      manner: 'deleted', patient: idOf('Patient', 'p-1'), resource: { resourceType: 'Observation', id: idOf('Observation',
      'urn:s|77') },
    }])
  })

  it.each(['Observation/o-1', 'Observation?status=final'])('DELETE %s of nobody knows whom is an error, not a guess', url => {
    const result = mapBody(bundle('batch', { request: { method: 'DELETE', url } }))
    expect(codesOf(result)).toEqual(['deletion-not-mapped Bundle.entry[0].request.url'])
    expect(result.tellings).toEqual([])
  })

  it('GET asks for nothing that is kept; a PATCH does not hold the resource', () => {
    const entries = ['GET', 'PATCH'].map(method => ({ resource: patient, request: { method, url: 'Patient/p-1' } }))
    const result = mapBody(bundle('batch', ...entries, posted(patient)))
    expect(result.tellings).toHaveLength(1)
    expect(codesOf(result)).toEqual(['invalid-entry Bundle.entry[1].request'])
  })
})

describe('a telling', () => {
  it('has the version time of the resource, else of the bundle, else none', () => {
    const stamped = { ...patient, meta: { lastUpdated: '2026-07-24T10:00:00+08:00' } }
    const body = { ...bundle('collection', { resource: stamped }, { resource: observation }), timestamp: '2026-08-01T00:00:00Z' }
    expect(mapBody(body).tellings.map(telling => telling.versionTime))
      .toEqual(['2026-07-24T02:00:00.000Z', '2026-08-01T00:00:00.000Z'])
    expect(mapBody(observation).tellings[0]?.versionTime).toBeUndefined()
  })

  it('gives the resource back unchanged but for id, references, identifier and meta', () => {
    const body = {
      ...observation,
      _status: { extension: [{ url: 'urn:x', valueDecimal: 1.5 }] },
      valueQuantity: { value: 61.5, unit: 'kg' },
      note: [{ text: '' }],
    }
    const [given] = told(mapBody(body), 'Observation')
    const { id, identifier, subject, ...rest } = given ?? {}
    const { id: _, subject: __, ...original } = body
    expect(rest).toEqual(original)
    expect([id, identifier, subject]).toEqual([
      idOf('Observation', 'o-1'), [{ system: 'urn:hutong:regional-platform:Observation', value: 'o-1' }],
      { reference: `Patient/${idOf('Patient', 'p-1')}` },
    ])
  })

  it('of a type that is not mapped is kept whole in its compartment, and counted', () => {
    const claim = { resourceType: 'Claim', id: 'k', status: 'active', patient: { reference: 'Patient/p-1' } }
    const result = mapBody(bundle('collection', { resource: claim }, { resource: { ...claim, id: 'l' } }))
    expect(result.tellings.map(telling => telling.patient)).toEqual([idOf('Patient', 'p-1'), idOf('Patient', 'p-1')])
    expect(result.issues).toEqual([
      { severity: 'information', code: 'unmapped-type', place: 'Claim', message: '2 kept whole, without facts' },
    ])
  })

  it('says which institution tells it: by its own organisation, a logical reference, or its encounter\'s', () => {
    const system = 'urn:oid:2.16.156.10011.1.5'
    const organization = { resourceType: 'Organization', id: 'o', identifier: [{ system, value: '12350206426600002Y' }] }
    const encounter = {
      resourceType: 'Encounter', id: 'e', status: 'finished', class: { code: 'AMB' }, subject: { reference: 'Patient/p-1' },
      serviceProvider: { reference: 'Organization/o' },
    }
    const result = mapBody(bundle('collection', ...[
      organization, encounter, { ...observation, encounter: { reference: 'Encounter/e' } },
      { ...observation, id: 'o-2', performer: [{ identifier: { system, value: '12350206426600001U' } }] },
      { ...observation, id: 'o-3' },
    ].map(resource => ({ resource }))))
    expect(result.tellings.map(({ resource }) => resource.meta?.extension?.[0]?.valueString)).toEqual([
      '12350206426600002Y', '12350206426600002Y', '12350206426600002Y', '12350206426600001U', undefined,
    ])
  })
})

it('lists no more than two hundred issues of a record, and says how many more there were', () => {
  const result = mapBody(bundle('collection', ...Array.from({ length: 150 }, (_, i) => (
    { resource: { resourceType: 'Observation', id: `o${i}`, subject: { reference: 'Patient/p-1' } } }
  ))))
  expect(result.issues).toHaveLength(201)
  expect(result.issues.at(-1)).toMatchObject({ code: 'issues-cut', message: '100 more issues are not listed' })
})
