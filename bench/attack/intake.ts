import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import type { Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createTokens } from '../../src/access'
import { packageRoot } from '../../src/model/packageRoot'
import { benchKeys } from '../database'
import { endGateway, freePort, peakMemory, startGateway } from '../gatewayProcess'
import { connectMllp, sendMessage, sendUntilClosed } from './mllpPeer'
import type { Attack, AttackOptions, Finding } from './part'

const hospital = 'first-hospital'
const centre = 'community-health'
const message = readFileSync(join(packageRoot(__dirname), 'mappers', 'sources', hospital, 'golden', 'a01-admission.in.hl7'))
const emptyFrame = Buffer.from([0x0b, 0x1c, 0x0d])

/** A gateway of its own, with one MLLP listener that loopback's addresses may use. */
interface Target {
  readonly url: string
  readonly mllp: number
  readonly logBytes: () => number
  /** Megabytes of memory at most so far. */
  readonly memory: () => number
  /** The longest hold of its event loop since it was asked last, in milliseconds. */
  readonly hold: () => Promise<number>
  /** Ends it, and tells the bytes of its database. */
  readonly end: () => Promise<number>
}

export const intake: Attack = {
  name: 'intake',
  about: 'silent connections, bursts of empty frames, open frames, a flood of small rows, a quota',
  async run(options) {
    const findings: Finding[] = []
    const target = await start()
    try {
      for (const attempt of [silent, burst, openFrames]) {
        options.progress(attempt.name)
        findings.push(...await attempt(target, options))
      }
    } finally {
      await target.end()
    }
    options.progress('flood')
    findings.push(...await flood(options))
    options.progress('quota')
    findings.push(...await quota())
    return findings
  },
}

async function silent({ mllp }: Target): Promise<Finding[]> {
  const strangers = await addresses(5, 16, from => connectMllp(mllp, from))
  const began = performance.now()
  const code = await sendMessage(await connectMllp(mllp), message, 10_000)
  const took = performance.now() - began
  for (const socket of strangers) socket.destroy()
  return [finding('a message beside 80 silent connections', `${code ?? 'no answer'} after ${ms(took)}`, 'AA within 2 s', code === 'AA' && took <= 2_000, code === 'AA')]
}

async function burst({ mllp, hold, logBytes }: Target, { sample }: AttackOptions): Promise<Finding[]> {
  const before = logBytes()
  await hold()
  await new Promise(resolve => { setTimeout(resolve, 2_000) })
  const quiet = await hold()
  const rounds = sample ? 10 : 50
  let closed = 0
  for (let round = 0; round < rounds; round += 1) {
    const socket = await connectMllp(mllp)
    closed += Number(await sendUntilClosed(socket, Buffer.concat(Array.from({ length: 100_000 / rounds }, () => emptyFrame)), 10_000))
  }
  const [held, logged] = [await hold(), logBytes() - before]
  return [
    finding('100,000 empty frames: connections closed', `${closed} of ${rounds}`, 'all', closed === rounds),
    finding('100,000 empty frames: longest hold of the event loop', `${ms(held)}; at rest ${ms(quiet)}`, '≤ 50 ms beyond what it is at rest', held <= 50 + quiet, true),
    finding('100,000 empty frames: bytes of log', String(logged), '≤ 1 kB for each connection', logged <= 1_000 * rounds),
  ]
}

async function openFrames({ mllp, memory }: Target): Promise<Finding[]> {
  const before = memory()
  const part = Buffer.alloc(15_000_000, 'x')
  part[0] = 0x0b
  const strangers = await addresses(4, 16, async from => {
    const socket = await connectMllp(mllp, from)
    socket.write(part)
    return socket
  })
  await new Promise(resolve => { setTimeout(resolve, 3_000) })
  const code = await sendMessage(await connectMllp(mllp), message, 10_000)
  const grown = memory() - before
  for (const socket of strangers) socket.destroy()
  return [
    finding('a message beside 64 frames of 15 MB that do not end', code ?? 'no answer', 'AA', code === 'AA'),
    finding('64 frames of 15 MB that do not end: memory', `${Math.round(grown)} MB more`, '≤ 400 MB more (64 MB of frames; what was read is freed with delay)', grown <= 400, true),
  ]
}

