/**
 * Who looked at a resident's archive: pages of the ledger and of the refused looks, newest first. A page costs a bounded number
 * of rows, however long the ledger is.
 */
import { turn } from '../model/turns'
import { links, looks, refusals, type LookRow, type RefusalRow } from '../store/collections'
import type { Collection, Store } from '../store/port'
import type { LookPage, PageArguments } from './api'
import { fold, lineCursor, lookOf, minuteOf, readLineCursor, wholeOf, type Line, type Place } from './lines'
import { checkPage, queryMark } from './page'
import { Work } from './work'

/** Times that a page reads on, and rows at a time: of one ledger, and of all that somebody had together. */
const mostRounds = 4
const mostRows = 1000
const mostTogether = 2000
/** What a row costs to read and fold, in facts. */
const perRow = 3
/** Links of one source patient that are followed back to whom it was. */
const mostLinks = 1000
/** A look that was under way while somebody decided. */
const underWayMs = 60_000
const usual = 100

interface Looked { readonly resident: string; readonly patients: readonly string[] }
interface Part { readonly collection: Collection<LookRow | RefusalRow>; readonly resident: string; readonly until?: string }
type Row = LookRow | RefusalRow

/**
 * One page of lines. Equal looks of one asker within a minute are one line; of a minute with more looks than a page reads there
 * are several. Without `first` and `last`, the first 100. Throws BAD_ARGUMENT, BAD_CURSOR, QUERY_TOO_COSTLY.
 */
export async function readLooks(store: Store, looked: Looked, page: PageArguments, work = new Work()): Promise<LookPage> {
  checkPage(page)
  const mark = queryMark(['looks', looked.resident])
  const after = page.after === undefined ? undefined : readLineCursor(page.after, mark, 'after')
  const before = page.before === undefined ? undefined : readLineCursor(page.before, mark, 'before')
  const backward = page.last !== undefined
  const size = page.last ?? page.first ?? usual
  const reader = new Reader({ store, parts: await partsOf(store, looked), patients: new Set(looked.patients), backward, work })
  const { lines, more, at } = await reader.lines(size, backward ? before : after, backward ? after : before)
  const isMore = more || lines.length > size
  const isBehind = (backward ? before : after) !== undefined
  const shown = backward ? lines.slice(0, size).toReversed() : lines.slice(0, size)
  const end = lines.length <= size && at !== undefined ? lineCursor({ start: at, end: at, newest: at }, mark) : undefined
  return {
    items: shown.map((line) => ({ cursor: lineCursor(line, mark), item: lookOf(line) })),
    hasNextPage: backward ? isBehind : isMore,
    hasPreviousPage: backward ? isMore : isBehind,
    ...(isMore || after !== undefined || before !== undefined ? {} : { totalCount: shown.length }),
    ...(end === undefined ? {} : backward ? { startCursor: end } : { endCursor: end }),
  }
}

/** The ledgers of everybody whom these source patients ever were: what was looked at goes along when one is taken out. */
async function partsOf(store: Store, { resident, patients }: Looked): Promise<Part[]> {
  const history = await store.find(links, { where: { patient: { in: patients } }, order: 'backward', limit: mostLinks })
  const until = new Map<string, string>()
  const left = new Map<string, (typeof history)[number]>()
  for (const link of history) {
    const next = left.get(link.patient)
    left.set(link.patient, link)
    // A machine's link is dated by its record, which may be older than the look.
    const end = next === undefined || next.by === 'machine' ? '~' : new Date(Date.parse(next.at) + underWayMs).toISOString()
    if (end > (until.get(link.resident) ?? '')) until.set(link.resident, end)
  }
  until.set(resident, '~')
  return [...until].flatMap(([each, end]) => [looks, refusals].map((collection) =>
    ({ collection: collection as Part['collection'], resident: each, ...(end === '~' ? {} : { until: end }) })))
}

/** Reads lines in one direction: newest first, or oldest first where it goes backward. */
class Reader {
  private readonly most: number

  constructor(private readonly options: {
    readonly store: Store; readonly parts: readonly Part[]; readonly patients: ReadonlySet<string>; readonly backward: boolean; readonly work: Work
  }) {
    this.most = Math.min(mostRows, Math.ceil(mostTogether / options.parts.length))
  }

