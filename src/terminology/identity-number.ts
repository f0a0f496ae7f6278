import { isCalendarDate } from './dates'

export type IdentityNumber =
  | {
    readonly valid: true
    /** 18 characters, upper case; the 18-digit form of an old 15-digit number. */
    readonly normalised: string
    readonly kind: 'resident' | 'resident-15' | 'hmt-permit' | 'foreign-permanent'
    /** `1949-12-31` */
    readonly birthDate: string
    readonly sex: 'male' | 'female'
    /** County code (GB/T 2260) at the time of issue; '' for permits and foreign permanent residents, who carry none. */
    readonly county: string
  }
  | { readonly valid: false; readonly reason: 'shape' | 'check-digit' | 'birth-date' }

const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
const checkCharacters = '10X98765432'

/**
 * Reads a resident identity number (居民身份号码, GB 11643-1999): 18 characters, or the 15 digits in use until 2013,
 * which carry no check digit and stand for births of 19yy. One digit eight times in a row is a filler and no number. Residence permits of Hong Kong, Macau and Taiwan residents
 * (810000, 820000, 830000) and permanent residence cards of foreigners (leading 9) have the same shape and check.
 * Full-width characters, blanks and a lower-case x are normalised. Never throws; the text is in no answer that is invalid.
 */
export function readIdentityNumber(text: string): IdentityNumber {
  const given = text.normalize('NFKC').replace(/\s+/g, '').toUpperCase()
  if (/(\d)\1{7}/.test(given)) return { valid: false, reason: 'shape' }
  const old = /^[1-8]\d{14}$/.test(given)
  if (!old && !/^[1-9]\d{16}[\dX]$/.test(given)) return { valid: false, reason: 'shape' }
  const body = old ? `${given.slice(0, 6)}19${given.slice(6)}` : given.slice(0, 17)
  const normalised = body + checkCharacter(body)
  if (!old && normalised !== given) return { valid: false, reason: 'check-digit' }
  const birthDate = `${body.slice(6, 10)}-${body.slice(10, 12)}-${body.slice(12, 14)}`
  if (!/^(18|19|20)/.test(birthDate) || !isCalendarDate(birthDate)) return { valid: false, reason: 'birth-date' }
  const kind = old ? 'resident-15' : kindOf(body)
  return {
    valid: true,
    normalised,
    kind,
    birthDate,
    sex: Number(body[16]) % 2 === 1 ? 'male' : 'female',
    county: kind === 'resident' || kind === 'resident-15' ? body.slice(0, 6) : '',
  }
}

function kindOf(body: string): 'resident' | 'hmt-permit' | 'foreign-permanent' {
  if (body.startsWith('9')) return 'foreign-permanent'
  return /^8[123]0000/.test(body) ? 'hmt-permit' : 'resident'
}

/** ISO 7064 MOD 11-2 over the first 17 digits. */
function checkCharacter(body: string): string {
  const sum = weights.reduce((total, weight, i) => total + weight * Number(body[i]), 0)
  return checkCharacters.charAt(sum % 11)
}
