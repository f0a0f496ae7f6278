export type SocialCreditCode =
  | { readonly valid: true; readonly normalised: string }
  | { readonly valid: false; readonly reason: 'shape' | 'check-digit' }

/** GB 32100-2015: digits and capitals without I, O, S, V, Z. */
const alphabet = '0123456789ABCDEFGHJKLMNPQRTUWXY'

/**
 * Reads a unified social credit code (统一社会信用代码, GB 32100-2015): 18 characters, the last of which is
 * (31 − Σ value × 3^i mod 31) mod 31. Full-width and lower-case characters are normalised. Never throws.
 */
export function readSocialCreditCode(text: string): SocialCreditCode {
  const given = text.normalize('NFKC').replace(/\s+/g, '').toUpperCase()
  if (given.length !== 18 || [...given].some(character => !alphabet.includes(character))) {
    return { valid: false, reason: 'shape' }
  }
  let sum = 0
  let weight = 1
  for (const character of given.slice(0, 17)) {
    sum += alphabet.indexOf(character) * weight
    weight = (weight * 3) % 31
  }
  const check = alphabet.charAt((31 - (sum % 31)) % 31)
  return given.endsWith(check) ? { valid: true, normalised: given } : { valid: false, reason: 'check-digit' }
}
