import type * as fhir4 from '../../../src/model/fhir'
import type { Hl7Field, Hl7Segment } from '../../../src/model/record'
import { readIdentityNumber } from '../../../src/terminology/identity-number'
import { authorityNamed, CX_Identifier, distinctIdentifiers, identifierType } from '../datatypes/CX_Identifier'
import { tellInstitution } from '../datatypes/XON_Organization'
import { given } from '../given'
import type { Mapping } from '../mapping'

/** System of the resident identity number (居民身份号码, GB 11643). */
const identityNumber = 'urn:oid:2.16.156.10011.1.3'

interface Told { readonly birthDate: string | undefined; readonly gender: string | undefined }

/**
 * HL7 v2-to-FHIR, segment PID[Patient], PID-2, 3, 4 and 19. An identity number that fails its check digit, or that
 * contradicts the birth date or sex beside it, stays as told and raises an issue: whether it is the patient's is for
 * identity to judge, and nothing of it is used here to fill in what the message does not say.
 */
export function patientIdentifiers(mapping: Mapping, pid: Hl7Segment, told: Told): fhir4.Identifier[] | undefined {
  const fields = ([3, 2, 4] as const).flatMap(number => pid.field(number).map(field => ({ field, place: pid.place(number) })))
  const numbers = [...fields.map(({ field, place }) => readNumber(mapping, field, place, told)), fromPid19(mapping, pid, told)]
  return distinctIdentifiers(...numbers)
}

function readNumber(mapping: Mapping, field: Hl7Field, place: string, told: Told): fhir4.Identifier | undefined {
  const identifier = CX_Identifier(mapping, field, { place })
  if (!identifier) return undefined
  if (identifier.system === identityNumber) return checked(mapping, identifier, place, told)
  const own = mapping.source.assigningAuthorities['']?.system
  const isOwn = own !== undefined && identifier.system === own
  return isOwn ? { ...identifier, assigner: tellInstitution(mapping, mapping.source.institution) } : identifier
}

/** PID-19 is a national number where the source's authority `PID-19` says so; elsewhere only the field's name is known. */
function fromPid19(mapping: Mapping, pid: Hl7Segment, told: Told): fhir4.Identifier | undefined {
  const value = pid.text(19)
  if (value === undefined) return undefined
  const authority = authorityNamed(mapping, 'PID-19')
  if (!authority) return { type: { text: 'SSN Number - Patient' }, value }
  const identifier = given({ type: identifierType(authority.type), system: authority.system, value })
  return authority.system === identityNumber ? checked(mapping, identifier, pid.place(19), told) : identifier
}

function checked(mapping: Mapping, identifier: fhir4.Identifier, place: string, told: Told): fhir4.Identifier {
  const reading = readIdentityNumber(identifier.value ?? '')
  if (!reading.valid) {
    mapping.note('warning', `identity-number-${reading.reason}`, place, 'The identity number is not valid; it is kept as told.')
    return identifier
  }
  if (told.birthDate !== undefined && !reading.birthDate.startsWith(told.birthDate)) {
    const code = 'identity-number-contradicts-birth-date'
    mapping.note('warning', code, place, 'The identity number says another birth date than PID-7.')
  }
  if ((told.gender === 'male' || told.gender === 'female') && reading.sex !== told.gender) {
    mapping.note('warning', 'identity-number-contradicts-sex', place, 'The identity number says another sex than PID-8.')
  }
  return { ...identifier, value: reading.normalised }
}
