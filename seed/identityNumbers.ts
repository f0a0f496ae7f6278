/** Numbers that people carry. */
const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]

/** GB 11643: county of issue (6), birth date (`1956-03-04`), a serial of three digits whose last is odd for men, check digit. */
export function identityNumber({
  county,
  birth,
  sex,
  serial,
}: {
  county: string
  birth: string
  sex: 'M' | 'F'
  serial: number
}): string {
  const middle = (serial % 500) * 2 + (sex === 'M' ? 1 : 0)
  const body = `${county}${birth.replaceAll('-', '')}${`00${middle}`.slice(-3)}`
  return body + checkDigit(body)
}

export function checkDigit(body: string): string {
  const sum = weights.reduce((total, weight, place) => total + weight * Number(body[place]), 0)
  return '10X98765432'[sum % 11] ?? ''
}

export const isValidIdentityNumber = (text: string): boolean =>
  /^\d{17}[\dX]$/.test(text) && checkDigit(text.slice(0, 17)) === text[17]

/** Residents' health archive number: county, street, committee, sequence (17 digits). */
export const archiveNumber = ({ street, committee, sequence }: { street: string; committee: number; sequence: number }): string =>
  `350206${street}${`00${committee}`.slice(-3)}${`0000${sequence}`.slice(-5)}`
