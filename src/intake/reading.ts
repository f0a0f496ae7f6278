/**
 * What is done with the bytes of records: cut apart, read far enough to know whose they are, mapped. All of it is pure. What is
 * small is done where it is asked for; what others should not wait for is handed to a thread, if there are any.
 */
import { HutongError } from '../model/errors'
import type { ErrorCode } from '../model/errors'
import type { MappingIssue, MappingResult, Route, SourceMapping, Telling } from '../model/mapping'
import type { UploadContext } from '../model/record'
import { turn } from '../model/turns'
import type { Turn } from '../model/turns'
import type { Grammar, Piece, Split } from '../wire/grammar'

/** How a source's records are read. */
export interface Dialogue { readonly mapping: SourceMapping; readonly grammar: Grammar }

export interface Mapped { readonly issues: readonly MappingIssue[]; readonly result: MappingResult }

export interface ReadingTask {
  readonly work: 'split' | 'route' | 'map'
  readonly source: string
  readonly context: UploadContext
  readonly last?: boolean
}

/** `head` is small; `many` are the pieces of a split or the tellings of a record, in a form that is read step by step. */
export interface ThreadAnswer { readonly head: unknown; readonly many: Uint8Array }

/** Worker threads. `run` rejects with the HutongError that the work threw, or with an Error of the same name and stack. */
export interface Threads { run(task: ReadingTask, bytes: Uint8Array): Promise<ThreadAnswer> }

/** What reading may be given: where there are no threads, all is done in place. */
export interface ReadingMeans { readonly threads?: Threads; readonly turn?: Turn }

/** An upload over this many bytes may be of so many pieces that cutting it takes longer than others should wait. */
const largeSplit = 128_000
/** Issues of one record that go further: the journal keeps 200. */
const mostIssues = 1000

/** Cuts an upload, or a window of one, into records. */
export async function splitBytes(
  dialogue: Dialogue, bytes: Uint8Array, { context, last }: { context: UploadContext; last: boolean }, { threads, turn: give = turn }: ReadingMeans,
): Promise<Split> {
  if (threads && bytes.byteLength > largeSplit) {
    const answer = await threads.run({ work: 'split', source: dialogue.mapping.source.id, context, last }, bytes)
    if (isOfMapper(answer, dialogue)) return unpackSplit(answer, give)
  }
  return dialogue.grammar.split(bytes, { source: dialogue.mapping.source, context, last })
}

/** Reads a record far enough to know its patient. Throws what the grammar throws. */
export async function readRouteOf(dialogue: Dialogue, bytes: Uint8Array, context: UploadContext, { threads }: ReadingMeans): Promise<Route> {
  if (threads && dialogue.grammar.isHeavy(bytes)) {
    const answer = await threads.run({ work: 'route', source: dialogue.mapping.source.id, context }, bytes)
    if (isOfMapper(answer, dialogue)) return (answer.head as Head<{ route: Route }>).route
  }
  return route(dialogue, bytes, context)
}

/** Reads and maps a record. Throws what the grammar and the mapper throw. */
export async function mapBytes(dialogue: Dialogue, bytes: Uint8Array, context: UploadContext, { threads, turn: give = turn }: ReadingMeans): Promise<Mapped> {
  if (threads && dialogue.grammar.isHeavy(bytes)) {
    const answer = await threads.run({ work: 'map', source: dialogue.mapping.source.id, context }, bytes)
    if (isOfMapper(answer, dialogue)) return unpackMapped(answer, give)
  }
  return map(dialogue, bytes, context)
}

/** In a thread: does the work, of a gateway with these sources and grammars. */
export function readInThread({ work, source, context, last = true }: ReadingTask, bytes: Uint8Array, { mappings, grammars }: {
  mappings: ReadonlyMap<string, SourceMapping>
  grammars: ReadonlyMap<string, Grammar>
}): ThreadAnswer {
  const mapping = mappings.get(source)
  const grammar = mapping && grammars.get(mapping.source.format)
  if (!mapping || !grammar) return { head: {}, many: new Uint8Array(0) }
  const mapper = mapping.mapper.hash
  if (work === 'split') return packSplit(grammar.split(bytes, { source: mapping.source, context, last }), mapper)
  if (work === 'map') return packMapped(map({ mapping, grammar }, bytes, context), mapper)
  return { head: { mapper, route: route({ mapping, grammar }, bytes, context) }, many: new Uint8Array(0) }
}

