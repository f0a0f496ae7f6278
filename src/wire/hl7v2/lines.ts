/** A segment's text with what ended it: `\r`, `\n`, `\r\n`, several of them, or '' at the end. */
export interface Line { raw: string; terminator: string }

/**
 * Cuts text that begins with MSH into segments. Blank lines belong to the terminator before them; a line that is no
 * segment (a text field broken by a bare line break) belongs to the field before it. Joined again, nothing is missing.
 */
export function cutLines(text: string, fieldSeparator: string): { lines: Line[]; broken: boolean } {
  const lines: Line[] = []
  const breaks = /[\r\n][\r\n\t ]*/g
  let broken = false
  let at = 0
  while (at < text.length) {
    const found = breaks.exec(text)
    const end = found ? found.index : text.length
    const terminator = found ? found[0] : ''
    const last = lines.at(-1)
    if (!last || isSegment(text, at, end, fieldSeparator)) {
      lines.push({ raw: text.slice(at, end), terminator })
    } else {
      broken = true
      last.raw += last.terminator + text.slice(at, end)
      last.terminator = terminator
    }
    at = end + terminator.length
  }
  return { lines, broken }
}

function isSegment(text: string, start: number, end: number, fieldSeparator: string): boolean {
  const length = end - start
  if (length < 3 || length > 3 && text.charAt(start + 3) !== fieldSeparator) return false
  return isLetter(text.charCodeAt(start)) && isWord(text.charCodeAt(start + 1)) && isWord(text.charCodeAt(start + 2))
}

const isLetter = (code: number): boolean => code >= 0x41 && code <= 0x5A || code >= 0x61 && code <= 0x7A
const isWord = (code: number): boolean => isLetter(code) || code >= 0x30 && code <= 0x39
