/** What may come next in JSON. */
type Expected = 'value' | 'first value' | 'key' | 'first key' | 'colon' | 'comma' | 'end'

/**
 * Where text stops being JSON (RFC 8259): the index of the first character that cannot stand there, the text's length where
 * it ends too early, -1 where it is JSON. The engine's own message quotes the text around it, which may hold a name.
 */
export function syntaxErrorAt(text: string): number {
  const open: string[] = []
  let expected: Expected = 'value'
  let at = 0
  for (;;) {
    at = skipBlank(text, at)
    if (at >= text.length) return expected === 'end' ? -1 : text.length
    const character = text.charAt(at)
    const closes = character === open.at(-1) && expected !== 'value' && expected !== 'key' && expected !== 'colon'
    if (closes) {
      open.pop()
      expected = open.length ? 'comma' : 'end'
      at++
    } else if (expected === 'colon' || expected === 'comma') {
      if (character !== (expected === 'colon' ? ':' : ',')) return at
      expected = expected === 'colon' || open.at(-1) === ']' ? 'value' : 'key'
      at++
    } else if (expected === 'end') {
      return at
    } else if (expected === 'key' || expected === 'first key') {
      const end = character === '"' ? stringEnd(text, at) : { bad: at }
      if ('bad' in end) return end.bad
      expected = 'colon'
      at = end.next
    } else if (character === '{' || character === '[') {
      open.push(character === '{' ? '}' : ']')
      expected = character === '{' ? 'first key' : 'first value'
      at++
    } else {
      const end = scalarEnd(text, at)
      if ('bad' in end) return end.bad
      expected = open.length ? 'comma' : 'end'
      at = end.next
    }
  }
}

/** Line and column, from 1, of a position. */
export function lineAndColumn(text: string, position: number): string {
  const before = text.slice(0, position)
  const line = before.split('\n').length
  return `line ${line}, column ${position - before.lastIndexOf('\n')}`
}

type End = { next: number } | { bad: number }

function scalarEnd(text: string, start: number): End {
  if (text.charAt(start) === '"') return stringEnd(text, start)
  const scalar = /true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y
  scalar.lastIndex = start
  const found = scalar.exec(text)
  return found ? { next: start + found[0].length } : { bad: start }
}

function stringEnd(text: string, start: number): End {
  for (let at = start + 1; at < text.length; at++) {
    const character = text.charAt(at)
    if (character === '"') return { next: at + 1 }
    if (character < ' ') return { bad: at }
    if (character !== '\\') continue
    const escape = /["\\/bfnrt]|u[0-9a-fA-F]{4}/y
    escape.lastIndex = at + 1
    const found = escape.exec(text)
    if (!found) return { bad: at }
    at += found[0].length
  }
  return { bad: text.length }
}

function skipBlank(text: string, from: number): number {
  let at = from
  while (at < text.length && ' \t\r\n'.includes(text.charAt(at))) at++
  return at
}
