import { randomBytes } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import { loadSources } from '../../mappers'
import { generateDistrict, type SeedUpload } from '../../seed'
import { createTokens, type Tokens } from '../../src/access'
import { entries } from '../../src/store/collections'
import { openStore } from '../../src/store'
import type { Store } from '../../src/store/port'
import { ask, pendingAt } from './asking'
import { soakTokenHours, startGateways, type SoakedGateway } from './gateways'
import { judge, type Judgement } from './ledger'
import { noTries, retrying, type Tries } from './retrying'
import { MllpSender, sendHttp } from './senders'

export interface SoakOptions {
  readonly seconds: number
  /** Seconds between kills. */
  readonly killEvery: number
  /** Uploads a second, at the most. */
  readonly rate: number
  readonly database: string
  /** Gateways on it. */
  readonly count: number
  /** Told of each kill. */
  readonly killed?: () => Promise<void>
  readonly tell?: (line: string) => void
}

export interface SoakFigures {
  readonly gateways: number
  readonly seconds: number
  readonly kills: number
  readonly recoveryMs: { readonly mean: number; readonly longest: number }
  readonly uploads: number
  readonly records: number
  readonly clients: Readonly<Record<'HTTP uploads' | 'MLLP messages' | 'queries' | 'sent again', Tries>>
  readonly judgements: readonly Judgement[]
  readonly endedWell: boolean
  /** The last that the gateways wrote to their logs, at level error. */
  readonly output: readonly string[]
  readonly holds: boolean
}

/** Whose records come by MLLP; all others', and every other one of these, come over HTTP. */
const mllpSource = 'first-hospital'
const senders = 6
const askers = 2
/** More than any soak sends. */
const residents = 1_000_000

/** What the clients of one run share. */
export interface Run {
  readonly gateways: readonly SoakedGateway[]
  /** Source → its token. */
  readonly sourceTokens: ReadonlyMap<string, string>
  readonly stewardToken: string
  readonly ended: () => boolean
  readonly sent: SeedUpload[]
  readonly acknowledged: Set<string>
}

/**
 * Runs gateways as processes, sends them a district's records and asks them, kills one every few seconds, and judges when all
 * is worked. A record counts as acknowledged when a gateway said so; what came by MLLP, where an acknowledgement names no
 * entry, is sent once more over HTTP, where every record must be known already.
 */
export async function soak({ seconds, killEvery, rate, database, count, killed, tell }: SoakOptions): Promise<SoakFigures> {
  await requireEmpty(database)
  const [tokenKey, idKey] = [randomBytes(24).toString('hex'), randomBytes(24).toString('hex')]
  const sources = [...loadSources({ idKey }).keys()]
  const output: string[] = []
  const onOutput = (line: string): void => { output.splice(0, Math.max(0, output.push(line.trimEnd().slice(0, 400)) - 10)) }
  const { all, recoveries } = await startGateways({ count, database, mllpSource, tokenKey, idKey, onOutput })
  const begun = performance.now()
  const elapsed = (): number => (performance.now() - begun) / 1000
  const tokens = createTokens({ key: tokenKey, longestHours: soakTokenHours })
  const run: Run = { ...await tokensOf(tokens, sources), gateways: all, ended: () => elapsed() >= seconds, sent: [], acknowledged: new Set() }
  const clients = { 'HTTP uploads': noTries(), 'MLLP messages': noTries(), queries: noTries(), 'sent again': noTries() }
  const next = uploadsAt(rate, elapsed)
  const report = setInterval(() => tell?.(`${elapsed().toFixed(0)} s: ${run.sent.length} uploads, ${clients.queries.done} queries, ${recoveries.length} times back`), 1000)
  const kills = { count: 0 }
  try {
    await Promise.all([
      ...Array.from({ length: senders }, (_, i) => send(run, next, i % 2 === 0 ? clients['MLLP messages'] : undefined, clients['HTTP uploads'])),
      ...Array.from({ length: askers }, () => ask(run, tokens, clients.queries)),
      killNow(run, killEvery, kills, killed),
    ])
    const again = await sendAgain(run, clients['sent again'])
    await worked(run)
    const endedWell = (await Promise.all(all.map(gateway => gateway.stop()))).every(Boolean)
    const judgements = [...again, ...await withStore(database, store => judge(store, { acknowledged: run.acknowledged, sources }))]
    const errors = Object.values(clients).reduce((sum, tries) => sum + tries.errors, 0)
    return {
      gateways: count, seconds: elapsed(), kills: kills.count, uploads: run.sent.length, records: run.acknowledged.size, clients, judgements, endedWell, output,
      recoveryMs: { mean: recoveries.reduce((sum, time) => sum + time, 0) / Math.max(1, recoveries.length), longest: Math.max(0, ...recoveries) },
      holds: errors === 0 && endedWell && judgements.every(({ holds }) => holds),
    }
  } finally {
    clearInterval(report)
    await Promise.all(all.map(gateway => gateway.stop()))
  }
}

