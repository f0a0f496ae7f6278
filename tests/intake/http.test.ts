import fastify from 'fastify'
import type { FastifyInstance } from 'fastify'
import { once } from 'node:events'
import { request as httpRequest } from 'node:http'
import type { AddressInfo } from 'node:net'
import { intakeRoutes } from '../../src/intake'
import type { IntakeRoutesOptions } from '../../src/intake'
import { HutongError } from '../../src/model/errors'
import { entries, uploads } from '../../src/store/collections'
import { openHouse } from '../support/intake/house'
import type { House } from '../support/intake/house'
import { lines } from '../support/intake/plain'

const authorise: IntakeRoutesOptions['authorise'] = ({ headers }, source) => {
  if (!headers.authorization) throw new HutongError('UNAUTHENTICATED', 'A token is wanted.')
  if (headers.authorization !== `Bearer ${source}`) throw new HutongError('FORBIDDEN', 'The token is bound to another source.')
}

describe('POST /intake/:source', () => {
  let house: House
  let app: FastifyInstance
  const open = async (options: Partial<IntakeRoutesOptions> = {}): Promise<void> => {
    app = fastify()
    await app.register(intakeRoutes, { journal: house.journal, sources: house.mappings, authorise, log: house.log, ...options })
  }
  const post = (payload: Uint8Array | string, { url = '/intake/plain', headers = {} }: { url?: string; headers?: Record<string, string> } = {}) =>
    app.inject({ method: 'POST', url, payload: Buffer.from(payload), headers: { authorization: 'Bearer plain', 'content-type': 'text/plain', ...headers } })

  beforeEach(async () => {
    house = await openHouse()
    await open()
  })
  afterEach(async () => {
    await app.close()
    await house.close()
  })

  it('answers 202 with one element a record when something is new', async () => {
    const answer = await post(lines({ control: '1' }, '{"broken', { refuse: true }), { url: '/intake/plain?name=upload.txt' })
    expect(answer.statusCode).toBe(202)
    expect(answer.json()).toMatchObject({
      received: 3, accepted: 2, duplicate: 0, refused: 1, unreadable: 1,
      records: [
        { index: 0, outcome: 'accepted', controlId: '1' },
        { index: 1, outcome: 'accepted', error: { code: 'SYNTAX', place: 'line 1' } },
        { index: 2, outcome: 'refused', error: { code: 'UNSUPPORTED', place: 'refuse' } },
      ],
    })
    const { upload } = await house.entry(answer.json<{ records: { entry: string }[] }>().records[0]?.entry)
    expect((await house.store.get(uploads, [upload]))?.context.name).toBe('upload.txt')
  })

  it('answers 200 when all of it was known', async () => {
    await post(lines({ control: '1' }))
    const answer = await post(lines({ control: '1' }))
    expect(answer.statusCode).toBe(200)
    expect(answer.json()).toMatchObject({ received: 1, duplicate: 1 })
  })

  it('takes any content type, and none', async () => {
    for (const type of ['application/json', 'application/fhir+json; charset=utf-8', 'x-application/hl7-v2+er7', 'text/csv']) {
      expect((await post(lines({ control: type }), { headers: { 'content-type': type } })).statusCode).toBe(202)
    }
    const bare = await app.inject({ method: 'POST', url: '/intake/plain', headers: { authorization: 'Bearer plain' }, payload: Buffer.from('{"control":"bare"}') })
    expect(bare.statusCode).toBe(202)
  })

  it('keeps nothing of what was not whole when its sender went away, and takes that for no fault of its own', async () => {
    await app.listen({ port: 0 })
    const body = lines({ control: '1' }, { control: '2' })
    const sender = httpRequest({ port: (app.server.address() as AddressInfo).port, method: 'POST', path: '/intake/plain',
      headers: { authorization: 'Bearer plain', 'content-length': body.length + 10 } })
    sender.on('error', () => undefined).write(body, () => setTimeout(() => sender.destroy(), 20))
    await new Promise(resolve => sender.once('close', resolve))
    while (!house.logged.length) await new Promise(resolve => setTimeout(resolve, 5))
    expect(house.logged).toEqual([{ level: 'warn', fields: {}, message: 'an upload was broken off by its sender' }])
    expect(await house.store.tally(entries, { where: {}, by: [] })).toEqual([])
  })

  it('answers one line a record where NDJSON is asked for', async () => {
    const answer = await post(lines({ control: '1' }, { control: '2' }), { headers: { accept: 'application/x-ndjson' } })
    expect(answer.statusCode).toBe(202)
    expect(answer.headers['content-type']).toContain('application/x-ndjson')
    expect(answer.body.trim().split('\n').map(line => JSON.parse(line) as object)).toMatchObject([{ index: 0, controlId: '1' }, { index: 1, controlId: '2' }])
  })

  it.each([
    ['an upload without a record', '\n\n', 400, 'SYNTAX'],
    ['a record of a kind that the source may not send', '{"refuse":true}', 422, 'UNSUPPORTED'],
    ['a record over 16 MB', 'x'.repeat(16_000_001), 413, 'RECORD_TOO_LARGE'],
  ])('refuses %s with a typed error', async (_case, payload, status, code) => {
    const answer = await post(payload)
    expect([answer.statusCode, answer.json<{ error: { code: string } }>().error.code]).toEqual([status, code])
    expect(await house.store.tally(entries, { where: { source: 'plain' }, by: ['source'] })).toEqual([])
  })

  it('refuses an unknown source, but only to whom it knows', async () => {
    const known = await post('{}', { url: '/intake/nowhere' })
    expect([known.statusCode, known.json()]).toMatchObject([404, { error: { code: 'UNKNOWN_SOURCE' } }])
    const stranger = await app.inject({ method: 'POST', url: '/intake/nowhere', payload: '{}' })
    expect([stranger.statusCode, stranger.json()]).toMatchObject([401, { error: { code: 'UNAUTHENTICATED' } }])
  })

  it('refuses a token of another source', async () => {
    const answer = await post('{}', { headers: { authorization: 'Bearer other' } })
    expect([answer.statusCode, answer.json()]).toMatchObject([403, { error: { code: 'FORBIDDEN' } }])
  })

  it('refuses a content encoding that it does not take off', async () => {
    const answer = await post('{}', { headers: { 'content-encoding': 'gzip' } })
    expect([answer.statusCode, answer.json()]).toMatchObject([422, { error: { code: 'UNSUPPORTED', place: 'Content-Encoding' } }])
  })

  it('says 503 where the store is away, and nothing of the cause of a fault', async () => {
    await app.close()
    const failing = (error: Error): IntakeRoutesOptions['journal'] => ({
      ...house.journal, async* appendStream() { yield await Promise.reject(error) },
    })
    await open({ journal: failing(new HutongError('STORE_UNAVAILABLE', 'The store cannot be reached.')) })
    expect((await post('{}')).statusCode).toBe(503)
    await app.close()
    await open({ journal: failing(new Error('secret 350206199001011234')) })
    const answer = await post('{}')
    expect(answer.statusCode).toBe(500)
    expect(answer.body + JSON.stringify(house.logged)).not.toContain('350206199001011234')
  })

  it('reads no further than an upload may be long, and tells the sender', async () => {
    await app.close()
    await open({ maxUploadBytes: 100_000 })
    const { status, body } = await stream(Array.from({ length: 40 }, () => Buffer.alloc(10_000, 0x0a)))
    expect([status, JSON.parse(body)]).toMatchObject([413, { error: { code: 'UPLOAD_TOO_LARGE' } }])
  })

  it('answers a long stream window by window, while it is still being sent', async () => {
    const pad = 'x'.repeat(1000)
    const window = (from: number) => Buffer.concat([lines(...Array.from({ length: 4500 }, (_, n) => ({ control: `${from + n}`, pad }))), Buffer.from('\n')])
    const { status, body, early } = await stream([window(0), 'wait', window(4500)], { accept: 'application/x-ndjson' })
    expect(status).toBe(202)
    expect(early).toBeGreaterThan(0)
    expect(early).toBeLessThan(4500)
    expect(body.trim().split('\n').map(line => (JSON.parse(line) as { index: number }).index)).toEqual(Array.from({ length: 9000 }, (_, n) => n))
  })

  it('ends the lines with the error where a stream breaks off, and keeps what it answered', async () => {
    const { appendStream } = house.journal
    await app.close()
    await open({ journal: { ...house.journal, async* appendStream(upload) {
      yield* appendStream(upload)
      throw new HutongError('STORE_UNAVAILABLE', 'The store cannot be reached.')
    } } })
    const answer = await post(lines({ control: '1' }), { headers: { accept: 'application/x-ndjson' } })
    expect(answer.body.trim().split('\n').map(line => JSON.parse(line) as object)).toMatchObject([{ outcome: 'accepted' }, { error: { code: 'STORE_UNAVAILABLE' } }])
  })

  describe('with very many small records', () => {
    const many = (count: number): Buffer => Buffer.from(lines(...Array.from({ length: count }, (_, n) => ({ control: `${n}` }))))
    /** The journal, which lets `between` happen after each part. */
    const slowly = (between: (part: number) => Promise<unknown>): IntakeRoutesOptions['journal'] => ({
      ...house.journal,
      async* appendStream(upload) {
        let part = 0
        for await (const outcomes of house.journal.appendStream(upload)) {
          yield outcomes
          await between(part += 1)
        }
      },
    })

    it('keeps and tells at most 500 at a time', async () => {
      const sizes: number[] = []
      const chunks = async function* (): AsyncGenerator<Uint8Array> { yield many(2_500) }
      for await (const outcomes of house.journal.appendStream({ source: 'plain', chunks: chunks() })) sizes.push(outcomes.length)
      expect(sizes).toEqual([500, 500, 500, 500, 500])
    })

    it('does not take its own work for the peer\'s silence', async () => {
      await app.close()
      app = fastify({ connectionTimeout: 150 })
      await app.register(intakeRoutes, { journal: slowly(() => new Promise(resolve => { setTimeout(resolve, 400) })), sources: house.mappings, authorise, log: house.log })
      const { status, body } = await stream([many(1_000)])
      expect([status, JSON.parse(body)]).toMatchObject([202, { received: 1_000, accepted: 1_000 }])
      await expect(stream([many(10), 'wait'])).rejects.toThrow('socket hang up')
    })

    it('writes JSON as it goes where it takes long, whole at the end', async () => {
      await app.close()
      let answered: (() => void) | undefined
      const begun = new Promise<void>(resolve => { answered = resolve })
      await open({ answerWithinMs: 0, journal: slowly(part => part === 2 ? begun : Promise.resolve()) })
      const { status, body } = await stream([many(12_500)], {}, () => answered?.())
      expect(status).toBe(202)
      const { records, ...sums } = JSON.parse(body) as { records: { index: number }[] }
      expect(sums).toEqual({ received: 12_500, accepted: 12_500, duplicate: 0, refused: 0, unreadable: 0, truncated: true })
      expect(records.map(({ index }) => index)).toEqual(Array.from({ length: 10_000 }, (_, n) => n))
    })

    it('tells what it kept where it breaks off, before the status was sent and after it', async () => {
      const broken = slowly(part => part === 2 ? Promise.reject(new HutongError('STORE_UNAVAILABLE', 'Away.')) : Promise.resolve())
      await app.close()
      await open({ journal: broken })
      const answer = await post(many(3_000))
      expect([answer.statusCode, answer.json()]).toMatchObject([503, { error: { code: 'STORE_UNAVAILABLE' }, received: 1_000, accepted: 1_000 }])
      await app.close()
      await open({ journal: broken, answerWithinMs: 0 })
      const { status, body, whole } = await stream([many(3_000)])
      expect([status, whole, JSON.parse(body)]).toMatchObject([200, false, { error: { code: 'STORE_UNAVAILABLE' }, received: 1_000, duplicate: 1_000 }])
    })
  })

  /** Sends chunks over a socket; at `wait` only when the first lines of the answer have come. */
  async function stream(chunks: readonly (Buffer | 'wait')[], headers: Record<string, string> = {}, onData?: () => void): Promise<{ status?: number; body: string; early: number; whole: boolean }> {
    if (!app.server.listening) await app.listen({ port: 0, host: '127.0.0.1' })
    const { port } = app.server.address() as AddressInfo
    return new Promise((resolve, reject) => {
      let body = ''
      let early = 0
      let resume: (() => void) | undefined
      const request = httpRequest({ port, method: 'POST', path: '/intake/plain', headers: { authorization: 'Bearer plain', ...headers } }, response => {
        response.setEncoding('utf8')
        response.on('data', text => {
          body += text
          resume?.()
          onData?.()
        })
        response.on('error', () => {})
        response.on('close', () => resolve({ status: response.statusCode, body, early, whole: response.complete }))
      })
      request.setMaxListeners(0).on('error', error => body ? undefined : reject(error))
      void (async () => {
        for (const chunk of chunks) {
          if (chunk === 'wait') {
            await new Promise<void>(proceed => { resume = proceed })
            early = body.split('\n').length
          } else if (!request.write(chunk) && !request.destroyed) {
            await Promise.race([once(request, 'drain'), once(request, 'close')])
          }
        }
        request.end()
      })()
    })
  }
})
