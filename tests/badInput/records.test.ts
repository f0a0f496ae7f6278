import type { Viewer } from '../../src/model/viewer'
import { startMllp } from '../../src/intake'
import type { MllpListener } from '../../src/intake'
import { readAccount } from '../../src/intake'
import { encodeMllp } from '../../src/wire'
import { connectSender } from '../support/intake/sender'
import { openPipeline } from '../support/pipeline'
import type { Pipeline } from '../support/pipeline'
import { first, gb, golden, text } from './records'

const hospital: Viewer = { role: 'source', id: 'first-hospital', source: 'first-hospital' }
const admission = text('a01-admission.in.hl7')
const outpatient = text('a04-outpatient.in.hl7')

describe('bad records, from the door to what is read', () => {
  let pipeline: Pipeline
  beforeEach(async () => { pipeline = await openPipeline({ now: '2026-07-25T10:00:00+08:00' }) })
  afterEach(() => pipeline.close())

  const post = async (payload: Buffer | string) => {
    const reply = await pipeline.inject({ method: 'POST', url: '/intake/first-hospital', payload, headers: await pipeline.bearer(hospital) })
    await (await pipeline.gateway.work()).idle()
    return { status: reply.statusCode, body: reply.json() as { error?: { code: string }; records?: { outcome: string; error?: { code: string } }[] } }
  }
  const account = async () => {
    const [day] = await readAccount({ store: pipeline.gateway.store, sources: ['first-hospital'] })
    if (day) expect(day.mapped + day.pending + day.quarantined).toBe(day.received)
    return day && [day.received, day.mapped, day.quarantined]
  }
  const ask = async (chart: string, selection: string) => {
    const resident = await pipeline.residentOf('first-hospital', chart)
    const { data, errors } = await pipeline.graphql(`{ me { resident { ${selection} } } }`, {}, { role: 'resident', id: 'r', resident })
    expect(errors).toBeUndefined()
    return data.me.resident
  }

  it('a unit that is split by an unescaped ^ is served whole', async () => {
    await pipeline.load([first(golden('first-hospital', 'oru-unescaped-unit.in.hl7'))])
    const { archive } = await ask('SY0031457', 'archive { laboratoryResults { nodes { code { text } valueQuantity { value unit code } } } }')
    const cells = archive.laboratoryResults.nodes.find(({ code }: { code: { text: string } }) => code.text === '白细胞计数')
    expect(cells.valueQuantity).toEqual({ value: 6.2, unit: '10^9/L', code: '10*9/L' })
  })

  it.each([
    ['a wrong check digit', 'says nothing: name, birth date and phone do', (told: string) => told.replace('350206196304123015', '350206196304123014'), 'identity-number-check-digit', true],
    ['a birth date that is a slip', 'means the same person', (told: string) => told.replace('||19630412|', '||19630413|'), 'identity-number-contradicts-birth-date', true],
    ['another birth date', 'links nobody', (told: string) => told.replace('||19630412|', '||19780920|'), 'identity-number-contradicts-birth-date', false],
    ['another sex', 'links nobody', (told: string) => told.replace('||19630412|M|', '||19630412|F|'), 'identity-number-contradicts-sex', false],
  ])('an identity number with %s is told of, and %s', async (_, __, change, code, isOne) => {
    await pipeline.load([first(gb(admission))])
    await pipeline.load([first(gb(change(admission).replaceAll('SY0031457', 'SY0031458').replace('SYY20260724000123', 'OTHER')))])
    const [trace] = (await pipeline.graphql('{ trace(source: "first-hospital", key: "OTHER") { status issues { code place } } }', {}, { role: 'steward', id: 's' })).data.trace
    expect(trace.status).toBe('mapped')
    expect(trace.issues).toContainEqual({ code, place: 'PID-3' })
    expect(JSON.stringify(trace)).not.toMatch(/35020619630412301|林晓东/)
    expect(await pipeline.residentOf('first-hospital', 'SY0031458') === await pipeline.residentOf('first-hospital', 'SY0031457')).toBe(isOne)
  })

  it('days that never were, or stand for not known, are nobody\'s birth, stay or diagnosis', async () => {
    await pipeline.load([first(golden('first-hospital', 'a01-contradictions.in.hl7')), first(gb(outpatient))])
    const told = await ask('SY0051111', 'birthDate archive { encounters { nodes { period { start end } } } conditions { nodes { recordedDate onsetDateTime } } }')
    expect(told.birthDate).toBeNull()
    expect(JSON.stringify(told)).not.toMatch(/2023-02|2024-13|1900/)
    expect(await account()).toEqual([2, 2, 0])
  })

  it('a record of 50 MB is refused, and its neighbours in the upload are not', async () => {
    const large = admission.replace('林晓东', '林'.repeat(25_000_000))
    const { body } = await post(Buffer.concat([gb(admission), gb(large), gb(outpatient)]))
    expect(body.records?.map(({ outcome, error }) => error?.code ?? outcome)).toEqual(['accepted', 'RECORD_TOO_LARGE', 'accepted'])
    expect(await account()).toEqual([2, 2, 0])
  })

  it('a source that nobody knows is refused, and so is another source\'s token', async () => {
    const headers = await pipeline.bearer(hospital)
    for (const [source, code] of [['nowhere', 'UNKNOWN_SOURCE'], ['__proto__', 'UNKNOWN_SOURCE'], ['community-health', 'FORBIDDEN']] as const) {
      const reply = await pipeline.inject({ method: 'POST', url: `/intake/${source}`, payload: gb(admission), headers })
      expect((reply.json() as { error: { code: string } }).error.code).toBe(code)
    }
    expect(await account()).toBeUndefined()
  })

  describe('over MLLP', () => {
    let listener: MllpListener
    beforeEach(async () => {
      const { journal, mappings, log, now } = pipeline.gateway
      listener = await startMllp({ journal, mapping: mappings.get('first-hospital')!, port: 0, now, log, idleTimeoutMs: 300 })
    })
    afterEach(() => listener.stop())

    const codes = (answers: string[][]) => answers.map(lines => lines.find(line => line.startsWith('MSA'))?.split('|')[1])
    const settled = async () => {
      await (await pipeline.gateway.work()).idle()
      return account()
    }

    it('segments may end with LF, and two messages may come in one frame', async () => {
      const sender = await connectSender(listener.port)
      sender.raw(encodeMllp(gb((admission + outpatient).replaceAll('\r', '\n'))))
      expect(codes(await sender.answers(2))).toEqual(['AA', 'AA'])
      expect(await settled()).toEqual([2, 2, 0])
    })

    it('a frame without an end is nothing, and the next connection is heard', async () => {
      const sender = await connectSender(listener.port)
      sender.raw(encodeMllp(gb(admission)).subarray(0, 300))
      await sender.closed()
      const next = await connectSender(listener.port)
      next.raw(encodeMllp(gb(outpatient)))
      expect(codes(await next.answers(1))).toEqual(['AA'])
      expect(await settled()).toEqual([1, 1, 0])
    })

    it('GB18030 that says it is UTF-8 is read as what it is', async () => {
      const sender = await connectSender(listener.port)
      sender.raw(encodeMllp(gb(admission.replace('GB 18030-2000', 'UNICODE UTF-8'))))
      expect(codes(await sender.answers(1))).toEqual(['AA'])
      await settled()
      expect(await ask('SY0031457', 'name { text }')).toEqual({ name: [{ text: '林晓东' }] })
    })

    it('a frame of 50 MB is refused while it comes, and the next connection is heard', async () => {
      const sender = await connectSender(listener.port)
      sender.raw(Buffer.concat([Buffer.from([0x0b]), Buffer.alloc(50_000_000, 'A')]))
      await sender.closed()
      const next = await connectSender(listener.port)
      next.raw(encodeMllp(gb(outpatient)))
      expect(codes(await next.answers(1))).toEqual(['AA'])
      expect(await settled()).toEqual([1, 1, 0])
    })
  })
})
