/** A resident's basic data, composed from the linked source patients. Pure. */
import type { Fact } from '../model/fact'
import type { ServedPatient } from '../model/served'
import type { Source } from '../model/source'

/** Elements in which one source patient's word is taken whole. */
const single = [
  'active', 'name', 'telecom', 'gender', 'birthDate', 'address', 'maritalStatus', 'contact', 'managingOrganization',
] as const

type Patients = readonly Fact<ServedPatient>[]
type Sources = ReadonlyMap<string, { readonly source: Source }>

/**
 * Element by element the first source patient that tells it: community centres first, since they keep the resident's
 * archive (建档) and see the papers, then the others in the order of their ids. Identifiers add up. A death counts whoever
 * tells it, and the earliest day told. The charts that another took the place of come last.
 */
export function composePerson(resident: string, patients: Patients, sources: Sources): ServedPatient {
  const ordered = inOrderOfPreference(patients, sources).map(({ record }) => record)
  const person: ServedPatient = { resourceType: 'Patient', id: resident }
  const filled = person as unknown as Record<string, unknown>
  for (const field of single) {
    const told = ordered.find((record) => record[field] !== undefined)?.[field]
    if (told !== undefined) filled[field] = told
  }
  const identifiers = new Map(ordered.flatMap(({ identifier }) => identifier ?? []).toReversed()
    .map((identifier) => [`${identifier.system}|${identifier.value}`, identifier]))
  if (identifiers.size > 0) person.identifier = [...identifiers.values()].toReversed()
  const died = ordered.flatMap(({ deceasedDateTime }) => deceasedDateTime ?? []).toSorted()[0]
  if (died !== undefined) person.deceasedDateTime = died
  else if (ordered.some(({ deceasedBoolean }) => deceasedBoolean === true)) person.deceasedBoolean = true
  return person
}

export function inOrderOfPreference(patients: Patients, sources: Sources) {
  const rank = ({ source, institution, record }: Fact<ServedPatient>): number => {
    if (record.link?.some(({ type }) => type === 'replaced-by') === true) return 2
    const speaker = sources.get(source)?.source
    const told = speaker?.institutions.find(({ id }) => id === institution) ?? speaker?.institution
    return told?.level?.startsWith('社') === true ? 0 : 1
  }
  return patients.toSorted((a, b) => rank(a) - rank(b) || (`${a.source} ${a.id}` < `${b.source} ${b.id}` ? -1 : 1))
}
