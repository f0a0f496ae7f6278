import type * as fhir4 from '../../../src/model/fhir'
import type { Hl7Field } from '../../../src/model/record'
import { given, givenOrNone, list } from '../given'
import type { Mapping } from '../mapping'
import { tables } from '../tables'
import { tidy } from './CWE_CodeableConcept'

const han = /\p{Script=Han}/u
const sexWords = new Set(['男', '女', '男性', '女性', '未知'])

/**
 * HL7 v2-to-FHIR, data type XPN[HumanName], with what Chinese systems put there: `张三` is a whole name (its surname is not
 * guessed), `张^三` is surname and given name, and the sex behind a name (`张三^男`) is no part of it.
 */
export function XPN_HumanName(mapping: Mapping, field: Hl7Field, place: string): fhir4.HumanName | undefined {
  const [family, given1, given2] = [1, 2, 3].map(component => dropSex(mapping, field.text(component), place))
  const name = nameOf(family, [given1, given2])
  if (!name) return undefined
  const use = field.text(7)
  return given({
    use: use === undefined ? undefined : tables.nameUse.get(use),
    ...name,
    prefix: list(field.text(5)),
    suffix: list(field.text(4), field.text(6)),
  })
}

/** A family and given names as told; a whole name in the place of the family name stays whole. */
export function nameOf(family: string | undefined, givenNames: readonly (string | undefined)[]): fhir4.HumanName | undefined {
  const names = list(...givenNames.map(name => name && tidy(name)))
  const first = family && tidy(family)
  if (first !== undefined && !names && (han.test(first) || /\s/.test(first))) return { text: first }
  const isChinese = han.test(first ?? '') || (names ?? []).some(name => han.test(name))
  return givenOrNone({ text: isChinese ? [first ?? '', ...names ?? []].join('') : undefined, family: first, given: names })
}

function dropSex(mapping: Mapping, text: string | undefined, place: string): string | undefined {
  if (text === undefined || !sexWords.has(text)) return text
  mapping.note('information', 'sex-in-name', place, 'The sex behind the name was left out of the name.')
  return undefined
}