async function flood({ sample }: AttackOptions): Promise<Finding[]> {
  const target = await start()
  const rows = sample ? 5_000 : 50_000
  const text = `empiId,personName\n${Array.from({ length: rows }, (_, n) => `r${n}`).join('\n')}`
  const answer = await upload(target.url, text)
  const told = await answer.json() as { received?: number; accepted?: number }
  await worked(target.url)
  const each = await target.end() / rows
  const most = 2_000 + 3 * text.length / rows
  return [
    finding(`${rows} rows that cannot be read: told to the sender`, `${answer.status}, ${told.accepted} accepted`, 'all', told.received === rows && told.accepted === rows),
    finding(`${rows} rows that cannot be read: bytes of database for each`, String(Math.round(each)), `≤ ${Math.round(most)}`, each <= most),
  ]
}

async function quota(): Promise<Finding[]> {
  const target = await start(['--quota-entries', '1000'])
  const answers: Response[] = []
  for (const from of [0, 5_000]) {
    answers.push(await upload(target.url, `empiId,personName\n${Array.from({ length: 2_500 }, (_, n) => `q${from + n}`).join('\n')}`))
  }
  const [partly, refused] = await Promise.all(answers.map(answer => answer.json() as Promise<{ accepted?: number; error?: { code: string } }>))
  await target.end()
  const codes = answers.map(({ status, headers }) => `${status}${headers.has('retry-after') ? ' with Retry-After' : ''}`)
  return [
    finding('2,500 rows at a quota of 1,000', `${codes[0]}, ${partly?.accepted} accepted`, '429 with Retry-After, 1000 accepted', codes[0] === '429 with Retry-After' && partly?.accepted === 1_000),
    finding('and again', `${codes[1]}, ${refused?.error?.code}`, '429 with Retry-After', codes[1] === '429 with Retry-After'),
  ]
}

async function start(options: readonly string[] = []): Promise<Target> {
  const folder = mkdtempSync(join(tmpdir(), 'hutong-attack-'))
  const [port, mllp] = [await freePort(), await freePort()]
  const database = join(folder, 'hutong.db')
  let logged = 0
  const gateway = await startGateway({
    database: `sqlite:${database}`, port, onLog: text => { logged += Buffer.byteLength(text) },
    options: ['--no-seed', '--mllp', `${hospital}=${mllp}`, '--mllp-allow', '127.0.0.0/8', '--log-level', 'warn', ...options],
  })
  const url = `http://127.0.0.1:${port}`
  return {
    url, mllp,
    logBytes: () => logged,
    memory: () => peakMemory(gateway),
    hold: async () => 1_000 * await metric(url, 'nodejs_eventloop_lag_max_seconds'),
    async end() {
      await endGateway(gateway)
      const { size } = statSync(database)
      rmSync(folder, { recursive: true })
      return size
    },
  }
}

/** `count` connections of each of so many addresses of loopback; one that is refused is let be. */
async function addresses(number: number, count: number, open: (from: string) => Promise<Socket>): Promise<Socket[]> {
  const each = Array.from({ length: number * count }, (_, n) => open(`127.0.0.${2 + Math.floor(n / count)}`).catch(() => undefined))
  return (await Promise.all(each)).filter(socket => socket !== undefined)
}

async function upload(url: string, body: string): Promise<Response> {
  const token = await createTokens({ key: benchKeys.tokenKey }).sign({ viewer: { role: 'source', id: 'attack', source: centre }, purpose: 'HOPERAT' }, { expiresIn: '1h' })
  return fetch(`${url}/intake/${centre}?name=MPI_DemographicInfo.csv`, { method: 'POST', body, headers: { authorization: `Bearer ${token}` } })
}

/** Resolves when what is counted as worked stays the same. */
async function worked(url: string): Promise<void> {
  for (let before = -1, now = 0; before !== now;) {
    await new Promise(resolve => { setTimeout(resolve, 2_000) })
    ;[before, now] = [now, await metric(url, `hutong_intake_records_total{source="${centre}",outcome="quarantined"}`)]
  }
}

async function metric(url: string, name: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text()
  return Number(text.split('\n').find(line => line.startsWith(`${name} `))?.slice(name.length + 1) ?? 0)
}

/** `counted`: what holds of it on a machine of any speed. */
const finding = (what: string, seen: string, promised: string, holds: boolean, counted = holds): Finding => ({ what, seen, promised, holds, counted })
const ms = (milliseconds: number): string => `${Math.round(milliseconds)} ms`
