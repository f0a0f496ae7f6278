/** One district for both checkouts: written to files once, loaded by each checkout's own `hutong ingest`. */
import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { generateDistrict, type DistrictOptions, type TrueResident } from '../../seed'
import { createTokens } from '../../src/access'
import { decodeGlobalId } from '../../src/model/globalId'
import type { Viewer } from '../../src/model/viewer'
import { benchEnvironment, benchKeys } from '../database'
import { endWithUs } from '../gatewayProcess'
import type { Asked } from '../query'

export interface WrittenDistrict {
  readonly residents: readonly TrueResident[]
  /** Files by source, as paths within `folder`. */
  readonly files: ReadonlyMap<string, readonly string[]>
  readonly folder: string
  remove(): void
}

export function writeDistrict(options: DistrictOptions): WrittenDistrict {
  const folder = mkdtempSync(join(tmpdir(), 'hutong-district-'))
  const files = new Map<string, string[]>()
  const district = generateDistrict(options)
  let count = 0
  for (const { source, name, bytes } of district) {
    // Two uploads may have one name, and a table's name says which table it is.
    const place = String(count += 1)
    mkdirSync(join(folder, place))
    writeFileSync(join(folder, place, name), bytes)
    files.set(source, [...files.get(source) ?? [], join(place, name)])
  }
  return { residents: [...district.residents()], files, folder, remove: () => rmSync(folder, { recursive: true }) }
}

export interface Loaded { readonly records: number; readonly recordsPerSecond: number; readonly cpuMsPerRecord: number }

/** Files of one call: a command line has its limit. */
const together = 5000

/** Journaled, mapped, linked and durable when it resolves. */
export async function loadInto(checkout: string, database: string, { files, folder }: WrittenDistrict): Promise<Loaded> {
  const [begun, cpu] = [performance.now(), childrenCpuMs()]
  let records = 0
  for (const [source, all] of files) {
    for (let from = 0; from < all.length; from += together) {
      records += await ingest({ checkout, database, source, folder, files: all.slice(from, from + together) })
    }
  }
  return {
    records, recordsPerSecond: records / (performance.now() - begun) * 1000, cpuMsPerRecord: (childrenCpuMs() - cpu) / records,
  }
}

async function ingest({ checkout, database, source, folder, files }: { checkout: string; database: string; source: string; folder: string; files: readonly string[] }): Promise<number> {
  const child = spawn(process.execPath, ['--max-semi-space-size=64', join(checkout, 'dist', 'src', 'main.js'), 'ingest', source, ...files,
    '--database', database, '--no-progress', '--json', '--log-level', 'error'], { cwd: folder, stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, ...benchEnvironment } })
  endWithUs(child)
  const ended = new Promise<number | null>(resolve => child.once('exit', resolve))
  const said = await text(child.stdout)
  const code = await ended
  if (code !== 0) throw new Error(`hutong ingest ${source} ended with ${code} in ${checkout}`)
  return (JSON.parse(said) as { records: number }).records
}

/** Processor time of all children that have ended, in milliseconds (Linux; elsewhere not a number). */
function childrenCpuMs(): number {
  if (process.platform !== 'linux') return Number.NaN
  const fields = readFileSync('/proc/self/stat', 'utf8').split(') ')[1]?.split(' ') ?? []
  return (Number(fields[13]) + Number(fields[14])) * 10
}

const identityNumbers = 'urn:oid:2.16.156.10011.1.3'

/** Each resident as the gateway on this port knows them, with a token of their own that both checkouts read. */
export async function askedOf(port: number, residents: readonly TrueResident[]): Promise<Asked[]> {
  const steward = await tokenOf({ role: 'steward', id: 'bench' })
  const asked: Asked[] = []
  for (const { identity } of residents) {
    const { data } = await ask(port, steward, 'query ($identifier: String!, $system: String) { resident(identifier: $identifier, system: $system) { id } }', { identifier: identity, system: identityNumbers })
    if (!data?.resident) throw new Error('a resident of the district is not found by their number')
    const { id } = data.resident
    const [resident = ''] = decodeGlobalId(id).parts
    asked.push({ id, token: await tokenOf({ role: 'resident', id: resident, resident }) })
  }
  return asked
}

const tokens = createTokens({ key: benchKeys.tokenKey })
const tokenOf = (viewer: Viewer): Promise<string> =>
  tokens.sign({ viewer, purpose: viewer.role === 'steward' ? 'HOPERAT' : 'PATRQT' }, { expiresIn: '2h' })

async function ask(port: number, token: string, query: string, variables: object): Promise<{ data?: { resident?: { id: string } } }> {
  return JSON.parse(await answerOf(port, token, query, variables)) as { data?: { resident?: { id: string } } }
}

/** The answer's body, byte for byte. */
export async function answerOf(port: number, token: string, query: string, variables: object): Promise<string> {
  const answer = await fetch(`http://127.0.0.1:${port}/graphql`, {
    method: 'POST', body: JSON.stringify({ query, variables }), headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
  })
  return answer.text()
}
