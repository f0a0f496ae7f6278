import { HutongError, isHutongError } from '../model/errors'

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

export const print = (text: string): void => void process.stdout.write(`${text}\n`)
export const printError = (text: string): void => void process.stderr.write(`${text}\n`)
export const printJson = (value: unknown): void => print(JSON.stringify(value, null, 2))

/** Columns of equal width (by what a terminal shows: a Chinese character takes two cells). */
export function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map(row => cells(row[column] ?? ''))))
  return rows.map(row => row.map((cell, column) => cell + ' '.repeat((widths[column] ?? 0) - cells(cell))).join('  ').trimEnd()).join('\n')
}

const cells = (text: string): number => [...text].reduce((sum, character) => sum + ((character.codePointAt(0) ?? 0) > 0x2e7f ? 2 : 1), 0)

/** What an error says to the person at the terminal, and the exit code it means. */
export function explain(error: unknown): { text: string; code: number } {
  if (!isHutongError(error)) return { text: `fault: ${error instanceof Error ? error.message : 'unknown'}`, code: exitCodes.fault }
  return { text: `${error.code}: ${error.message}${error.place ? ` (${error.place})` : ''}`, code: exitCodeOf(error) }
}

function exitCodeOf({ code }: HutongError): number {
  if (code === 'STORE_BUSY' || code === 'STORE_UNAVAILABLE') return exitCodes.busy
  if (code === 'NOT_FOUND' || code === 'UNKNOWN_SOURCE') return exitCodes.notFound
  if (code === 'CONFIGURATION' || code === 'BAD_ARGUMENT') return exitCodes.usage
  return exitCodes.fault
}
