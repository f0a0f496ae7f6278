import { Readable } from 'node:stream'
import { setTimeout as wait } from 'node:timers/promises'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { HutongError, isHutongError } from '../model/errors'
import { UploadAnswer, errorAnswer } from './answers'
import type { Journal } from './journal'
import { stackOf } from './ports'
import type { Crash, Log, Outcome, RecordError } from './ports'

export interface IntakeRoutesOptions {
  readonly journal: Journal
  /** Ids of the configured sources. */
  readonly sources: { has(source: string): boolean }
  /** Throws UNAUTHENTICATED, or FORBIDDEN where the token is not bound to the source. */
  readonly authorise: (request: FastifyRequest, source: string) => void | Promise<void>
  readonly log: Log
  /** Largest upload in bytes: 256 MB. */
  readonly maxUploadBytes?: number
  /** How long after an upload has come its JSON answer begins, if it was not all kept by then: 20 seconds. */
  readonly answerWithinMs?: number
  readonly crash?: Crash
}

interface Intake { Params: { source: string }; Querystring: { name?: string } }

/**
 * `POST /intake/:source?name=file.csv`: the body is the records, as the source sends them, in any number. The answer is
 * JSON with one element a record; with `Accept: application/x-ndjson` one line a record, written part by part while
 * the upload goes on (a last line `{ error }` tells that it broke off: what was answered before is kept). JSON is sent at the
 * end; where that takes long after the whole upload has come, it is written while the records are kept, lest somebody on the way
 * gives up. Where an upload breaks off, JSON has `error` beside what was kept before; if its status was sent already, the
 * connection is cut behind it, so that nobody takes it for the whole.
 */
export async function intakeRoutes(app: FastifyInstance, options: IntakeRoutesOptions): Promise<void> {
  const { sources, authorise, log } = options
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', (_request, payload, done) => done(null, payload))
  app.setErrorHandler((error, request, reply) => {
    const { status, body } = refuse(error, { request, reply, log })
    return reply.code(status).send(body)
  })
  app.post<Intake>('/intake/:source', {
    onRequest: async request => {
      const { source } = request.params
      await authoriseKnown(() => authorise(request, source), sources.has(source))
      const encoding = request.headers['content-encoding'] ?? 'identity'
      if (encoding !== 'identity') throw new HutongError('UNSUPPORTED', 'Uploads are taken without a content encoding.', 'Content-Encoding')
    },
  }, (request, reply) => takeIn(request, reply, options))
}

/** What a refusal says, its headers set, and the rest of the upload passed over. */
function refuse(error: unknown, { request, reply, log }: { request: FastifyRequest; reply: FastifyReply; log: Log }): ReturnType<typeof errorAnswer> {
  const answer = errorAnswer(error)
  if (!request.raw.readableEnded) passOver(request, reply)
  const retryAfter = isHutongError(error) ? error.details?.['retryAfter'] : undefined
  if (retryAfter !== undefined) void reply.header('retry-after', String(retryAfter))
  note(answer.status, error, request, log)
  return answer
}

/** What is our fault, with its place. A sender that goes away amid its upload is none: what was not whole is not kept. */
function note(status: number, error: unknown, { raw }: FastifyRequest, log: Log): void {
  if (raw.errored) log.warn({}, 'an upload was broken off by its sender')
  else if (status >= 500) log.error({ code: errorAnswer(error).body.error.code, at: stackOf(error) }, 'an upload failed')
}

/** For so long the rest of a refused upload is read on, so that its sender comes to read the answer, in milliseconds. */
const patience = 5_000

function passOver({ raw }: FastifyRequest, reply: FastifyReply): void {
  void reply.header('connection', 'close')
  raw.resume()
  const timer = setTimeout(() => raw.destroy(), patience).unref()
  raw.once('close', () => clearTimeout(timer))
}

/** Whoever shows no good token learns nothing of which sources there are. */
async function authoriseKnown(authorise: () => void | Promise<void>, known: boolean): Promise<void> {
  const unknown = new HutongError('UNKNOWN_SOURCE', 'No such source is configured.')
  try {
    await authorise()
  } catch (error) {
    if (known || !isHutongError(error) || error.code !== 'FORBIDDEN') throw error
  }
  if (!known) throw unknown
}

/** Characters of lines about refused records that wait for a status. */
const mostHeld = 1_000_000
/** Time for the last of a broken answer to be sent, in milliseconds. */
const cutAfter = 200

interface Answering {
  readonly request: FastifyRequest
  readonly reply: FastifyReply
  readonly parts: AsyncGenerator<readonly Outcome[]>
  readonly answer: UploadAnswer
  readonly silence: Silence
  readonly log: Log
  readonly crash?: Crash
  readonly answerWithinMs: number
}