  /** Lines behind `from` and before `to`, one more than `size` where there are; `at`: how far it read, where it did not read all. */
  async lines(size: number, from: Place | undefined, to: Place | undefined): Promise<{ lines: Line[]; more: boolean; at?: string }> {
    const { backward } = this.options
    let lines = from === undefined ? [] : this.fold(await this.group(from)).filter((line) => this.isBehind(line, from))
    let at = backward ? from?.start : from?.end
    for (let round = 0, isRead = false; ; round += 1) {
      const past = to === undefined ? -1 : lines.findIndex((line) => !this.isBehind(to, line))
      if (past >= 0) return { lines: lines.slice(0, past), more: true }
      if (isRead) return { lines, more: false }
      if (lines.length > size || round === mostRounds) return { lines, more: true, ...(at === undefined ? {} : { at }) }
      const { rows, isAll } = await this.rows(at, round === 0 ? Math.min(2 * size + 10, this.most) : this.most)
      const minutes = byMinute(rows)
      const whole = isAll ? minutes : minutes.length === 1 ? minutes.map(wholeLooks) : minutes.slice(0, -1)
      lines = [...lines, ...whole.flatMap((group) => this.fold(group))]
      at = whole.at(-1)?.at(-1)?.look ?? at
      isRead = isAll
    }
  }

  private isBehind(line: Place, place: Place): boolean {
    return this.options.backward ? line.newest > place.newest : line.newest < place.newest
  }

  private fold(rows: readonly Row[]): Line[] {
    const lines = fold(rows, this.options.patients)
    return this.options.backward ? lines.toReversed() : lines
  }

  /** The rows that a line was folded from, and its neighbours. */
  private async group({ start, end }: Place): Promise<Row[]> {
    const { store, parts } = this.options
    const found = await Promise.all(parts.map(({ collection, resident }) =>
      store.find(collection, { where: { resident, look: { from: end, to: start } }, limit: mostRows })))
    return this.counted(found.flat())
  }

  private counted(rows: Row[]): Row[] {
    this.options.work.spend(perRow * rows.length)
    return rows
  }

  /** Rows behind a place, at most `limit` of each part; of all parts as far as the one that is not read furthest. */
  private async rows(at: string | undefined, limit: number): Promise<{ rows: Row[]; isAll: boolean }> {
    const { store, parts, backward } = this.options
    await turn()
    const found = await Promise.all(parts.map(({ collection, resident, until }) => store.find(collection, {
      where: { resident, look: rangeOf({ at, until, backward }) }, limit, order: backward ? 'backward' : 'forward',
    })))
    const inOrder = (a: Row, b: Row) => (a.look === b.look ? 0 : (a.look < b.look) === backward ? -1 : 1)
    const [horizon] = found.flatMap((rows) => (rows.length < limit ? [] : rows.slice(-1))).toSorted(inOrder)
    const rows = this.counted(found.flat()).toSorted(inOrder)
    if (horizon === undefined) return { rows, isAll: true }
    return { rows: rows.filter((row) => inOrder(row, horizon) <= 0), isAll: false }
  }
}

function rangeOf({ at, until, backward }: { at: string | undefined; until: string | undefined; backward: boolean }) {
  if (backward) return { ...(at === undefined ? {} : { above: at }), ...(until === undefined ? {} : { below: until }) }
  const below = [at, until].filter((each) => each !== undefined).toSorted()[0]
  return below === undefined ? {} : { below }
}

/** Without the last look, of which further parts may stand behind: unless there is no other. */
function wholeLooks(rows: Row[]): Row[] {
  const last = wholeOf(rows.at(-1)?.look ?? '')
  const whole = rows.filter(({ look }) => wholeOf(look) !== last)
  return whole.length > 0 ? whole : rows
}

function byMinute(rows: readonly Row[]): Row[][] {
  const groups: Row[][] = []
  for (const row of rows) {
    const group = groups.at(-1)
    if (group?.[0] !== undefined && minuteOf(group[0]) === minuteOf(row)) group.push(row)
    else groups.push([row])
  }
  return groups
}
