import data from './ucumAliases.json'

const aliases = new Map(Object.entries(data.aliases))
const metric = new Set(data.atoms.metric)
const plain = new Set(data.atoms.plain)
const prefixes = ['da', 'Y', 'Z', 'E', 'P', 'T', 'G', 'M', 'k', 'h', 'd', 'c', 'm', 'u', 'n', 'p', 'f', 'a', 'z', 'y']

const known = new Map<string, string | undefined>()

/**
 * The UCUM code of a unit as a laboratory prints it (`μmol/L`, `10^9/L`, `mmHg`, `次/分`), or undefined where it is none
 * that we know: then the text is all that can be told. What is valid UCUM already stays as it is, except that the caret of
 * `10^9/L` becomes the star and the litre a capital, so that one unit has one code.
 */
export function toUcum(text: string): string | undefined {
  if (known.has(text)) return known.get(text)
  const code = readUnit(text)
  if (known.size < 5_000) known.set(text, code)
  return code
}

function readUnit(text: string): string | undefined {
  const folded = fold(text)
  const alias = aliases.get(folded) ?? aliases.get(text.trim())
  if (alias !== undefined) return alias
  return isUcum(folded) ? folded : undefined
}

/** Full-width and compatibility forms, blanks, superscripts and the two micro signs as one. */
const superscripts = '⁰¹²³⁴⁵⁶⁷⁸⁹'
function fold(text: string): string {
  return text
    .replace(/10([⁰¹²³⁴⁵⁶⁷⁸⁹]+)/g, (_, digits: string) => `10*${[...digits].map(digit => superscripts.indexOf(digit)).join('')}`)
    .replace(/℃/g, 'Cel')
    .normalize('NFKC')
    .replace(/\s+/g, '')
    .replace(/[µμ]/g, 'u')
    .replace(/\*\*/g, '*')
    .replace(/10\^/g, '10*')
    .replace(/^[xX×]10\*/, '10*')
}

/**
 * Whether a text is a UCUM unit of the part of UCUM that laboratories and wards use (the atoms of ucumAliases.json):
 * terms joined by `.` and `/`, parentheses, annotations in braces, exponents. https://ucum.org/ucum, §§ 2–12
 */
export function isUcum(text: string): boolean {
  if (text === '' || /[^\x21-\x7e]/.test(text)) return false
  const rest = readTerm(text.startsWith('/') ? text.slice(1) : text, 0)
  return rest === ''
}

/** Reads a term and gives what is left of the text; undefined where it is none. */
function readTerm(text: string, depth: number): string | undefined {
  if (depth > 8) return undefined
  let rest = readComponent(text, depth)
  while (rest !== undefined && /^[./]/.test(rest)) rest = readComponent(rest.slice(1), depth)
  return rest
}

function readComponent(text: string, depth: number): string | undefined {
  if (text.startsWith('(')) {
    const inner = readTerm(text.slice(1), depth + 1)
    return inner?.startsWith(')') ? inner.slice(1) : undefined
  }
  const annotation = /^\{[^{}]*\}/.exec(text)
  if (annotation) return text.slice(annotation[0].length)
  const factor = /^[1-9]\d*(?![*^\d])/.exec(text)
  if (factor) return text.slice(factor[0].length)
  const simple = /^(10[*^]|(?:[A-Za-z%'0-9]|\[[^\]\s]*\])*?)([+-]?\d+)?(\{[^{}]*\})?(?=$|[./)])/.exec(text)
  if (!simple?.[1] || !isAtom(simple[1])) return undefined
  return text.slice(simple[0].length)
}

function isAtom(symbol: string): boolean {
  if (plain.has(symbol) || metric.has(symbol)) return true
  return prefixes.some(prefix => symbol.startsWith(prefix) && metric.has(symbol.slice(prefix.length)))
}
