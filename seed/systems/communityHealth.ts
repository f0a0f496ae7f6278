import { encode } from 'iconv-lite'
import sourceFile from '../../mappers/sources/community-health/source.json'
import { dateOf, dayStampOf, firstOf, hour, isoOf, minute, monthOf, day, yearOf } from '../time'
import { demographicRow, diabetesRow, healthRecordRow, hypertensionRow, type Cell, type Row } from './communityRows'
import type { FollowUp, Happening, Registration } from '../happenings'
import type { Span } from '../district'
import type { Sent } from '../upload'

export const communityHealthSource = 'community-health'
type Table = 'MPI_DemographicInfo' | 'EHR_HealthRecord' | 'MDC_HypertensionVisit' | 'MDC_DiabetesVisit'

/** How an export of its time prints: the product changed twice in ten years. */
interface Fashion {
  readonly header: boolean
  readonly newline: '\r\n' | '\n'
  readonly quoted: boolean
  readonly date: (at: number) => string
  readonly time: (at: number) => string
}
const clock = (at: number) => isoOf(at).slice(11, 19)
const slashes = (at: number) => dateOf(at).replaceAll('-', '/')
function fashionOf(exported: number): Fashion {
  const year = yearOf(exported)
  const header = year < 2018 || year > 2019
  if (year < 2020) return { header, newline: '\r\n', quoted: false, date: dayStampOf, time: at => `${dateOf(at)} ${clock(at)}` }
  if (year < 2023) return { header, newline: '\r\n', quoted: true, date: slashes, time: at => `${slashes(at)} ${clock(at)}` }
  return {
    header,
    newline: '\n',
    quoted: false,
    date: dateOf,
    time: at => (monthOf(at) % 2 ? `${dateOf(at)} ${clock(at)}` : new Date(at).toISOString().replace('.000', '')),
  }
}

/** A version of a row: from `at` on, an export shows this one. */
interface Version {
  readonly key: string
  readonly at: number
  readonly row: () => Row
}

/**
 * 社康: tables as CSV in GB18030, one file for each table and export. Exports come by quarter, in the last year on the 2nd
 * and 18th of the month; each has the rows written since the one before. In January a full copy of the basic tables, and of
 * the visits of the year before, repeats what was told, with what was changed meanwhile (unless `repeats` is false).
 */
export function* tellCommunityHealth(happenings: Iterable<Happening>, span: Span, { repeats = true } = {}): Generator<Sent> {
  const versions = versionsOf(happenings)
  let previous = 0
  for (const exported of exportDates(span)) {
    const since = previous
    for (const [table, all] of versions) {
      const full = repeats && monthOf(exported) === 1 && new Date(exported).getUTCDate() <= 5
      const from = !full ? since : table.startsWith('MDC') ? firstOf(yearOf(exported) - 1, 1) : 0
      const rows = latest(all, from, exported)
      if (rows.length === 0) continue
      const text = print(rows, table, fashionOf(exported))
      yield {
        source: communityHealthSource,
        name: `${table}.csv`,
        arrived: exported + tables.indexOf(table) * 2 * minute,
        bytes: encode(text, 'gb18030'),
      }
    }
    previous = exported
  }
}

const tables: readonly Table[] = ['MPI_DemographicInfo', 'EHR_HealthRecord', 'MDC_HypertensionVisit', 'MDC_DiabetesVisit']

function versionsOf(happenings: Iterable<Happening>): Map<Table, Version[]> {
  const versions = new Map<Table, Version[]>(tables.map(table => [table, []]))
  for (const happening of happenings) {
    if (happening.kind === 'registration') {
      versions.get('MPI_DemographicInfo')?.push(...basic(happening, happening.empi, demographicRow))
      versions.get('EHR_HealthRecord')?.push(...basic(happening, happening.archive, healthRecordRow))
    } else if (happening.kind === 'follow-up') {
      const table = happening.disease === 'hypertension' ? 'MDC_HypertensionVisit' : 'MDC_DiabetesVisit'
      versions.get(table)?.push(...written(happening))
    }
  }
  for (const all of versions.values()) all.sort((one, other) => one.at - other.at || (one.key < other.key ? -1 : 1))
  return versions
}

const basic = (registration: Registration, key: string, make: (registration: Registration) => Row): Version[] => [
  { key, at: registration.at, row: () => make(registration) },
]

function written(visit: FollowUp): Version[] {
  const make = visit.disease === 'hypertension' ? hypertensionRow : diabetesRow
  const first = { key: visit.visit, at: visit.at + hour, row: () => make(visit, visit.at + hour) }
  const { corrected } = visit
  if (!corrected) return [first]
  return [
    first,
    { key: visit.visit, at: corrected.at, row: () => make({ ...visit, pressure: corrected.pressure }, corrected.at) },
  ]
}

/** The newest version of each row that was written after `from` and before the export, in order of writing. */
function latest(all: readonly Version[], from: number, exported: number): Row[] {
  const newest = new Map<string, Version>()
  for (const version of all) {
    if (version.at >= exported) break
    if (version.at >= from) newest.set(version.key, version)
  }
  return [...newest.values()].map(version => version.row())
}

function exportDates({ from, until }: Span): number[] {
  const dates: number[] = []
  const lastYear = until - 365 * day
  for (let year = yearOf(from); year <= yearOf(until); year++) {
    for (let month = 1; month <= 12; month++) {
      const first = firstOf(year, month) + 2 * hour + 30 * minute
      if (first > lastYear) dates.push(first + day, first + 17 * day)
      else if (month % 3 === 1) dates.push(first + 4 * day)
    }
  }
  return dates.filter(date => date > from && date < until)
}

function print(rows: readonly Row[], table: Table, fashion: Fashion): string {
  const all: readonly string[] = sourceFile.settings.tables[table].columns
  const columns = fashion.header ? all.filter(column => rows.some(row => row[column] !== undefined)) : all
  const lines = rows.map(row => columns.map(column => cell(row[column], fashion)).join(','))
  return (fashion.header ? [columns.join(','), ...lines] : lines).join(fashion.newline) + fashion.newline
}

function cell(value: Cell, fashion: Fashion): string {
  if (value === undefined || value === '') return ''
  const text = typeof value === 'object' ? (value.withTime ? fashion.time(value.date) : fashion.date(value.date)) : `${value}`
  return fashion.quoted || /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
