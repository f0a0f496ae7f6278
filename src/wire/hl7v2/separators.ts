import { HutongError } from '../../model/errors'

/** The characters of MSH-1 and MSH-2; '' where the message has none. */
export interface Separators {
  readonly field: string
  readonly component: string
  readonly repetition: string
  readonly escape: string
  readonly subcomponent: string
  /** HL7 2.7's fifth character of MSH-2 */
  readonly truncation: string
}

const standard = ['^', '~', '\\', '&', '#'] as const

/**
 * Reads MSH-1 and MSH-2 (HL7 2.5.1, chapter 2.5.4). A character that is missing, or that repeats an earlier one (`^~\\`),
 * is the standard one, where that is free. Throws SYNTAX where MSH-1 is a letter, a digit or blank.
 */
export function readSeparators(header: string): Separators {
  const field = header.charAt(3)
  if (!field || /[\p{L}\p{N}\s]/u.test(field) || field >= '\uD800' && field <= '\uDFFF') {
    throw new HutongError('SYNTAX', 'MSH-1 is no field separator.', 'MSH-1')
  }
  const end = header.indexOf(field, 4)
  const told = header.slice(4, end < 0 ? undefined : end)
  const taken = [field]
  const chosen = standard.map((usual, index) => {
    const wanted = told.charAt(index)
    const isFit = wanted !== '' && !taken.includes(wanted) && !/[\w\s]/.test(wanted)
    const substitute = index < 4 && !taken.includes(usual) ? usual : ''
    const choice = isFit ? wanted : substitute
    taken.push(choice)
    return choice
  })
  const [component = '', repetition = '', escape = '', subcomponent = '', truncation = ''] = chosen
  return { field, component, repetition, escape, subcomponent, truncation }
}
