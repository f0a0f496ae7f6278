import type * as fhir4 from '../model/fhir'
import { readIdentityNumber } from '../terminology/identity-number'
import { nameTexts } from './names'

/** 居民身份号码, GB 11643 */
export const identityNumberSystem = 'urn:oid:2.16.156.10011.1.3'

/** What linking goes by, normalised. */
export interface Features {
  readonly identityNumber?: {
    readonly number: string
    readonly birthDate: string
  }
  readonly names: readonly string[]
  /** FHIR date, perhaps partial. */
  readonly birthDate?: string
  /** Absent where it is unknown or other: neither contradicts. */
  readonly sex?: 'male' | 'female'
  /** The source patient that took this one's place (HL7 A40), by the source's own word. */
  readonly replacedBy?: string
}

type Person = Pick<fhir4.Patient, 'identifier' | 'name' | 'birthDate' | 'gender' | 'link'>

/** The features of a Patient. Only a valid identity number is one; of several, the first in order of their characters. */
export function featuresOf(person: Person): Features {
  const numbers = (person.identifier ?? [])
    .filter(({ system, use }) => system === identityNumberSystem && use !== 'old')
    .map(({ value }) => readIdentityNumber(value ?? ''))
    .flatMap((read) => (read.valid ? [{ number: read.normalised, birthDate: read.birthDate }] : []))
    .toSorted((a, b) => (a.number < b.number ? -1 : 1))
  const replaced = person.link?.find(({ type }) => type === 'replaced-by')?.other.reference
  return {
    names: nameTexts(person.name?.filter(({ use }) => use !== 'old')),
    ...(numbers[0] === undefined ? {} : { identityNumber: numbers[0] }),
    ...(person.birthDate === undefined ? {} : { birthDate: person.birthDate }),
    ...(person.gender === 'male' || person.gender === 'female' ? { sex: person.gender } : {}),
    ...(replaced?.startsWith('Patient/') === true ? { replacedBy: replaced.slice('Patient/'.length) } : {}),
  }
}