const route = ({ mapping, grammar }: Dialogue, bytes: Uint8Array, context: UploadContext): Route =>
  mapping.dialect.route(grammar.read(bytes, { source: mapping.source, context }), mapping.source)

function map({ mapping, grammar }: Dialogue, bytes: Uint8Array, context: UploadContext): Mapped {
  const record = grammar.read(bytes, { source: mapping.source, context })
  const result = mapping.dialect.map(record, mapping.source)
  return { issues: record.issues, result: { ...result, issues: cutIssues(result.issues), unmapped: result.unmapped.slice(0, mostIssues) } }
}

/** The first error stays: it may be why nothing is told. */
function cutIssues(issues: readonly MappingIssue[]): readonly MappingIssue[] {
  if (issues.length <= mostIssues) return issues
  const listed = issues.slice(0, mostIssues)
  const error = issues.find(({ severity }) => severity === 'error')
  return error && !listed.includes(error) ? [...listed, error] : listed
}

type Head<T> = T & { readonly mapper?: string }

/** A thread reads the sources when it starts: where their files were changed meanwhile, it is another mapper's work. */
const isOfMapper = ({ head }: ThreadAnswer, { mapping }: Dialogue): boolean => (head as Head<object>).mapper === mapping.mapper.hash

type PackedError = readonly [piece: number, code: ErrorCode, message: string, place?: string, details?: HutongError['details']]

function packSplit({ context, consumed, pieces }: Split, mapper: string): ThreadAnswer {
  const many = new Uint32Array(pieces.length * 2)
  const errors: PackedError[] = []
  for (const [index, { start, end, error }] of pieces.entries()) {
    many[index * 2] = start
    many[index * 2 + 1] = end
    if (error) errors.push([index, error.code, error.message, error.place, error.details])
  }
  return { head: { mapper, context, consumed, errors }, many: new Uint8Array(many.buffer) }
}

async function unpackSplit({ head, many }: ThreadAnswer, give: Turn): Promise<Split> {
  const { context, consumed, errors } = head as { context: UploadContext; consumed: number; errors: readonly PackedError[] }
  const faults = new Map(errors.map(([piece, ...error]) => [piece, error]))
  const bounds = new Uint32Array(many.buffer, many.byteOffset, many.byteLength / 4)
  const pieces: Piece[] = []
  for (let index = 0; index * 2 < bounds.length; index++) {
    const error = faults.get(index)
    pieces.push({ start: bounds[index * 2] ?? 0, end: bounds[index * 2 + 1] ?? 0, ...error && { error: new HutongError(...error) } })
    if (index % 200 === 0) await give()
  }
  return { context, consumed, pieces }
}

/** The tellings as lines of JSON: an object that is cloned between threads is made anew in one go. */
function packMapped({ issues, result: { tellings, ...result } }: Mapped, mapper: string): ThreadAnswer {
  return { head: { mapper, issues, result }, many: Buffer.from(tellings.map(telling => `${JSON.stringify(telling)}\n`).join('')) }
}

async function unpackMapped({ head, many }: ThreadAnswer, give: Turn): Promise<Mapped> {
  const { issues, result } = head as { issues: readonly MappingIssue[]; result: Omit<MappingResult, 'tellings'> }
  const text = Buffer.from(many.buffer, many.byteOffset, many.byteLength)
  const tellings: Telling[] = []
  for (let at = 0; at < text.length;) {
    const end = text.indexOf(0x0A, at)
    const line = text.toString('utf8', at, end)
    at = end + 1
    await give()
    tellings.push(JSON.parse(line) as Telling)
  }
  return { issues, result: { ...result, tellings } }
}
