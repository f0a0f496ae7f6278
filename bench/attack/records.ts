/** Records that are meant to hold the event loop: each kind of large input, sent over HTTP to a gateway of its own. */
import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createTokens } from '../../src/access'
import { packageRoot } from '../../src/model/packageRoot'
import { benchEnvironment, benchKeys, sqliteFile } from '../database'
import { endGateway, endWithUs, freePort } from '../gatewayProcess'
import type { Holds } from './holds'
import type { Attack, AttackOptions, Finding } from './part'

/** Milliseconds; the database's own calls are counted apart. */
const promised = 50
const patience = 120_000

interface Input {
  readonly what: string
  readonly source: string
  readonly name: string
  readonly make: () => string
  /** The reason and place under which it must stand in quarantine; absent: it is worked. */
  readonly refused?: string
  /** Too slow for the part in CI. */
  readonly isLong?: boolean
}

const message = (...segments: string[]): string =>
  ['MSH|^~\\&|HIS|SYY|HUTONG|HULI|20261101080000||ORU^R01|C1|P|2.4|||||CHN|UNICODE UTF-8', 'PID|1||R1^^^SYY^MR||张三|||M',
    'OBR|1|a^HIS|b^SYYLIS|XCG^x^SYYLIS|||20261105080000', ...segments, ''].join('\r')
const results = (count: number): string[] => Array.from({ length: count }, (_, n) => `OBX|${n}|NM|K${n}^x^SYYLIS||1|g|1-2|N|||F`)
const bundleOf = (patient: object, observations: number): string => JSON.stringify({
  resourceType: 'Bundle', type: 'collection', entry: [
    { fullUrl: 'urn:uuid:p', resource: { resourceType: 'Patient', id: 'p', name: [{ text: '张三' }], ...patient } },
    ...Array.from({ length: observations }, (_, n) => ({ resource: {
      resourceType: 'Observation', id: `o${n}`, status: 'final', subject: { reference: 'urn:uuid:p' }, effectiveDateTime: '2026-11-05',
      code: { coding: [{ system: 'http://loinc.org', code: '2823-3', display: 'Potassium' }] }, valueQuantity: { value: n, unit: 'mmol/L' },
    } })),
  ],
})
const members = (count: number): string => Array.from({ length: count }, (_, n) => `"k${n}":1`).join(',')
const table = (rows: readonly string[]): string => ['Id,PATIENT,CODE', ...rows].join('\n')

const hl7 = { source: 'first-hospital', name: 'm.hl7' }
const fhir = { source: 'regional-platform', name: 'b.json' }
const csv = { source: 'synthea-csv', name: 'conditions.csv' }

const inputs: readonly Input[] = [
  { ...hl7, what: 'a message of 10,000 results', make: () => message(...results(10_000)) },
  { ...hl7, what: 'a message of 49,000 results', make: () => message(...results(49_000)), refused: 'RECORD_TOO_LARGE MSH' },
  { ...hl7, what: 'a name of 5 MB', make: () => message().replace('张三', '张'.repeat(1_700_000)), refused: 'RECORD_TOO_LARGE PID-5' },
  { ...hl7, what: 'a name of 60,000 characters', make: () => message('OBX|1|NM|K^x^SYYLIS||1|g|1-2|N|||F').replace('张三', '张'.repeat(60_000)) },
  { ...hl7, what: 'an attachment of 15 MB', make: () => message(`OBX|1|ED|F^f^SYYLIS||^application^pdf^Base64^${'QUJD'.repeat(3_700_000)}||||||F`), isLong: true },
  { ...fhir, what: 'an object of a million members', make: () => `{"resourceType":"Patient",${members(1_000_000)}}`, refused: 'RECORD_TOO_LARGE Patient' },
  { ...fhir, what: 'a name of 5 MB in FHIR', make: () => bundleOf({ name: [{ family: 'x'.repeat(5_000_000) }] }, 1), refused: 'RECORD_TOO_LARGE Bundle.entry[0].resource.name[0].family' },
  { ...fhir, what: 'a thousand names of 4,000 characters', make: () => bundleOf({ name: Array.from({ length: 1000 }, (_, n) => ({ text: `${n}${'张'.repeat(4_000)}` })) }, 1), isLong: true },
  { ...fhir, what: 'nesting of 100,000 levels', make: () => `{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}`, refused: 'DEPTH line 1, column 205' },
  { ...fhir, what: 'a bundle of 5,000 entries', make: () => bundleOf({}, 5_000) },
  { ...fhir, what: 'a bundle of 40,000 entries', make: () => bundleOf({}, 40_000), refused: 'RECORD_TOO_LARGE Bundle.entry' },
  { ...fhir, what: 'a document of 16 MB', make: () => bundleOf({ text: { status: 'generated', div: `<div>${'x'.repeat(15_900_000)}</div>` } }, 1), isLong: true },
  { ...csv, what: 'a row of a million cells', make: () => table(['x,'.repeat(1_000_000), 'a,b,c']), refused: 'RECORD_TOO_LARGE conditions[2]' },
  { ...csv, what: 'a table of 4 MB in tiny rows', make: () => table(Array.from({ length: 50_000 }, (_, n) => `${n},${'b'.repeat(70)}`)), refused: 'SYNTAX conditions[2].CODE', isLong: true },
]

export const records: Attack = {
  name: 'records',
  about: 'large records hold the event loop no longer than others may wait',
  async run({ sample, progress }: AttackOptions): Promise<readonly Finding[]> {
    const database = sqliteFile()
    const gateway = await start(database.url)
    try {
      const findings: Finding[] = []
      await warm(gateway)
      for (const input of inputs.filter(each => !sample || !each.isLong)) {
        findings.push(await attack(gateway, input))
        progress(input.what)
      }
      return findings
    } finally {
      await endGateway(gateway.process)
      await database.drop()
    }
  },
}

