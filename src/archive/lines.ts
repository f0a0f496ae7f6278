/** Rows of a ledger as a resident reads them: equal looks of one asker within a minute are one line. Pure. */
import { HutongError } from '../model/errors'
import type { LookRow, RefusalRow } from '../store/collections'
import type { Look } from './api'

/** Rows that are folded together: of one minute, from `start` down to `end`. `newest` is the newest row of the line itself. */
export interface Place { readonly start: string; readonly end: string; readonly newest: string }

export interface Line extends Place {
  readonly row: LookRow
  readonly asked: readonly string[]
  readonly count: number
  readonly others: number
}

type Row = LookRow | RefusalRow

/** Lines of the rows that name one of these source patients, newest first. The rows are all those of one stretch of the ledger. */
export function fold(rows: readonly Row[], patients: ReadonlySet<string>): Line[] {
  const sorted = rows.toSorted((a, b) => (a.look < b.look ? -1 : 1))
  const [end, start] = [sorted[0]?.look ?? '', sorted.at(-1)?.look ?? '']
  const looks = new Map<string, Line>()
  for (const row of sorted.filter((each) => each.patients.some((patient) => patients.has(patient)))) {
    const id = wholeOf(row.look)
    const known = looks.get(id)
    const asked = [...new Set([...known?.asked ?? [], ...row.asked])]
    const counted = 'count' in row ? { count: row.count, others: row.others } : { count: 1, others: 0 }
    looks.set(id, { start, end, newest: row.look, row, asked, ...counted })
  }
  const lines = new Map<string, Line>()
  for (const look of looks.values()) {
    const key = lineOf(look)
    const count = look.count + (lines.get(key)?.count ?? 0)
    lines.set(key, { ...look, count, others: look.others + (lines.get(key)?.others ?? 0) })
  }
  return [...lines.values()].toSorted((a, b) => (a.newest > b.newest ? -1 : 1))
}

/** A look's id without its part. */
export const wholeOf = (look: string) => look.split('~', 2).join('~')

const lineOf = ({ row: { viewer, purpose, outcome, withheld = false }, asked }: Line) =>
  JSON.stringify([viewer.role, viewer.id, viewer.institution, purpose, outcome, withheld, asked.toSorted()])

export const minuteOf = ({ look }: Row): string => look.slice(0, 16)

export const lookOf = ({ row: { look, viewer, purpose, outcome }, asked, count, others }: Line): Look => ({
  when: look.slice(0, look.indexOf('~')), who: { role: viewer.role, id: viewer.id }, purpose, asked, outcome, count, others,
  ...(viewer.institution === undefined ? {} : { institution: viewer.institution }),
})

export const lineCursor = ({ start, end, newest }: Place, mark: string): string =>
  Buffer.from([mark, start, end, newest].join('|')).toString('base64url')

/** Throws BAD_CURSOR. */
export function readLineCursor(cursor: string, mark: string, argument: string): Place {
  const look = '(\\d{4}-\\d\\d-\\d\\dT[\\d:.]{12}Z~[\\w~-]{1,60})'
  const [, told, start, end, newest] = new RegExp(`^([0-9a-f]{8})\\|${look}\\|${look}\\|${look}$`)
    .exec(Buffer.from(cursor, 'base64url').toString()) ?? []
  if (told !== mark || start === undefined || end === undefined || newest === undefined) {
    throw new HutongError('BAD_CURSOR', 'The cursor is malformed or belongs to another query.', argument)
  }
  return { start, end, newest }
}
