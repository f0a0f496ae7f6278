/** What a link says of why it is: names of features, never values. Pure. */
import type { Grade, ResidentLink } from '../model/link'
import type { MappingIssue } from '../model/mapping'
import type { SubjectRow } from '../store/collections'
import type { Judgement } from './judge'
import { isBorrowed } from './rules'
import type { Placement } from './assign'

export const replacedRule = 'replaced-by/1'
const names: Readonly<Record<string, string>> = {
  number: 'identity-number',
  nationalId: 'national-id',
  identifier: 'identifier',
  family: 'name',
  given: 'name',
  birthDate: 'birth-date',
  sex: 'sex',
  phone: 'phone',
  email: 'email',
  line: 'address',
  locality: 'address',
  postcode: 'address',
  region: 'address',
  birthPlace: 'birth-place',
  occupation: 'occupation',
  kin: 'parent',
}

export type Reason = Pick<ResidentLink, 'grade' | 'rule' | 'evidence' | 'weights'>

/**
 * Why a patient is in its group: by its source's own word, by its surest likeness to another there, or since it is like nobody.
 */
export function reasonOf(
  subject: SubjectRow,
  group: readonly SubjectRow[],
  { placement, rule, against }: { placement: Placement; rule: string; against: readonly string[] },
): Reason {
  const { replaced } = placement
  if (replaced.has(subject.patient))
    return { grade: 'certain', rule: replacedRule, evidence: ['replaced-by'] }
  const others = group.filter((other) => other !== subject && !replaced.has(other.patient))
  const best = others.map((other) => placement.judged(subject, other)).toSorted((a, b) => rank(b) - rank(a))[0]
  if (best !== undefined)
    return { grade: best.grade === 'certain' ? 'certain' : 'possible', rule, evidence: agreedIn(best), weights: best.evidence }
  return { rule, ...alone(subject, against) }
}

const rank = ({ grade, bits }: Judgement) => bits + (grade === 'certain' ? 1000 : 0)

function alone({ features }: SubjectRow, against: readonly string[]): { grade: Grade; evidence: readonly string[] } {
  if (features.numbers.length === 0)
    return { grade: against.length > 0 ? 'possible' : 'none', evidence: ['no-identity-number', ...against] }
  if (isBorrowed(features)) return { grade: 'possible', evidence: ['number-of-another'] }
  const isContested = against.some((reason) => reason !== 'number-of-another')
  return { grade: isContested ? 'possible' : 'certain', evidence: ['identity-number', ...against] }
}

function agreedIn({ evidence }: Judgement): string[] {
  const agreeing = evidence
    .filter(({ weight, feature }) => weight > 0 && !feature.endsWith(':different'))
    .map(({ feature }) => names[feature.split(':')[0] ?? ''] ?? feature)
  return [...new Set(agreeing)]
}

export const sharedIssue = (shared: readonly string[]): MappingIssue => ({
  severity: 'warning',
  code: 'identity-number-shared',
  place: 'Patient.identifier',
  message: `Another patient has the same identity number, and is not taken for the same resident: ${shared.join(', ')}.`,
})

export const quarantinedIssue: MappingIssue = {
  severity: 'warning',
  code: 'identity-number-quarantined',
  place: 'Patient.identifier',
  message: 'So many patients have this identity number that it joins nobody.',
}
