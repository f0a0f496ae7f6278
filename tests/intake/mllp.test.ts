import { startMllp } from '../../src/intake'
import type { MllpListener, MllpOptions } from '../../src/intake'
import { HutongError } from '../../src/model/errors'
import { grammars } from '../../src/wire'
import { entries } from '../../src/store/collections'
import { encodeMllp } from '../../src/wire'
import { openHouse } from '../support/intake/house'
import type { House } from '../support/intake/house'
import { adt, hospital } from '../support/intake/hospital'
import { connectSender } from '../support/intake/sender'

const msa = (ack: string[]): string | undefined => ack.find(line => line.startsWith('MSA'))?.split('|').slice(1, 3).join(' ').trim()

describe('MLLP', () => {
  let house: House
  let listener: MllpListener
  const listen = async (options: Partial<MllpOptions> = {}): Promise<number> => {
    const { journal, log, events } = house
    listener = await startMllp({
      journal, mapping: hospital, port: 0, now: () => house.now, log, observe: event => void events.push(event), ...options,
    })
    return listener.port
  }
  const count = async (): Promise<number> => (await house.store.tally(entries, { where: { source: 'hospital' }, by: ['source'] }))[0]?.count ?? 0

  beforeEach(async () => { house = await openHouse({ mappings: new Map([['hospital', hospital]]), grammars }) })
  afterEach(async () => {
    await listener.stop()
    await house.close()
  })

  it('listens on loopback unless told otherwise', async () => {
    await listen()
    expect(listener.address).toBe('127.0.0.1')
  })

  it('answers AA when the journal has the message, and gives back who sent it', async () => {
    const sender = await connectSender(await listen())
    sender.send(adt({ control: '4711' }))
    const [ack] = await sender.answers(1)
    const fields = ack![0]!.split('|')
    expect(fields.slice(2, 7)).toEqual(['HUTONG', 'HUB', 'HIS', 'SYY', '20261120100000+0800'])
    expect([fields[8], fields[11]]).toEqual(['ACK^A01^ACK', '2.4'])
    expect(msa(ack!)).toBe('AA 4711')
    expect(await count()).toBe(1)
  })

  it('answers AA again for the same message, and keeps it once', async () => {
    const sender = await connectSender(await listen())
    sender.send(adt({ control: '4711' }))
    sender.send(adt({ control: '4711' }))
    expect((await sender.answers(2)).map(msa)).toEqual(['AA 4711', 'AA 4711'])
    expect(await count()).toBe(1)
  })

  it('answers AE for a message that was kept but cannot be read', async () => {
    const sender = await connectSender(await listen())
    sender.send(adt({ control: '1', chart: '', version: '2.5.1' }))
    sender.send(Buffer.concat([Buffer.from(adt({ control: '2' })), Buffer.from([0xff, 0xff, 0xff])]))
    const [missing, undecodable] = await sender.answers(2)
    expect(msa(missing!)).toBe('AE 1')
    expect(missing!.at(-1)).toBe('ERR||PID^1^3|101^Required field missing^HL70357|E|PATIENT_MISSING|||The message names no patient.')
    expect(msa(undecodable!)).toBe('AE 2')
    await house.work()
    expect(await house.quarantine.list({ source: 'hospital', limit: 9 })).toMatchObject([{ reason: { code: 'PATIENT_MISSING' } }, { reason: { code: 'CHARSET' } }])
  })

  it('answers AR for a type that the source may not send, for an empty frame and for one that is too long', async () => {
    const sender = await connectSender(await listen({ maxBytes: 2_000 }))
    sender.send(adt({ control: '1', type: 'SIU^S12' }))
    sender.send('')
    sender.send('\r\n')
    sender.send(adt({ control: '2', name: 'x'.repeat(3_000) }))
    expect((await sender.answers(4)).map(msa)).toEqual(['AR 1', 'AR', 'AR', 'AR'])
    await sender.closed()
    expect(await count()).toBe(0)
    expect(house.events).toContainEqual({ kind: 'transport', source: 'hospital', outcome: 'frame-error' })
  })

  it('acknowledges each of two messages in one frame', async () => {
    const sender = await connectSender(await listen())
    sender.send(adt({ control: '1' }) + adt({ control: '2', chart: '' }))
    expect((await sender.answers(2)).map(msa)).toEqual(['AA 1', 'AE 2'])
    expect(await count()).toBe(2)
  })

  it('takes segments that end with LF, or with both', async () => {
    const sender = await connectSender(await listen())
    sender.send(adt({ control: '1', end: '\n' }))
    sender.send(adt({ control: '2', chart: '2', end: '\r\n' }))
    expect((await sender.answers(2)).map(msa)).toEqual(['AA 1', 'AA 2'])
  })

  it('answers many messages of one connection in order, however they are cut', async () => {
    const sender = await connectSender(await listen())
    const bytes = Buffer.concat(Array.from({ length: 50 }, (_, n) => encodeMllp(Buffer.from(adt({ control: `${n}`, chart: `${n}` })))))
    for (let at = 0; at < bytes.length; at += 97) sender.raw(bytes.subarray(at, at + 97))
    expect((await sender.answers(50)).map(msa)).toEqual(Array.from({ length: 50 }, (_, n) => `AA ${n}`))
  })

  it('passes over junk between frames', async () => {
    const sender = await connectSender(await listen())
    sender.raw('GET / HTTP/1.1\r\n\r\n')
    sender.send(adt({ control: '1' }))
    expect((await sender.answers(1)).map(msa)).toEqual(['AA 1'])
    expect(house.events).toContainEqual({ kind: 'transport', source: 'hospital', outcome: 'junk' })
  })

  it('counts a frame that was cut off, and keeps nothing of it', async () => {
    const sender = await connectSender(await listen())
    sender.raw(`\u000B${adt()}`)
    sender.socket.end()
    await sender.closed()
    expect(await count()).toBe(0)
    expect(house.events).toContainEqual({ kind: 'transport', source: 'hospital', outcome: 'frame-error' })
  })

  it('closes a connection that falls silent within a frame', async () => {
    const sender = await connectSender(await listen({ idleTimeoutMs: 50 }))
    sender.raw('\u000BMSH|')
    await sender.closed()
    expect(house.events).toContainEqual({ kind: 'transport', source: 'hospital', outcome: 'timeout' })
  })

  it('closes a connection whose frame comes byte by byte and never ends, and lets one with many frames go on', async () => {
    const port = await listen({ frameTimeoutMs: 200 })
    const [slow, busy] = [await connectSender(port), await connectSender(port)]
    slow.raw('\u000BMSH')
    const dripping = setInterval(() => slow.raw('|'), 20)
    for (let n = 0; n < 12; n += 1) {
      busy.send(adt({ control: String(n) }))
      await busy.answers(1)
      await new Promise(resolve => { setTimeout(resolve, 30) })
    }
    await slow.closed()
    clearInterval(dripping)
    expect(house.events).toContainEqual({ kind: 'transport', source: 'hospital', outcome: 'timeout' })
    expect(await count()).toBe(12)
  })

  it('closes connections from elsewhere at once', async () => {
    const port = await listen({ allow: ['10.0.0.0/8', '127.0.0.2'] })
    const sender = await connectSender(port, { expect: false })
    await sender.closed()
    expect(house.events).toContainEqual({ kind: 'transport', source: 'hospital', outcome: 'not-allowed' })
    const allowed = await connectSender(port, { localAddress: '127.0.0.2' })
    allowed.send(adt())
    expect((await allowed.answers(1)).map(msa)).toEqual(['AA 1'])
  })

  it('refuses a list of addresses that holds none', async () => {
    await listen()
    await expect(startMllp({ journal: house.journal, mapping: hospital, port: 0, now: () => 0, log: house.log, allow: ['nonsense/99'] }))
      .rejects.toMatchObject({ code: 'CONFIGURATION', place: 'nonsense/99' })
  })

  it('holds no more connections than it may', async () => {
    const port = await listen({ maxConnections: 1 })
    const first = await connectSender(port)
    first.send(adt())
    await first.answers(1)
    const second = await connectSender(port, { expect: false })
    await second.closed()
    expect(house.events).toContainEqual({ kind: 'transport', source: 'hospital', outcome: 'too-many' })
  })

  it('says nothing and closes where the journal cannot keep the message', async () => {
    const journal = { ...house.journal, append: () => Promise.reject(new HutongError('STORE_UNAVAILABLE', 'Away.')) }
    const sender = await connectSender(await listen({ journal }))
    sender.send(adt())
    await sender.closed()
    await expect(sender.answers(1)).rejects.toThrow('closed after 0')
  })

  it('finishes what it accepted when it stops', async () => {
    const { append } = house.journal
    let begun: (() => void) | undefined
    const started = new Promise<void>(resolve => { begun = resolve })
    const journal = { ...house.journal, async append(...upload: Parameters<typeof append>) {
      begun?.()
      await new Promise(resolve => { setTimeout(resolve, 50) })
      return append(...upload)
    } }
    const port = await listen({ journal })
    const idle = await connectSender(port)
    const sender = await connectSender(port)
    sender.send(adt({ control: '9' }))
    await started
    await listener.stop()
    expect((await sender.answers(1)).map(msa)).toEqual(['AA 9'])
    await Promise.all([sender.closed(), idle.closed()])
  })
})
