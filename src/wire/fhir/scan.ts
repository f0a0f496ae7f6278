const quote = 0x22
const backslash = 0x5C
const openBrace = 0x7B
const closeBrace = 0x7D
const openBracket = 0x5B
const closeBracket = 0x5D

/** Where the object or array that starts at `start` ends, exclusive; -1 where it does not, before `until`. Linear, without recursion. */
export function valueEnd(bytes: Uint8Array, start: number, until = bytes.length): number {
  let depth = 0
  for (let at = start; at < until; at++) {
    const byte = bytes[at]
    if (byte === quote) {
      at = stringEnd(bytes, at)
    } else if (byte === openBrace || byte === openBracket) {
      depth++
    } else if (byte === closeBrace || byte === closeBracket) {
      depth--
      if (depth === 0) return at + 1
    }
  }
  return -1
}

/** Where the closing quote stands; the last byte or behind it where there is none. */
export function stringEnd(bytes: Uint8Array, start: number): number {
  let at = start + 1
  while (at < bytes.length && bytes[at] !== quote) at += bytes[at] === backslash ? 2 : 1
  return at
}
