import type { FhirResource } from '../../src/model/fhir'
import type { Telling } from '../../src/model/mapping'
import {
  demandsOf, goldenCases, goldenSources, holds, isUpdating, mapGolden, readGolden, refOf, writeGolden,
} from '../support/golden'

/** Resources of a source's directory: in no patient's compartment. */
const directory = new Set(['Organization', 'Practitioner', 'PractitionerRole', 'Location', 'Medication'])

const cases = goldenCases()

describe.each(cases.map(golden => [`${golden.source}: ${golden.name}`, golden] as const))('%s', (_, golden) => {
  const mapped = mapGolden(golden)

  beforeAll(() => {
    if (isUpdating(golden)) writeGolden(golden, mapped)
  })

  it('maps to what the golden says', () => {
    const kept = readGolden(golden)
    expect(JSON.parse(JSON.stringify(mapped.resources))).toEqual(kept?.resources)
    expect(JSON.parse(JSON.stringify(mapped.report))).toEqual(kept?.report)
  })

  it('has the fields that must be there', () => {
    const demands = demandsOf(golden) ?? []
    expect(demands).not.toHaveLength(0)
    expect(demands.filter(demand => !holds(demand, mapped))).toEqual([])
  })

  it('maps to the same twice', () => {
    expect(mapGolden(golden).report).toEqual(mapped.report)
  })

  it('has an id for each resource that shows none of the source\'s own numbers', () => {
    expect(mapped.tellings.filter(({ resource }) => !/^[A-Za-z0-9.-]{1,64}$/.test(resource.id ?? '')).map(refOf)).toEqual([])
    const numbers = mapped.resources.flatMap(numbersOf)
    expect(mapped.tellings.map(refOf).filter(ref => numbers.some(number => ref.includes(number)))).toEqual([])
  })

  it('lays each clinical resource in the compartment of its patient', () => {
    expect(mapped.tellings.filter(telling => !isInItsCompartment(telling)).map(refOf)).toEqual([])
  })

  it('emits no empty list, object or text', () => {
    expect(mapped.tellings.flatMap(telling => emptyPlaces(telling.resource, refOf(telling)))).toEqual([])
  })

  it('says nothing of a person in its issues', () => {
    expect(mapped.report.issues.filter(issue => /\d{15}|1[3-9]\d{9}/.test(issue.message + issue.place))).toEqual([])
  })
})

describe.each([...goldenSources.keys()])('%s', (id) => {
  it('leaves no more fields unused than its ceiling allows', () => {
    const ceiling = Number(goldenSources.get(id)?.source.settings.unmappedCeiling ?? 0)
    const unused = [...new Set(cases.filter(golden => golden.source === id).flatMap(golden => mapGolden(golden).report.unmapped))]
    expect(unused.length > ceiling ? { ceiling, unused: unused.toSorted() } : {}).toEqual({})
  })
})

/** Numbers by which a patient or visit is known; the short ones would be in an id by chance. */
function numbersOf(resource: FhirResource): string[] {
  const { identifier } = resource as { identifier?: { value?: string }[] | { value?: string } }
  const values = Array.isArray(identifier) ? identifier.map(({ value }) => value) : [identifier?.value]
  return values.filter((value): value is string => value !== undefined && value.length >= 6)
}

function isInItsCompartment({ resource, patient }: Telling): boolean {
  if (directory.has(resource.resourceType)) return patient === undefined
  if (resource.resourceType === 'Patient') return patient === resource.id
  const subject = subjectOf(resource)
  // Of another server's patient: the compartment is that patient's, whose id cannot be read from the address.
  if (subject !== undefined && /^https?:/.test(subject)) return patient !== undefined
  return patient === undefined ? subject?.startsWith('Patient/') !== true : subject === undefined || subject === `Patient/${patient}`
}

function subjectOf(resource: FhirResource): string | undefined {
  const { subject, patient } = resource as { subject?: { reference?: string }; patient?: { reference?: string } }
  return (subject ?? patient)?.reference
}

function emptyPlaces(value: unknown, place: string): string[] {
  if (value === null || value === undefined || value === '') return [place]
  if (typeof value !== 'object') return []
  const entries = Object.entries(value)
  return entries.length === 0 ? [place] : entries.flatMap(([key, inner]) => emptyPlaces(inner, `${place}.${key}`))
}