interface Attacked { readonly process: ChildProcess; readonly url: string; readonly steward: string; tokenOf(source: string): Promise<string> }

async function start(database: string): Promise<Attacked> {
  const root = packageRoot(__dirname)
  const port = await freePort()
  const child = spawn(process.execPath, ['--max-semi-space-size=32', '--require', join(root, 'dist', 'bench', 'attack', 'holds.js'),
    join(root, 'dist', 'src', 'main.js'), 'serve', '--no-ide', '--no-seed', '--database', database, '--port', String(port), '--log-level', 'error'],
  { stdio: ['ignore', 'ignore', 'inherit', 'ipc'], env: { ...process.env, ...benchEnvironment } })
  endWithUs(child)
  const url = `http://127.0.0.1:${port}`
  for (let tries = 0; tries < 600; tries++) {
    if (await fetch(`${url}/readyz`).then(answer => answer.ok, () => false)) break
    await new Promise(resolve => setTimeout(resolve, 50))
  }
  const tokens = createTokens({ key: benchKeys.tokenKey })
  const steward = await tokens.sign({ viewer: { role: 'steward', id: 'attack' }, purpose: 'HOPERAT' }, { expiresIn: '1h' })
  return { process: child, url, steward, tokenOf: source => tokens.sign({ viewer: { role: 'source', id: 'attack', source }, purpose: 'HOPERAT' }, { expiresIn: '1h' }) }
}

/** What is loaded and compiled at the first record of a kind is no record's work. */
async function warm(gateway: Attacked): Promise<void> {
  await send(gateway, { ...hl7, what: '', make: () => message(...results(300)) })
  await send(gateway, { ...fhir, what: '', make: () => bundleOf({}, 300) })
  await idle(gateway)
  await holdsOf(gateway)
}

async function attack(gateway: Attacked, input: Input): Promise<Finding> {
  const before = await quarantined(gateway, input.source)
  await holdsOf(gateway)
  const probe = startProbe(gateway)
  const answer = await send(gateway, input)
  await idle(gateway)
  const waited = await probe()
  const { longest, own } = await holdsOf(gateway)
  const after = await quarantined(gateway, input.source)
  const fresh = after.filter(each => !before.includes(each))
  const isSaid = input.refused === undefined ? fresh.length === 0 : fresh.includes(input.refused)
  const said = input.refused === undefined ? 'worked' : input.refused
  return {
    what: input.what,
    seen: `${ms(own)} (${ms(longest)} with the database's, ${ms(waited)} for a /healthz beside it), answered ${answer}, ${fresh[0] ?? 'worked'}`,
    promised: `≤ ${promised} ms, ${said}`,
    holds: own <= promised && answer < 300 && isSaid, counted: answer < 300 && isSaid,
  }
}

const ms = (time: number): string => `${Math.round(time)} ms`

async function send({ url, tokenOf }: Attacked, { source, name, make }: Input): Promise<number> {
  const answer = await fetch(`${url}/intake/${source}?name=${name}`, {
    method: 'POST', body: make(), signal: AbortSignal.timeout(patience),
    headers: { authorization: `Bearer ${await tokenOf(source)}`, accept: 'application/x-ndjson', 'content-type': 'application/octet-stream' },
  })
  await answer.text()
  return answer.status
}

/** Asks /healthz all the time; the longest answer in milliseconds when it is stopped. */
function startProbe({ url }: Attacked): () => Promise<number> {
  let longest = 0
  const stopped = new AbortController()
  const asking = (async () => {
    while (!stopped.signal.aborted) {
      const from = performance.now()
      await fetch(`${url}/healthz`).then(answer => answer.text())
      longest = Math.max(longest, performance.now() - from)
      await new Promise(resolve => setTimeout(resolve, 5))
    }
  })()
  return async () => {
    stopped.abort()
    await asking
    return longest
  }
}

async function holdsOf({ process: child }: Attacked): Promise<Holds> {
  const told = once(child, 'message') as Promise<[{ holds: Holds }]>
  child.send('holds')
  return (await told)[0].holds
}

const countOf = (metrics: string, outcome: string): number =>
  [...metrics.matchAll(new RegExp(`^hutong_intake_records_total\\{[^}]*outcome="(?:${outcome})"[^}]*\\} (\\d+)$`, 'gm'))].reduce((sum, found) => sum + Number(found[1]), 0)

/** Until all that was accepted is worked. */
async function idle({ url }: Attacked): Promise<void> {
  const until = performance.now() + patience
  while (performance.now() < until) {
    const text = await fetch(`${url}/metrics`).then(answer => answer.text())
    if (countOf(text, 'accepted') === countOf(text, 'mapped|pending|quarantined')) return
    await new Promise(resolve => setTimeout(resolve, 200))
  }
  throw new Error('the gateway did not come to rest')
}

/** `CODE place` of what is in quarantine. */
async function quarantined({ url, steward }: Attacked, source: string): Promise<string[]> {
  const answer = await fetch(`${url}/graphql`, {
    method: 'POST', headers: { authorization: `Bearer ${steward}`, 'content-type': 'application/json' },
    body: JSON.stringify({ query: 'query Quarantined($source: ID!) { quarantine(source: $source, first: 50) { nodes { reason { code place } } } }', variables: { source } }),
  })
  const { data } = await answer.json() as { data: { quarantine: { nodes: { reason: { code: string; place: string | null } }[] } } }
  return data.quarantine.nodes.map(({ reason }) => `${reason.code} ${reason.place ?? ''}`)
}
