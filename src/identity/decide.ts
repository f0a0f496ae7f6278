/** The rule that makes source patients one resident: pure. */
import type { Grade } from '../model/link'
import { isSameName } from './names'
import type { Features } from './normalise'

export const rule = 'identity-number/1'

/** A source patient who is linked already. */
export interface Candidate {
  readonly patient: string
  readonly features: Features
  readonly resident: string
  /** Instant from which the link is in force. */
  readonly at: string
}

export interface Decision {
  /** Residents whom the patient is, by the rule, the one whose group came first at the head; empty: a resident of its own. */
  readonly residents: readonly string[]
  readonly grade: Grade
  /** Names of features that agreed and that did not, never values. */
  readonly evidence: readonly string[]
  /** The number agrees with another patient's and the rest does not. */
  readonly shared: readonly string[]
}

/** Years by which a person may be younger than the number says; beyond, the number is a parent's. */
const yearsOfError = 10

/**
 * The same valid identity number, and nothing told that contradicts: the same resident. A newborn or child under a
 * parent's number (told to be born over ten years after the number's birth date) is of its own, and so never merged with
 * a twin by that number. `candidates` are the linked patients that hold the same number.
 */
export function decide(patient: Features, candidates: readonly Candidate[]): Decision {
  if (patient.identityNumber === undefined) return own('none', ['no-identity-number'])
  const borrowed = isBorrowed(patient)
  const compared = candidates.map((candidate) => ({ candidate, against: contradictions(patient, candidate.features) }))
  const shared = [...new Set(compared.flatMap(({ against }) => against))].toSorted()
  const refused = new Set(compared.filter(({ against }) => against.length > 0).map(({ candidate }) => candidate.resident))
  const residents = inOrderOfArrival(candidates.filter(({ resident }) => !refused.has(resident)))
  if (residents.length > 0) return { residents, grade: 'certain', evidence: ['identity-number', ...toldOf(patient)], shared }
  if (borrowed) return own('possible', ['number-of-another'], shared)
  const contested = shared.some((feature) => feature !== 'number-of-another')
  return own(contested ? 'possible' : 'certain', ['identity-number', ...shared], shared)
}

const own = (grade: Grade, evidence: readonly string[], shared: readonly string[] = []): Decision =>
  ({ residents: [], grade, evidence, shared })

/** What speaks against two patients with one number being one: features that are told of both and do not agree. */
export function contradictions(a: Features, b: Features): string[] {
  if (isBorrowed(a) || isBorrowed(b)) return ['number-of-another']
  const agree = a.names.some((name) => b.names.some((other) => isSameName(name, other)))
  const names = a.names.length > 0 && b.names.length > 0 && !agree
  const sex = a.sex !== undefined && b.sex !== undefined && a.sex !== b.sex
  return [
    ...(names ? ['name-differs'] : []),
    ...(isOtherDate(a.birthDate, b.birthDate) ? ['birth-date-differs'] : []),
    ...(sex ? ['sex-differs'] : []),
  ]
}

/** `1956` does not contradict `1956-03-02`. */
const isOtherDate = (a: string | undefined, b: string | undefined) =>
  a !== undefined && b !== undefined && !a.startsWith(b) && !b.startsWith(a)

function isBorrowed({ identityNumber, birthDate }: Features): boolean {
  if (identityNumber === undefined || birthDate === undefined) return false
  return Number(birthDate.slice(0, 4)) - Number(identityNumber.birthDate.slice(0, 4)) > yearsOfError
}

/** The features that could have contradicted, and did not. */
const toldOf = ({ names, birthDate, sex }: Features): string[] => [
  ...(names.length > 0 ? ['name'] : []),
  ...(birthDate === undefined ? [] : ['birth-date']),
  ...(sex === undefined ? [] : ['sex']),
]

function inOrderOfArrival(candidates: readonly Candidate[]): string[] {
  const first = new Map<string, string>()
  for (const { resident, at } of candidates) {
    const known = first.get(resident)
    if (known === undefined || at < known) first.set(resident, at)
  }
  return [...first].map(([resident, at]) => ({ resident, key: `${at} ${resident}` }))
    .toSorted((a, b) => (a.key < b.key ? -1 : 1)).map(({ resident }) => resident)
}
