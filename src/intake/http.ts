import { Readable } from 'node:stream'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { HutongError, isHutongError } from '../model/errors'
import { UploadAnswer, errorAnswer } from './answers'
import type { Journal } from './journal'
import { stackOf } from './ports'
import type { Crash, Log, Outcome } from './ports'

export interface IntakeRoutesOptions {
  readonly journal: Journal
  /** Ids of the configured sources. */
  readonly sources: { has(source: string): boolean }
  /** Throws UNAUTHENTICATED, or FORBIDDEN where the token is not bound to the source. */
  readonly authorise: (request: FastifyRequest, source: string) => void | Promise<void>
  readonly log: Log
  /** Largest upload in bytes: 256 MB. */
  readonly maxUploadBytes?: number
  readonly crash?: Crash
}

interface Intake { Params: { source: string }; Querystring: { name?: string } }

/**
 * `POST /intake/:source?name=file.csv`: the body is the records, as the source sends them, in any number. The answer is
 * JSON with one element a record; with `Accept: application/x-ndjson` one line a record, written window by window while
 * the upload goes on (a last line `{ error }` tells that it broke off: what was answered before is kept).
 */
export async function intakeRoutes(app: FastifyInstance, options: IntakeRoutesOptions): Promise<void> {
  const { sources, authorise, log } = options
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', (_request, payload, done) => done(null, payload))
  app.setErrorHandler((error, request, reply) => {
    const { status, body } = errorAnswer(error)
    if (!request.raw.readableEnded) passOver(request, reply)
    if (status >= 500) log.error({ code: body.error.code, at: stackOf(error) }, 'an upload failed')
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

async function takeIn(request: FastifyRequest<Intake>, reply: FastifyReply, { journal, maxUploadBytes = 256_000_000, crash }: IntakeRoutesOptions): Promise<FastifyReply> {
  const { params: { source }, query: { name } } = request
  const body = request.body instanceof Readable ? request.body : Readable.from([])
  const chunks = limited(body, maxUploadBytes)
  const windows = journal.appendStream({ source, chunks, context: typeof name === 'string' && name ? { name } : {} })
  const answer = new UploadAnswer()
  if (String(request.headers.accept ?? '').includes('application/x-ndjson')) return answerLines({ request, reply, windows, answer, crash })
  for await (const outcomes of windows) answer.add(outcomes)
  const { status } = answer
  crash?.('before-ack')
  return reply.code(status).send(answer.body)
}

/** The first window decides the status: what comes after it can only be told in lines. */
async function answerLines({ request, reply, windows, answer, crash }: {
  request: FastifyRequest
  reply: FastifyReply
  windows: AsyncGenerator<readonly Outcome[]>
  answer: UploadAnswer
  crash?: Crash
}): Promise<FastifyReply> {
  let first = ''
  for (let ended = false; !ended && !first;) {
    const { value, done } = await windows.next()
    ended = Boolean(done)
    first = linesOf(answer.add(value ?? []))
  }
  const { status } = answer
  crash?.('before-ack')
  return reply.code(status).type('application/x-ndjson; charset=utf-8').send(Readable.from(restOf()))

  async function* restOf(): AsyncGenerator<string> {
    yield first
    try {
      for await (const outcomes of windows) {
        const lines = linesOf(answer.add(outcomes))
        if (lines) yield lines
      }
    } catch (error) {
      request.raw.resume()
      yield linesOf([errorAnswer(error).body])
    }
  }
}

const linesOf = (values: readonly object[]): string => values.map(value => `${JSON.stringify(value)}\n`).join('')

async function* limited(body: Readable, limit: number): AsyncGenerator<Uint8Array> {
  let size = 0
  for await (const chunk of body.iterator({ destroyOnReturn: false })) {
    const bytes: Uint8Array = typeof chunk === 'string' ? Buffer.from(chunk) : chunk as Uint8Array
    size += bytes.byteLength
    if (size > limit) throw new HutongError('UPLOAD_TOO_LARGE', `An upload is at most ${limit} bytes.`)
    yield bytes
  }
}