async function takeIn(
  request: FastifyRequest<Intake>, reply: FastifyReply,
  { journal, maxUploadBytes = 256_000_000, answerWithinMs = 20_000, log, crash }: IntakeRoutesOptions,
): Promise<FastifyReply> {
  const { params: { source }, query: { name } } = request
  const body = request.body instanceof Readable ? request.body : Readable.from([])
  const silence = silenceOf(request.raw.socket)
  const chunks = limited(body, maxUploadBytes, silence)
  const parts = journal.appendStream({ source, chunks, context: typeof name === 'string' && name ? { name } : {}, metered: true })
  const answering = { request, reply, parts, answer: new UploadAnswer(), silence, log, crash, answerWithinMs }
  try {
    return await (String(request.headers.accept ?? '').includes('application/x-ndjson') ? answerLines(answering) : answerJson(answering))
  } finally {
    silence.counts()
  }
}

async function answerJson({ request, reply, parts, answer, silence, log, crash, answerWithinMs }: Answering): Promise<FastifyReply> {
  let cameAt = Infinity
  try {
    for (;;) {
      const { value, done } = await parts.next()
      if (done) break
      answer.add(value)
      if (request.raw.complete) cameAt = Math.min(cameAt, performance.now())
      if (!answer.hasKept || performance.now() - cameAt < answerWithinMs) continue
      crash?.('before-ack')
      return reply.code(answer.status).type('application/json; charset=utf-8').send(Readable.from(restOf()))
    }
  } catch (error) {
    if (!answer.hasKept) throw error
    const { status, body } = refuse(error, { request, reply, log })
    return reply.code(status).send({ ...answer.body, ...body })
  }
  const { status } = answer
  crash?.('before-ack')
  return reply.code(status).send(answer.body)

  async function* restOf(): AsyncGenerator<string> {
    yield answer.begin()
    try {
      for await (const outcomes of whileWorking(parts, silence)) yield answer.goOn(outcomes)
    } catch (error) {
      yield answer.end(brokenOff(error, request, log))
      await wait(cutAfter)
      throw error
    }
    yield answer.end()
  }
}

/** The first record that is kept decides the status: what comes after it can only be told in lines. */
async function answerLines({ request, reply, parts, answer, silence, log, crash }: Answering): Promise<FastifyReply> {
  let first = ''
  for (let ended = false; !ended && !answer.hasKept && first.length < mostHeld;) {
    const { value, done } = await parts.next()
    ended = Boolean(done)
    first += linesOf(answer.add(value ?? []))
  }
  const { status } = answer
  crash?.('before-ack')
  return reply.code(status).type('application/x-ndjson; charset=utf-8').send(Readable.from(restOf()))

  async function* restOf(): AsyncGenerator<string> {
    yield first
    try {
      for await (const outcomes of whileWorking(parts, silence)) {
        const lines = linesOf(answer.add(outcomes))
        if (lines) yield lines
      }
    } catch (error) {
      yield linesOf([brokenOff(error, request, log)])
    }
  }
}

/** After the status was sent: in the body. */
function brokenOff(error: unknown, request: FastifyRequest, log: Log): { error: RecordError } {
  const { status, body } = errorAnswer(error)
  request.raw.resume()
  note(status, error, request, log)
  return body
}

const linesOf = (values: readonly object[]): string => values.map(value => `${JSON.stringify(value)}\n`).join('')

async function* whileWorking(parts: AsyncGenerator<readonly Outcome[]>, silence: Silence): AsyncGenerator<readonly Outcome[]> {
  silence.passes()
  for await (const outcomes of parts) {
    silence.counts()
    yield outcomes
    silence.passes()
  }
  silence.counts()
}

/** Whether silence on the connection counts against the peer: not while it waits for us. */
interface Silence { counts(): void; passes(): void }

/** The server's own limit (`connectionTimeout`), put off and back again. */
function silenceOf(socket: { readonly timeout?: number; setTimeout(milliseconds: number): unknown }): Silence {
  const { timeout } = socket
  if (!timeout) return { counts() {}, passes() {} }
  return { counts: () => void socket.setTimeout(timeout), passes: () => void socket.setTimeout(0) }
}

async function* limited(body: Readable, limit: number, silence: Silence): AsyncGenerator<Uint8Array> {
  let size = 0
  for await (const chunk of body.iterator({ destroyOnReturn: false })) {
    silence.passes()
    const bytes: Uint8Array = typeof chunk === 'string' ? Buffer.from(chunk) : chunk as Uint8Array
    size += bytes.byteLength
    if (size > limit) throw new HutongError('UPLOAD_TOO_LARGE', `An upload is at most ${limit} bytes.`)
    yield bytes
    silence.counts()
  }
  silence.passes()
}
