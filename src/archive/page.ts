/** Keyset pages over what is sorted newest first: a cursor names a place, so it stays true while records arrive. Pure. */
import { HutongError } from '../model/errors'
import { contentHash } from '../model/ids'
import type { Page, PageArguments } from './api'

/** Where an item stands: newest time first, then by id. */
export interface Place { readonly time: string; readonly id: string }

const usual = 100
const most = 1000

/** Checked before anything is read: `first` and `last` are 1 to 1000, and not together. Throws BAD_ARGUMENT. */
export function checkPage(page: PageArguments): void {
  for (const name of ['first', 'last'] as const) {
    const count = page[name]
    if (count !== undefined && (!Number.isInteger(count) || count < 1 || count > most)) {
      throw new HutongError('BAD_ARGUMENT', `\`${name}\` must be a whole number from 1 to ${most}.`, name)
    }
  }
  if (page.first !== undefined && page.last !== undefined) {
    throw new HutongError('BAD_ARGUMENT', '`first` and `last` cannot be asked together.', 'last')
  }
}

/** What a cursor belongs to: eight characters for a query. */
export const queryMark = (query: unknown): string => contentHash([JSON.stringify(query)]).slice(0, 8)

/** The asked page of `items`, which stand in order. Without `first` and `last`, the first 100. Throws BAD_CURSOR. */
export function pageOf<T>(items: readonly T[], placeOf: (item: T) => Place, mark: string, page: PageArguments): Page<T> {
  const after = page.after === undefined ? undefined : readCursor(page.after, mark, 'after')
  const before = page.before === undefined ? undefined : readCursor(page.before, mark, 'before')
  const start = after === undefined ? 0 : firstWhere(items, (item) => compare(placeOf(item), after) > 0)
  const behind = before === undefined ? items.length : firstWhere(items, (item) => compare(placeOf(item), before) >= 0)
  const end = Math.max(start, behind)
  const count = page.last ?? page.first ?? usual
  const from = page.last === undefined ? start : Math.max(start, end - count)
  const to = page.last === undefined ? Math.min(end, start + count) : end
  return {
    items: items.slice(from, to).map((item) => new Edge(item, placeOf(item), mark)),
    hasNextPage: to < items.length,
    hasPreviousPage: from > 0,
    totalCount: items.length,
  }
}

/** The cursor is written only where it is asked for. */
class Edge<T> {
  constructor(readonly item: T, private readonly place: Place, private readonly mark: string) {}

  get cursor(): string {
    return Buffer.from(`${this.mark}|${this.place.time}|${this.place.id}`).toString('base64url')
  }
}

function readCursor(cursor: string, mark: string, argument: string): Place {
  const text = Buffer.from(cursor, 'base64url').toString()
  const [, told, time, id] = /^([0-9a-f]{8})\|([\d:.TZ-]*)\|([^|]{1,200})$/.exec(text) ?? []
  if (told !== mark || time === undefined || id === undefined) {
    throw new HutongError('BAD_CURSOR', 'The cursor is malformed or belongs to another query.', argument)
  }
  return { time, id }
}

const compare = (a: Place, b: Place): number => {
  if (a.time !== b.time) return a.time > b.time ? -1 : 1
  return a.id < b.id ? -1 : Number(a.id > b.id)
}

function firstWhere<T>(items: readonly T[], holds: (item: T) => boolean): number {
  let low = 0
  let high = items.length
  while (low < high) {
    const middle = (low + high) >> 1
    const item = items[middle]
    if (item !== undefined && holds(item)) high = middle
    else low = middle + 1
  }
  return low
}