async function tokensOf(tokens: Tokens, sources: readonly string[]): Promise<Pick<Run, 'sourceTokens' | 'stewardToken'>> {
  const sourceTokens = await Promise.all(sources.map(async source =>
    [source, await tokens.sign({ viewer: { role: 'source', id: 'soak', source }, purpose: 'HOPERAT' }, { expiresIn: '7 days' })] as const))
  const stewardToken = await tokens.sign({ viewer: { role: 'steward', id: 'soak' }, purpose: 'HOPERAT' }, { expiresIn: '7 days' })
  return { sourceTokens: new Map(sourceTokens), stewardToken }
}

/** The district's uploads, one after another, no faster than `rate`. */
function uploadsAt(rate: number, elapsed: () => number): () => Promise<SeedUpload | undefined> {
  const district = generateDistrict({ residents })[Symbol.iterator]()
  let given = 0
  return async () => {
    given += 1
    const early = given / rate - elapsed()
    if (early > 0) await wait(early * 1000)
    return district.next().value
  }
}

async function send(run: Run, next: () => Promise<SeedUpload | undefined>, byMllp: Tries | undefined, byHttp: Tries): Promise<void> {
  const mllp = new MllpSender()
  while (!run.ended()) {
    const upload = await next()
    if (!upload) break
    const answered = byMllp && upload.source === mllpSource
      ? await retrying(byMllp, run.gateways, gateway => mllp.send(gateway, upload.bytes))
      : await retrying(byHttp, run.gateways, gateway => sendHttp(gateway, upload, run.sourceTokens.get(upload.source) ?? ''))
    if (answered === undefined) continue
    if (typeof answered !== 'string') note(run, answered)
    run.sent.push(upload)
  }
  mllp.close()
}

function note({ acknowledged }: Run, answers: Awaited<ReturnType<typeof sendHttp>>): number {
  for (const { entry, outcome } of answers) if (outcome !== 'refused') acknowledged.add(entry)
  return answers.filter(({ outcome }) => outcome === 'accepted').length
}

async function killNow(run: Run, every: number, kills: { count: number }, killed?: () => Promise<void>): Promise<void> {
  const { gateways } = run
  for (let slept = 0; !run.ended(); slept += 0.1) {
    await wait(100)
    if (slept < every) continue
    gateways[kills.count % gateways.length]?.kill()
    kills.count += 1
    await killed?.()
    slept = 0
  }
}

/** Every upload once more: whatever is new now was lost before. */
async function sendAgain(run: Run, tries: Tries): Promise<Judgement[]> {
  let fresh = 0
  const rest = [...run.sent]
  await Promise.all(Array.from({ length: senders }, async () => {
    for (let upload = rest.pop(); upload; upload = rest.pop()) {
      const { source } = upload
      const again = upload
      const answers = await retrying(tries, run.gateways, gateway => sendHttp(gateway, again, run.sourceTokens.get(source) ?? ''))
      fresh += note(run, answers ?? [])
    }
  }))
  return [{ what: 'lost: records that were new when everything was sent again', found: fresh, wanted: 0, holds: fresh === 0 }]
}

/** Until the accounts say that nothing waits to be worked: what is pending for good does not grow fewer. */
async function worked({ gateways: [gateway], stewardToken }: Run): Promise<void> {
  if (!gateway) return
  let still = 0
  for (let before = -1, tries = 0; still < 60 && tries < 600; tries++) {
    const pending = await pendingAt(gateway, stewardToken).catch(() => -1)
    if (pending === 0) return
    still = pending > 0 && pending === before ? still + 1 : 0
    before = pending
    await wait(1000)
  }
}

async function withStore<T>(database: string, action: (store: Store) => Promise<T>): Promise<T> {
  const store = await openStore(database, { role: 'writer' })
  return action(store).finally(() => store.close())
}

async function requireEmpty(database: string): Promise<void> {
  const found = await withStore(database, store => store.find(entries, { where: {}, limit: 1 }))
  if (found.length > 0) throw new Error('The database is not empty: a soak counts everything that is in it.')
}
