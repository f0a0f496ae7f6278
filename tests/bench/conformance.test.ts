import { collectSample } from '../../bench/conformance/collected'
import { hasTrailingZeros } from '../../bench/conformance/examples'
import { table } from '../../bench/conformance/report'
import { asJson, difference, pairUp, readGiven, readSent } from '../../bench/conformance/rewriting'
import type { Json } from '../../bench/conformance/rewriting'
import { missing, spread, tally } from '../../bench/conformance/shared'
import { faultsOf } from '../../bench/conformance/structure'
import { loadSources } from '../../mappers'

const idKey = 'a-key-for-the-ids-of-tests'
const platform = loadSources({ idKey }).get('regional-platform')!
const sender = { id: 'regional-platform', idKey }

const bundle: Json = {
  resourceType: 'Bundle', type: 'transaction',
  entry: [
    { fullUrl: 'urn:uuid:p1', resource: { resourceType: 'Patient', id: 'p1', gender: 'female' }, request: { method: 'POST', url: 'Patient' } },
    {
      fullUrl: 'urn:uuid:o1', request: { method: 'POST', url: 'Observation' },
      resource: {
        resourceType: 'Observation', id: 'o1', meta: { profile: ['http://example.org/p'] }, status: 'final', code: { text: '钾' },
        subject: { reference: 'urn:uuid:p1' }, encounter: { reference: 'Encounter/elsewhere' }, valueQuantity: { value: 4.1 },
      },
    },
    { fullUrl: 'urn:uuid:c1', resource: { resourceType: 'Claim', status: 'active' }, request: { method: 'POST', url: 'Claim' } },
  ],
}

/** What the mapper gives back, and what is said of it after `change`. */
function verdicts(change: (resource: Record<string, unknown>) => object | undefined = resource => resource): (string | undefined)[] {
  const { tellings } = platform.dialect.map({ grammar: 'fhir', body: bundle, issues: [] }, platform.source)
  const back = tellings.flatMap(({ resource }) => change({ ...resource }) ?? []).map(asJson)
  const sent = readSent(bundle)
  return pairUp(sent, readGiven(back, { sent, sender })).map(({ sent: one, given }) => (given ? difference(one.content, given.content) : 'lost'))
}

describe('the comparison of what was sent with what is given back', () => {
  it('undoes ids, references, the added identifier and the added meta', () => {
    expect(verdicts()).toEqual([undefined, undefined, undefined])
  })

  it('sees an element that was lost, changed or added', () => {
    expect(verdicts(resource => JSON.parse(JSON.stringify({ ...resource, valueQuantity: undefined })))).toEqual([undefined, 'valueQuantity', undefined])
    expect(verdicts(resource => (resource.status === 'final' ? { ...resource, status: 'amended' } : resource))[1]).toBe('status')
    expect(verdicts(resource => (resource.gender ? { ...resource, active: true } : resource))[0]).toBe('active')
  })

  it('sees a reference that leads elsewhere', () => {
    expect(verdicts(resource => (resource.subject ? { ...resource, subject: { reference: 'Patient/other' } } : resource))[1]).toBe('subject.reference')
  })

  it('sees a resource that is not given back', () => {
    expect(verdicts(resource => (resource.resourceType === 'Claim' ? undefined : resource))).toEqual([undefined, undefined, 'lost'])
  })
})

const observation = { resourceType: 'Observation', id: 'o', status: 'final', code: { text: 'K' } }
const told = (elements: object) =>
  faultsOf({ tellings: [{ resource: { ...observation, ...elements } as never, manner: 'whole', patient: 'p' }], issues: [], unmapped: [] })

describe('the check of the shape', () => {
  it('accepts what refers to its patient, and to a visit told elsewhere', () => {
    expect(told({ subject: { reference: 'Patient/p' }, encounter: { reference: 'Encounter/e' } })).toEqual([])
  })

  it('names empty elements, elements R4 does not have, wrong primitives and references to what was never told', () => {
    expect(told({ note: [] })[0]).toContain('Observation.note')
    expect(told({ colour: 'red' })[0]).toContain('Observation.colour')
    expect(told({ issued: '2026-02-30' })[0]).toContain('Observation.issued')
    expect(told({ specimen: { reference: 'Specimen/s' } })).toEqual(['Observation refers to Specimen, untold'])
  })
})

describe('the report', () => {
  it('marks what must hold and does not, and what is only a figure', () => {
    const broken = tally('must')
    broken.holds('a', true)
    broken.holds('b', false, 'why')
    const figure = tally('figure', { figure: true })
    figure.holds('c', false)
    const lines = table([broken.result('a note'), figure.result()]).split('\n')
    expect(lines[1]).toMatch(/^✗ {2}must +1 +2 {2}a note$/)
    expect(lines[2]).toBe('     b: why')
    expect(lines[3]).toMatch(/^· {2}figure/)
    expect(table([missing('data', 'a file')])).toContain('–  data')
  })

  it('keeps an even sample of each type for the validator', () => {
    const sample = collectSample(4)
    for (let index = 0; index < 100; index++) sample.add('seed', { resource: { resourceType: 'Basic', id: String(index), code: {} } })
    const kept = sample.all().get('seed')!.map(({ resource }) => Number(resource.id))
    expect(kept.length).toBeGreaterThanOrEqual(4)
    expect(kept.length).toBeLessThanOrEqual(8)
    expect(kept.at(-1)).toBeGreaterThan(50)
    expect(spread([1, 2, 3, 4, 5, 6], 3)).toEqual([1, 3, 5])
    expect(spread([1, 2], 9)).toEqual([1, 2])
  })

  it('knows a decimal whose written precision JSON does not keep', () => {
    expect(hasTrailingZeros('{"value": 1.50}')).toBe(true)
    expect(hasTrailingZeros('{"value": 1.5, "text": "1.50"}')).toBe(false)
  })
})
