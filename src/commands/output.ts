import { SingleBar } from 'cli-progress'
import { HutongError, isHutongError } from '../model/errors'
import { harmless, harmlessLine } from '../model/harmless'

/**
 * All that is printed: records, file names and other people's words hold what a terminal would obey, and here it is written out.
 * Nothing else in the program writes to standard output or standard error, but the log (a test holds it to that).
 */

/** Exit codes of the command line, as `--help` lists them. */
export const exitCodes = {
  done: 0,
  /** Something went wrong that is no fault of the caller. */
  fault: 1,
  /** The call's words, an option or a configuration file are wrong. */
  usage: 2,
  /** What was asked for does not exist. */
  notFound: 3,
  /** Done, but some records are in quarantine or were refused. */
  partly: 4,
  /** The store is held by another process or away: try again. */
  busy: 5,
} as const

export const exitCodesHelp = `
Exit codes: 0 done, 1 fault, 2 wrong call or configuration, 3 not found,
            4 done but some records are quarantined or refused, 5 store busy or away`

export const print = (text: string): void => writeOut(`${text}\n`)
export const printError = (text: string): void => writeErr(`${text}\n`)
/** Lines that hold other people's words: none of them begins a line of its own. */
export const printLines = (lines: readonly string[]): void => writeOut(joined(lines))
export const printErrorLines = (lines: readonly string[]): void => writeErr(joined(lines))
const joined = (lines: readonly string[]): string => lines.map(line => `${harmlessLine(line)}\n`).join('')
export const printJson = (value: unknown): void => print(JSON.stringify(value, null, 2))

/** Also commander's ways to say something: its errors repeat words of the call. */
export const writeOut = (text: string): void => void process.stdout.write(harmless(text))
export const writeErr = (text: string): void => void process.stderr.write(harmless(text))

/** Bytes as they came, where a file or a program takes them; on a terminal as text of which it obeys nothing. */
export function printBytes(bytes: Uint8Array, out: Pick<NodeJS.WriteStream, 'isTTY' | 'write'> = process.stdout): void {
  if (out.isTTY) out.write(`${harmless(new TextDecoder().decode(bytes).replaceAll(/\r\n?/g, '\n'))}\n`)
  else out.write(bytes)
}

/** A bar for each name; silent where nobody watches. */
export function progressBar(wanted = true) {
  const shown = wanted && process.stderr.isTTY
  const bar = new SingleBar({ format: '{name}  {bar} {percentage}%  {records} records', stream: process.stderr, clearOnComplete: false, hideCursor: true })
  let current = ''
  return {
    update(name: string, done: number, of: number, records: number): void {
      if (!shown) return
      if (name !== current) {
        bar.stop()
        bar.start(of, done, { name: harmlessLine(name), records })
        current = name
      } else bar.update(done, { records })
    },
    stop: () => bar.stop(),
  }
}

/** Columns of equal width (by what a terminal shows: a Chinese character takes two cells, a mark over a letter none). */
export function table(rows: readonly (readonly string[])[]): string {
  const shown = rows.map(row => row.map(harmlessLine))
  const widths = (shown[0] ?? []).map((_, column) => Math.max(...shown.map(row => cells(row[column] ?? ''))))
  return shown.map(row => row.map((cell, column) => cell + ' '.repeat((widths[column] ?? 0) - cells(cell))).join('  ').trimEnd()).join('\n')
}

const cells = (text: string): number => [...text].reduce((sum, character) => sum + cellsOf(character), 0)

function cellsOf(character: string): number {
  if (/[\p{Mn}\p{Me}]/u.test(character)) return 0
  return (character.codePointAt(0) ?? 0) > 0x2e7f ? 2 : 1
}

/** What an error says to the person at the terminal, and the exit code it means. */
export function explain(error: unknown): { text: string; code: number } {
  if (!isHutongError(error)) return { text: `fault: ${error instanceof Error ? error.message : 'unknown'}`, code: exitCodes.fault }
  return { text: `${error.code}: ${error.message}${error.place ? ` (${error.place})` : ''}`, code: exitCodeOf(error) }
}

/** Where a fault happened, for whoever mends it; without its words, which may quote a record. */
export function explainUncaught(error: unknown): string {
  if (isHutongError(error) || !(error instanceof Error)) return explain(error).text
  const places = error.stack?.split('\n').filter(line => line.startsWith('    at ')) ?? []
  return [`fault: ${error.name}`, ...places].join('\n')
}

function exitCodeOf({ code }: HutongError): number {
  if (code === 'STORE_BUSY' || code === 'STORE_UNAVAILABLE') return exitCodes.busy
  if (code === 'NOT_FOUND' || code === 'UNKNOWN_SOURCE') return exitCodes.notFound
  if (code === 'CONFIGURATION' || code === 'BAD_ARGUMENT') return exitCodes.usage
  return exitCodes.fault
}
