import { HutongError, isHutongError } from '../model/errors'
import type { ErrorCode } from '../model/errors'
import { describeError } from './ports'
import type { Outcome, RecordError } from './ports'

/** What an uploader reads of one record: a line of the answer. */
export interface RecordAnswer extends Outcome {
  /** Which record of the upload, from 0. */
  readonly index: number
}

/** Records that a JSON answer lists; whoever needs all of a longer upload asks for NDJSON. */
const listed = 10_000

const statuses: Partial<Record<ErrorCode, number>> = {
  UNAUTHENTICATED: 401, FORBIDDEN: 403, NOT_FOUND: 404, UNKNOWN_SOURCE: 404,
  RECORD_TOO_LARGE: 413, UPLOAD_TOO_LARGE: 413, VALUE_TOO_LARGE: 413, UNSUPPORTED: 422,
  CHARSET: 422, PATIENT_MISSING: 422, MAPPING: 422, SYNTAX: 400, DEPTH: 400, BAD_ARGUMENT: 400,
  TOO_MANY_REQUESTS: 429,
  STORE_BUSY: 503, STORE_UNAVAILABLE: 503,
}

export const statusOf = (code: ErrorCode): number => statuses[code] ?? 500

/** The body of every refusal: `{ error: { code, message, place } }`. */
export function errorAnswer(error: unknown): { status: number; body: { error: RecordError } } {
  const described = describeError(error, 'the upload was taken in')
  return { status: isHutongError(error) ? statusOf(error.code) : 500, body: { error: described } }
}

/** Counts and lists the answers of an upload. */
export class UploadAnswer {
  readonly records: RecordAnswer[] = []
  private index = 0
  private readonly counts = { accepted: 0, duplicate: 0, refused: 0, unreadable: 0 }
  private firstRefusal: RecordError | undefined

  /** Numbers a window's outcomes. */
  add(outcomes: readonly Outcome[]): RecordAnswer[] {
    return outcomes.map(outcome => {
      const answer = { index: this.index++, ...outcome }
      this.counts[outcome.outcome] += 1
      if (outcome.outcome === 'refused') this.firstRefusal ??= outcome.error
      else if (outcome.error) this.counts.unreadable += 1
      if (this.records.length < listed) this.records.push(answer)
      return answer
    })
  }

  /** Some of it is in the journal, now or since before: it is no refusal of the whole. */
  get hasKept(): boolean {
    return this.counts.accepted + this.counts.duplicate > 0
  }

  /** 202 where something is new, 200 where all was known, else the first refusal's. Throws SYNTAX for an upload without a record. */
  get status(): number {
    if (!this.index) throw new HutongError('SYNTAX', 'The upload holds no record.')
    if (this.counts.accepted) return 202
    return this.counts.duplicate || !this.firstRefusal ? 200 : statusOf(this.firstRefusal.code)
  }

  get body(): object {
    if (this.index === 1 && this.firstRefusal) return { error: this.firstRefusal }
    return { ...this.sums, records: this.records, ...(this.index > listed && { truncated: true }) }
  }

  /** The body in pieces, its sums last. */
  begin(): string {
    return `{"records":[${this.records.map(record => JSON.stringify(record)).join()}`
  }

  /** Beyond what is listed: blank space, so that whoever waits sees that it goes on. */
  goOn(outcomes: readonly Outcome[]): string {
    const before = this.records.length
    this.add(outcomes)
    return this.records.slice(before).map(record => `,${JSON.stringify(record)}`).join('') || '\n'
  }

  end(error: object = {}): string {
    const rest = { ...this.sums, ...(this.index > listed && { truncated: true }), ...error }
    return `],${JSON.stringify(rest).slice(1)}`
  }

  private get sums(): object {
    return { received: this.index, ...this.counts }
  }
}
