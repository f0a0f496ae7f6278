/** How alike two short texts are. Pure; texts are cut, so that one of a thousand characters costs no more than a long name. */

const longest = 48

export const plain = (text: string): string =>
  text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .normalize('NFKC')
    .toLowerCase()
    .replace(/['’`´-]/gu, '')
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()
    .slice(0, 120)

/** Jaro–Winkler similarity, 0 to 1. */
export function similarity(left: string, right: string): number {
  if (left === right) return 1
  const [a, b] = [left.slice(0, longest), right.slice(0, longest)]
  const jaro = jaroOf(a, b)
  let prefix = 0
  while (prefix < 4 && prefix < a.length && a[prefix] === b[prefix]) prefix += 1
  return jaro + prefix * 0.1 * (1 - jaro)
}

function jaroOf(a: string, b: string): number {
  const reach = Math.max(0, Math.floor(Math.max(a.length, b.length) / 2) - 1)
  const taken = Array.from(b, () => false)
  const matched: number[] = []
  for (let i = 0; i < a.length; i += 1) {
    for (let j = Math.max(0, i - reach); j < Math.min(b.length, i + reach + 1); j += 1) {
      if (taken[j] === true || a[i] !== b[j]) continue
      taken[j] = true
      matched.push(i)
      break
    }
  }
  const count = matched.length
  if (count === 0) return 0
  let turned = 0
  let at = 0
  for (let j = 0; j < b.length; j += 1) {
    if (taken[j] !== true) continue
    if (a[matched[at] ?? 0] !== b[j]) turned += 1
    at += 1
  }
  return (count / a.length + count / b.length + (count - turned / 2) / count) / 3
}

/** Insertions, deletions, replacements and swaps of neighbours that make one of the other, up to `most`; more is `most + 1`. */
export function edits(left: string, right: string, most = 2): number {
  if (left === right) return 0
  const [a, b] = [left.slice(0, longest), right.slice(0, longest)]
  if (Math.abs(a.length - b.length) > most) return most + 1
  let older: number[] = []
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i]
    for (let j = 1; j <= b.length; j += 1) {
      const same = a[i - 1] === b[j - 1]
      let cost = Math.min((previous[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (previous[j - 1] ?? 0) + (same ? 0 : 1))
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) cost = Math.min(cost, (older[j - 2] ?? 0) + 1)
      row.push(cost)
    }
    older = previous
    previous = row
  }
  return Math.min(previous[b.length] ?? 0, most + 1)
}

/** The same letters in another order, of a word that is long enough that this is no chance: oliver, olirev. */
export const isScrambled = (left: string, right: string): boolean =>
  left.length > 4 &&
  left.length === right.length &&
  left.length <= longest &&
  [...left].toSorted().join('') === [...right].toSorted().join('')

/** Soundex of a Latin name: its first letter and three digits, for finding and not for judging. */
export function soundex(word: string): string {
  const codes: Record<string, string> = {
    b: '1',
    f: '1',
    p: '1',
    v: '1',
    c: '2',
    g: '2',
    j: '2',
    k: '2',
    q: '2',
    s: '2',
    x: '2',
    z: '2',
    d: '3',
    t: '3',
    l: '4',
    m: '5',
    n: '5',
    r: '6',
  }
  let code = word.slice(0, 1)
  let last = codes[code] ?? ''
  for (const letter of word.slice(1, longest)) {
    const next = codes[letter] ?? ''
    if (next !== '' && next !== last) code += next
    if (letter !== 'h' && letter !== 'w') last = next
  }
  return code.padEnd(4, '0').slice(0, 4)
}
