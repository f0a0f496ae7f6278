import { startMllp } from '../../src/intake'
import type { MllpListener, MllpOptions } from '../../src/intake'
import { HutongError } from '../../src/model/errors'
import { grammars } from '../../src/wire'
import { entries } from '../../src/store/collections'
import { encodeMllp } from '../../src/wire'
import { FrameMemory } from '../../src/intake/frameMemory'
import { openHouse } from '../support/intake/house'
import type { House } from '../support/intake/house'
import { adt, hospital } from '../support/intake/hospital'
import { connectSender } from '../support/intake/sender'
import type { Sender } from '../support/intake/sender'

const msa = (ack: string[]): string | undefined => ack.find(line => line.startsWith('MSA'))?.split('|').slice(1, 3).join(' ').trim()

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise(resolve => { setTimeout(resolve, 5) })
}

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

  it('refuses a frame of very many messages whole, and goes on', async () => {
    const sender = await connectSender(await listen())
    sender.send('MSH|^~\\&\r'.repeat(1_001))
    sender.send('BHS|\rx\r'.repeat(1_001))
    sender.send(adt({ control: '1' }))
    expect((await sender.answers(3)).map(msa)).toEqual(['AR', 'AR', 'AA 1'])
    expect(await count()).toBe(1)
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

  describe('whose places are all taken', () => {
    const speak = async (port: number, control: string, localAddress?: string): Promise<Sender> => {
      const sender = await connectSender(port, { localAddress })
      sender.send(adt({ control, chart: control }))
      expect((await sender.answers(1)).map(msa)).toEqual([`AA ${control}`])
      return sender
    }

    it('gives the newcomer the place of the oldest that never spoke, and lets those go on that did', async () => {
      const port = await listen({ maxConnections: 4 })
      const spoke = await speak(port, '1')
      const silent: Sender[] = []
      for (let n = 0; n < 3; n += 1) silent.push(await connectSender(port))
      const second = await speak(port, '2')
      await silent[0]!.closed()
      expect(silent.map(({ socket }) => socket.closed)).toEqual([true, false, false])
      expect(house.events).toContainEqual({ kind: 'transport', source: 'hospital', outcome: 'too-many' })
      for (const sender of [spoke, second]) sender.send(adt({ control: '3', chart: '3' }))
      expect((await Promise.all([spoke, second].map(sender => sender.answers(1)))).flat().map(msa)).toEqual(['AA 3', 'AA 3'])
    })

    it('of those that spoke lets the one go that has rested the longest', async () => {
      const port = await listen({ maxConnections: 2 })
      const [first, second] = [await speak(port, '1'), await speak(port, '2')]
      first.send(adt({ control: '3', chart: '3' }))
      await first.answers(1)
      await speak(port, '4')
      await second.closed()
      expect(first.socket.closed).toBe(false)
    })

    it('bounds those of one address, so that they take nobody else\'s place', async () => {
      const port = await listen({ maxConnections: 4, maxOfOneAddress: 2, allow: ['127.0.0.0/8'] })
      const other = await connectSender(port, { localAddress: '127.0.0.2' })
      for (let n = 0; n < 40; n += 1) await connectSender(port)
      await speak(port, '1')
      expect(other.socket.closed).toBe(false)
      other.send(adt({ control: '2', chart: '2' }))
      expect((await other.answers(1)).map(msa)).toEqual(['AA 2'])
    })

    it('takes none from one that is amid a frame, or whose message is being worked', async () => {
      const { append } = house.journal
      let begin: (() => void) | undefined
      let proceed: (() => void) | undefined
      const begun = new Promise<void>(resolve => { begin = resolve })
      const going = new Promise<void>(resolve => { proceed = resolve })
      const journal = { ...house.journal, async append(...upload: Parameters<typeof append>) {
        begin?.()
        await going
        return append(...upload)
      } }
      const port = await listen({ journal, maxConnections: 2 })
      const [amid, worked] = [await connectSender(port), await connectSender(port)]
      amid.raw(`\u000B${adt({ control: '1', chart: '1' })}`)
      worked.send(adt({ control: '2', chart: '2' }))
      await begun
      const newcomer = await connectSender(port, { expect: false })
      await newcomer.closed()
      amid.raw('\u001C\r')
      proceed?.()
      expect((await Promise.all([amid, worked].map(sender => sender.answers(1)))).flat().map(msa)).toEqual(['AA 1', 'AA 2'])
    })
  })

  it('closes a connection that brings no frame, junk or not, and leaves one that spoke and rests', async () => {
    const port = await listen({ firstFrameMs: 150 })
    const [silent, junk, spoke] = [await connectSender(port), await connectSender(port), await connectSender(port)]
    junk.raw('GET / HTTP/1.1\r\n\r\n')
    spoke.send(adt({ control: '1' }))
    await spoke.answers(1)
    await Promise.all([silent.closed(), junk.closed()])
    await new Promise(resolve => { setTimeout(resolve, 200) })
    spoke.send(adt({ control: '2' }))
    expect((await spoke.answers(1)).map(msa)).toEqual(['AA 2'])
  })

  it('lets the largest frame go where all that are coming take too much together, of whichever listener', async () => {
    const frames = new FrameMemory(100_000)
    const other = await startMllp({ journal: house.journal, mapping: hospital, port: 0, now: () => house.now, log: house.log, frames })
    const [large, small] = [await connectSender(other.port), await connectSender(await listen({ frames }))]
    large.raw(`\u000B${'x'.repeat(60_000)}`)
    await until(() => frames.held >= 60_000)
    small.raw(`\u000B${adt({ control: '1', name: 'x'.repeat(50_000) })}`)
    await large.closed()
    small.raw('\u001C\r')
    expect((await small.answers(1)).map(msa)).toEqual(['AA 1'])
    await until(() => frames.held === 0)
    await other.stop()
  })

  describe('in a burst of small frames', () => {
    /** The most that is worked of a burst between two turns of the event loop, and how often the journal was asked. */
    const burst = async (frame: Uint8Array, { count: frameCount, ...options }: Partial<MllpOptions> & { count: number }): Promise<{ most: number; asked: number; answers: string[][] }> => {
      const { append } = house.journal
      let [since, most, asked] = [0, 0, 0]
      let watching = true
      const turn = (): void => {
        since = 0
        if (watching) setImmediate(turn)
      }
      const journal = { ...house.journal, append: (...upload: Parameters<typeof append>) => {
        asked += 1
        return append(...upload)
      } }
      const now = (): number => {
        since += 1
        most = Math.max(most, since)
        return house.now
      }
      const sender = await connectSender(await listen({ journal, now, ...options }))
      turn()
      sender.raw(Buffer.concat(Array.from({ length: frameCount }, () => frame)))
      const answers = await sender.answers(Math.min(frameCount, (options.maxEmpty ?? Infinity) + 1))
      watching = false
      if (options.maxEmpty && options.maxEmpty < frameCount) await sender.closed()
      return { most, asked, answers }
    }

    it('gives the event loop a turn after each, also after messages that are known already', async () => {
      expect(await burst(encodeMllp(Buffer.from('')), { count: 2_000, maxEmpty: 5_000 })).toMatchObject({ most: 1, asked: 0 })
      await listener.stop()
      const known = await burst(encodeMllp(Buffer.from(adt({ control: '1' }))), { count: 300 })
      expect(known).toMatchObject({ most: 1, asked: 300 })
      expect(new Set(known.answers.map(msa))).toEqual(new Set(['AA 1']))
    })

    it('closes the connection after so many empty ones, with two lines in the log', async () => {
      const { asked, answers } = await burst(encodeMllp(Buffer.from('\r\n')), { count: 1_000, maxEmpty: 20 })
      expect(asked).toBe(0)
      expect(new Set(answers.map(msa))).toEqual(new Set(['AR']))
      expect(house.logged.map(({ fields }) => fields)).toEqual([{ source: 'hospital' }, { source: 'hospital', count: 21 }])
    })

    it('counts anew after a message', async () => {
      const sender = await connectSender(await listen({ maxEmpty: 3 }))
      for (let n = 0; n < 4; n += 1) {
        sender.raw('\u000B\u001C\r junk \u000B\u001C\r')
        sender.send(adt({ control: '1' }))
        expect((await sender.answers(3)).map(msa)).toEqual(['AR', 'AR', 'AA 1'])
      }
    })

    it('closes the connection of a peer that does not read its answers', async () => {
      const sender = await connectSender(await listen({ maxEmpty: 1_000_000, frameTimeoutMs: 100 }))
      sender.socket.pause()
      const frames = Buffer.alloc(60_000, '\u000B\u001C\r')
      const closed = (): boolean => house.logged.some(({ message }) => message === 'an MLLP peer did not read its answers')
      for (let n = 0; n < 50 && !closed(); n += 1) {
        sender.raw(frames)
        await new Promise(resolve => { setTimeout(resolve, 20) })
      }
      await until(closed)
    })
  })

  it('tells once, and then how often, whom it turned away', async () => {
    const port = await listen({ allow: ['127.0.0.2'] })
    for (let n = 0; n < 30; n += 1) await (await connectSender(port, { expect: false })).closed()
    expect(house.logged).toHaveLength(1)
    await listener.stop()
    expect(house.logged.at(-1)).toMatchObject({ fields: { count: 30 } })
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
