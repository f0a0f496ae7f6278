import type { Identifier } from '../../src/model/fhir'
import type { AssigningAuthority } from '../../src/model/source'
import { readIdentityNumber, type IdentityNumber } from '../../src/terminology/identity-number'
import type { Row } from './row'

const typeSystem = 'http://terminology.hl7.org/CodeSystem/v2-0203'

/** An identifier of the authority that the source's configuration names for a column or a kind of card. */
export function identifier(row: Row, authority: string, value: string): Identifier {
  const { system, type }: AssigningAuthority = row.source.assigningAuthorities[authority] ?? { system: row.system(authority) }
  return { ...(type ? { type: { coding: [{ system: typeSystem, code: type }] } } : {}), system, value }
}

/**
 * idCard (身份证号码), childCard (其他证号码) with cardtype (证件类型), cardNo (卡号). An old number of 15 digits stands
 * beside its 18-digit form. A number that is none, or whose check digit is wrong, is kept as told and raises an issue;
 * with another cardtype it is a number of that card.
 */
export function personIdentifiers(row: Row, person: RecordedPerson): Identifier[] {
  const identifiers: Identifier[] = []
  const cardtype = row.text('cardtype')
  const idCard = row.text('idCard')
  if (idCard !== undefined) identifiers.push(...idCardIdentifiers(row, { idCard, cardtype, person }))
  const other = row.text('childCard')
  if (other !== undefined) identifiers.push(identifier(row, isOtherCard(cardtype) ? `cardtype:${cardtype}` : 'childCard', other))
  const cardNo = row.text('cardNo')
  if (cardNo !== undefined) identifiers.push(identifier(row, 'cardNo', cardNo))
  return identifiers
}

interface RecordedPerson { readonly birthDate?: string; readonly gender?: string }

function idCardIdentifiers(row: Row, told: { idCard: string; cardtype?: string; person: RecordedPerson }): Identifier[] {
  const { idCard, cardtype, person } = told
  const reading = readIdentityNumber(idCard)
  if (!reading.valid) {
    if (isOtherCard(cardtype) && reading.reason === 'shape') return [identifier(row, `cardtype:${cardtype}`, idCard)]
    row.issue(`identity-number-${reading.reason}`, 'idCard', messages[reading.reason])
    return [identifier(row, 'idCard', idCard)]
  }
  checkAgainstRecord(row, reading, person)
  const current = identifier(row, 'idCard', reading.normalised)
  return reading.kind === 'resident-15' ? [current, { ...identifier(row, 'idCard', idCard), use: 'old' }] : [current]
}

const messages = {
  'shape': 'not the shape of a resident identity number',
  'check-digit': 'the check digit is wrong',
  'birth-date': 'holds no day of the calendar',
}

/** Any kind of card but the resident's own (01); the household book (02) quotes the identity number. */
const isOtherCard = (cardtype: string | undefined): boolean => cardtype !== undefined && cardtype !== '01' && cardtype !== '02'

/** Birth date and sex can be read from the number and must agree with the record (DOMAIN: residents' identity number). */
function checkAgainstRecord(row: Row, reading: Extract<IdentityNumber, { valid: true }>, person: RecordedPerson): void {
  if (person.birthDate !== undefined && !reading.birthDate.startsWith(person.birthDate)) {
    row.issue('identity-number-contradicts-birth-date', 'birthday', 'differs from the birth date in the identity number')
  }
  if ((person.gender === 'male' || person.gender === 'female') && person.gender !== reading.sex) {
    row.issue('identity-number-contradicts-sex', 'sexCode', 'differs from the sex in the identity number')
  }
}
