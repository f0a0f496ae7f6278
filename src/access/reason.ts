import { HutongError } from '../model/errors'

const longest = 500

/** Why somebody decides or looks, in words for the ledger: 1 to 500 characters, which every store keeps. Throws BAD_ARGUMENT. */
export function reasonOf(reason: string): string {
  const told = reason.trim()
  if (told === '' || told.length > longest || /[\0\p{Cs}]/u.test(told)) throw new HutongError('BAD_ARGUMENT', `reason must have 1 to ${longest} characters`, 'reason')
  return told
}
