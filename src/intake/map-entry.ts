import type { RecordedTelling } from '../archive/api'
import { HutongError } from '../model/errors'
import type { MappingIssue, SourceMapping, Telling } from '../model/mapping'
import type { UploadContext } from '../model/record'
import { turn } from '../model/turns'
import type { EntryRow } from '../store/collections'
import type { Grammar } from '../wire/grammar'
import { controlIdReused } from './entries'
import { describeError, isStoreFault } from './ports'
import type { RecordError } from './ports'
import { mapBytes } from './reading'
import type { Mapped, ReadingMeans } from './reading'

/** One entry while it is worked. */
export interface Work {
  readonly row: EntryRow
  readonly mapper?: SourceMapping['mapper']
  readonly tellings: readonly RecordedTelling[]
  readonly unmapped: readonly string[]
  readonly issues: MappingIssue[]
  /** Why it goes into quarantine. */
  failure?: RecordError
  /** What threw, where it is no error of ours: for the log's stack. */
  cause?: unknown
  /** The store failed it: it stays as it was received and is worked again. */
  again?: boolean
  /** Patients in whose compartments it tells and who have not arrived. */
  readonly waitsFor: Set<string>
}

export interface MapOptions extends ReadingMeans {
  readonly mappings: ReadonlyMap<string, SourceMapping>
  readonly grammars: ReadonlyMap<string, Grammar>
  readonly now: () => number
  /** How far a source's clock may run ahead of ours, in milliseconds. */
  readonly futureToleranceMs: number
}

/** Reads and maps one journaled record. Never throws: what goes wrong is the entry's failure. */
export async function mapEntry(row: EntryRow, piece: { bytes: Uint8Array; context: UploadContext } | undefined, options: MapOptions): Promise<Work> {
  const before = (row.issues ?? []).filter(issue => issue.code === controlIdReused.code)
  const failed = (failure: RecordError, cause?: unknown, issues: readonly MappingIssue[] = []): Work =>
    ({ row, tellings: [], unmapped: [], issues: [...before, ...issues], failure, cause, waitsFor: new Set() })
  if (row.reason) return failed(row.reason)
  try {
    if (!piece) throw new HutongError('INTERNAL', 'The upload of this record is not in the store.')
    const mapping = options.mappings.get(row.source)
    if (!mapping) throw new HutongError('UNKNOWN_SOURCE', 'The source is no longer configured.')
    const { issues, result } = await readAndMap(mapping, piece, options)
    if (!result.tellings.length) return failed(nothingTold(result.issues), undefined, [...issues, ...result.issues])
    const { tellings, late } = await recordTellings(result.tellings, { row, mapper: mapping.mapper, options })
    return {
      row, mapper: mapping.mapper, tellings, unmapped: result.unmapped, waitsFor: new Set(),
      issues: [...before, ...issues, ...result.issues, ...late],
    }
  } catch (error) {
    if (isStoreFault(error)) return { row, tellings: [], unmapped: [], issues: before, again: true, waitsFor: new Set() }
    return failed(describeError(error, 'the record was mapped'), error)
  }
}

async function readAndMap(
  mapping: SourceMapping, { bytes, context }: { bytes: Uint8Array; context: UploadContext }, options: MapOptions,
): Promise<Mapped> {
  const grammar = options.grammars.get(mapping.source.format)
  if (!grammar) throw new HutongError('CONFIGURATION', `There is no grammar for the format ${mapping.source.format}.`)
  return mapBytes({ mapping, grammar }, bytes, context, options)
}

function nothingTold(issues: readonly MappingIssue[]): RecordError {
  const first = issues.find(issue => issue.severity === 'error') ?? issues[0]
  return { code: 'MAPPING', message: first?.message ?? 'The record tells of nothing that is mapped.', ...(first && { place: first.place }) }
}

/** A version time that is missing, or that no honest clock could tell, is the time of arrival. */
async function recordTellings(told: readonly Telling[], { row, mapper, options }: { row: EntryRow; mapper: SourceMapping['mapper']; options: MapOptions }): Promise<{
  tellings: RecordedTelling[]
  late: MappingIssue[]
}> {
  const { entry, source, arrival, receivedAt } = row
  const committedAt = row.backdated ? receivedAt : new Date(options.now()).toISOString()
  const latest = Date.parse(receivedAt) + options.futureToleranceMs
  const times = new Map<string | undefined, string>([[undefined, receivedAt]])
  const late = new Map<string, MappingIssue>()
  const timeOf = (text: string): string => {
    const instant = Date.parse(text)
    return instant <= latest ? new Date(instant).toISOString() : receivedAt
  }
  const { turn: give = turn } = options
  const tellings: RecordedTelling[] = []
  for (const [index, telling] of told.entries()) {
    const versionTime = times.get(telling.versionTime) ?? timeOf(telling.versionTime ?? receivedAt)
    times.set(telling.versionTime, versionTime)
    if (versionTime === receivedAt && Date.parse(telling.versionTime ?? '') > latest) {
      const ref = `${telling.resource.resourceType}/${telling.resource.id ?? ''}`
      late.set(ref, inFuture(ref))
    }
    const { resource, patient, manner, removed } = telling
    tellings.push({ resource, patient, versionTime, manner, removed, entry, source, arrival, receivedAt, committedAt, mapper })
    if (index % 100 === 99) await give()
  }
  return { tellings, late: [...late.values()] }
}

const inFuture = (ref: string): MappingIssue => ({
  severity: 'warning', code: 'version-time-in-future', place: ref,
  message: 'The record\'s own time is ahead of its arrival: the time of arrival is taken for its version.',
})
