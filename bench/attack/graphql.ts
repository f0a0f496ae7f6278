/** Documents that are drawn at random, against a gateway whose resident has as much as one archive may answer with. */
import { sample } from 'fast-check'
import { getIntrospectionQuery } from 'graphql'
import { createSchema } from '../../src/graphql/schema'
import { sqliteFile } from '../database'
import { endGateway, freePort, startGateway } from '../gatewayProcess'
import { documents } from './documents'
import { makeLargeArchive, type LargeArchive } from './largeArchive'
import type { Attack, AttackOptions, Finding } from './part'

const most = { cpuMs: 250, memoryMb: 50, refusalMs: 20 }

interface Asked {
  readonly query: string
  readonly run: 1 | 2
  /** The code where the whole was refused before it ran. */
  readonly refused?: string
  readonly ms: number
  readonly cpuMs: number
  readonly memoryMb: number
}

/** Where the gateway listens, and the processor time that a look at its figures takes by itself. */
interface Gate { readonly port: number; readonly lookMs: number }

export const graphql: Attack = {
  name: 'graphql',
  about: 'generated documents, twice each, on an archive of 20,000 facts; the same without a token; questions that were once too dear',
  async run(options) {
    const database = sqliteFile()
    try {
      const archive = await makeLargeArchive(database.url, { results: 19_500, others: 40 })
      options.progress(`an archive of ${archive.facts} facts`)
      const port = await freePort()
      const gateway = await startGateway({ database: database.url, port, options: ['--no-seed'] })
      try {
        return await attack(await gateOf(port), archive, options)
      } finally {
        await endGateway(gateway)
      }
    } finally {
      await database.drop()
    }
  },
}

async function attack(gate: Gate, archive: LargeArchive, { sample: isSample, progress }: AttackOptions): Promise<Finding[]> {
  const { tokens } = archive
  // Whatever is done once in a process's life is no document's cost.
  for (const token of Object.values(tokens)) for (let n = 0; n < 5; n++) await ask(gate, '{ me { id } }', token)
  for (let n = 0; n < 3; n++) for (const query of [whole, getIntrospectionQuery()]) await ask(gate, query, tokens.resident)
  const drawn = sample(documents(createSchema(), poolOf(archive)), { numRuns: isSample ? 100 : 1000, seed: 1 })
  const known: Asked[] = []
  const strange: Asked[] = []
  for (const [index, query] of drawn.entries()) {
    const token = [tokens.resident, tokens.clinician, tokens.resident, index % 8 < 4 ? tokens.steward : tokens.source][index % 4] ?? tokens.resident
    known.push(...await twice(gate, query, token))
    strange.push(await least(() => ask(gate, query)))
    if (index % 50 === 49) progress(`${index + 1} of ${drawn.length} documents`)
  }
  const dear: Asked[] = []
  for (const query of dearQuestions(archive)) dear.push(await least(() => ask(gate, query, tokens.resident)))
  return [...findings(known), strangers(strange), refusal('questions that are too dear: 50 looks, 25 × 100 nodes, 48 instants, introspection over and over', dear, true)]
}

/**
 * The first and the second run of a document. Where one is over what is promised it is measured again, as a document that is new by
 * a comment: a collection of garbage that falls into a run is no cost of it, and what costs too much costs it each time.
 */
async function twice(gate: Gate, query: string, token: string): Promise<Asked[]> {
  const pairs: [Asked, Asked][] = []
  for (let tries = 0; tries < 3; tries++) {
    const text = tries === 0 ? query : `${query}\n# ${tries}`
    const pair: [Asked, Asked] = [await ask(gate, text, token), { ...await ask(gate, text, token), run: 2 }]
    if (tries === 0 && !pair.some(isOver)) return pair
    pairs.push(pair)
  }
  return ([0, 1] as const).map(run => leastOf(pairs.map(pair => pair[run])))
}

/** The same question, a few times where it took too long: the least is what it costs. */
async function least(asking: () => Promise<Asked>): Promise<Asked> {
  const asked = [await asking()]
  for (let tries = 0; tries < 2 && asked.every(isOver); tries++) asked.push(await asking())
  return leastOf(asked)
}

const isOver = ({ refused, cpuMs, memoryMb }: Asked): boolean =>
  (refused === undefined ? cpuMs > most.cpuMs || memoryMb > most.memoryMb : cpuMs > most.refusalMs)

function leastOf([first, ...others]: readonly Asked[]): Asked {
  if (first === undefined) throw new RangeError('nothing was asked')
  return others.reduce((one, other) => ({ ...one, ms: Math.min(one.ms, other.ms), cpuMs: Math.min(one.cpuMs, other.cpuMs), memoryMb: Math.min(one.memoryMb, other.memoryMb) }), first)
}

/** All that one archive may answer with, counted: the dearest of honest questions. */
const whole = '{ me { resident { archive { timeline(first: 1) { totalCount } } } } }'

const times = (count: number, part: (n: number) => string): string => Array.from({ length: count }, (_, n) => part(n)).join(' ')
const inArchive = (selection: string): string => `{ me { resident { archive { ${selection} } } } }`

const dearQuestions = ({ records }: LargeArchive): string[] => [
  inArchive(times(50, n => `a${n}: looks { totalCount }`)),
  `query ($ids: [ID!]! = ${JSON.stringify(Array(100).fill(records[0]))}) { ${times(25, n => `a${n}: nodes(ids: $ids) { id }`)} }`,
  '{ residents(search: "shi", first: 20) { archive(asOf: "2026-11-20T00:00:00Z") { conditions { totalCount } } } }',
  `{ me { resident { ${times(48, n => `a${n}: archive(asOf: "2026-11-20T00:00:${10 + n}Z") { conditions { totalCount } }`)} } } }`,
  `{ ${times(20, n => `a${n}: __schema { types { name fields { name args { name type { name ofType { name } } } } } }`)} }`,
]

const poolOf = ({ id, records }: LargeArchive) => ({
  id: [id, ...records.slice(-20)], ids: [id, ...records.slice(-50)], asOf: ['2026-11-20T00:00:00Z', new Date().toISOString()],
  from: ['2026-01-01T00:00:00Z'], search: ['shi', '试'], source: ['first-hospital'], code: ['K1', 'K2'], record: records.slice(0, 5),
})

/** One question, and what it took of the gateway's process. */
async function ask({ port, lookMs }: Gate, query: string, token?: string): Promise<Asked> {
  const before = await figures(port)
  const begun = performance.now()
  const response = await fetch(`http://127.0.0.1:${port}/graphql`, {
    method: 'POST', body: JSON.stringify({ query }), headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
  })
  const { data, errors } = await response.json() as { data?: unknown; errors?: readonly { extensions: { code: string } }[] }
  const ms = performance.now() - begun
  const after = await figures(port)
  const refused = data === undefined ? errors?.[0]?.extensions.code : undefined
  return { query, run: 1, ms, cpuMs: Math.max(0, after.cpuMs - before.cpuMs - lookMs), memoryMb: after.memoryMb - before.memoryMb, ...(refused !== undefined && { refused }) }
}

async function gateOf(port: number): Promise<Gate> {
  const looks: number[] = []
  for (let n = 0; n < 40; n++) looks.push((await figures(port)).cpuMs)
  const between = looks.slice(1).map((look, index) => look - (looks[index] ?? 0)).toSorted((a, b) => a - b)
  return { port, lookMs: between[Math.floor(between.length / 2)] ?? 0 }
}

/** Processor time so far, and the heap with what it holds beside it: garbage counts, as it does for whoever runs out. */
async function figures(port: number): Promise<{ cpuMs: number; memoryMb: number }> {
  const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text()
  const figure = (name: string) => Number(new RegExp(`^${name}(?:\\{[^}]*\\})? (\\S+)`, 'm').exec(text)?.[1] ?? Number.NaN)
  return { cpuMs: 1000 * figure('process_cpu_seconds_total'), memoryMb: (figure('nodejs_heap_size_used_bytes') + figure('nodejs_external_memory_bytes')) / 1e6 }
}

function findings(known: readonly Asked[]): Finding[] {
  const passed = known.filter(({ refused }) => refused === undefined)
  const worst = (run: 1 | 2, figure: 'cpuMs' | 'memoryMb') => Math.max(0, ...passed.filter(asked => asked.run === run).map(asked => asked[figure]))
  const finding = (run: 1 | 2, figure: 'cpuMs' | 'memoryMb', unit: string): Finding => ({
    what: `${passed.length / 2} documents that pass, run ${run}: ${figure === 'cpuMs' ? 'processor' : 'memory'}, at the worst`,
    seen: `${worst(run, figure).toFixed(0)} ${unit}`, promised: `≤ ${most[figure]} ${unit}`, holds: worst(run, figure) <= most[figure], counted: true,
  })
  const each = ([1, 2] as const).flatMap(run => [finding(run, 'cpuMs', 'ms'), finding(run, 'memoryMb', 'MB')])
  return [...each, refusal('documents that do not pass', known.filter(({ refused }) => refused !== undefined))]
}

/** `must`: none of them may pass. Judged by processor time: how long one waits depends on who else uses the machine. */
function refusal(what: string, asked: readonly Asked[], must = false): Finding {
  const worst = Math.max(0, ...asked.map(each => each.cpuMs))
  const passed = asked.filter(({ refused }) => refused === undefined).length
  const waits = asked.map(({ ms }) => ms).toSorted((a, b) => a - b)
  const waited = `${(waits[Math.floor(waits.length / 2)] ?? 0).toFixed(0)} ms waited in the median`
  return {
    what: `${asked.length} ${what}: processor until they are refused, at the worst`, seen: `${worst.toFixed(0)} ms (${waited})${passed > 0 ? `, ${passed} passed` : ''}`,
    promised: `≤ ${most.refusalMs} ms`, holds: worst <= most.refusalMs && !(must && passed > 0), counted: !(must && passed > 0),
  }
}

function strangers(asked: readonly Asked[]): Finding {
  const { seen, holds, counted = holds, ...finding } = refusal('documents without a token', asked, true)
  const known = asked.filter(({ refused }) => refused !== 'UNAUTHENTICATED').length
  return { ...finding, seen: `${seen}${known > 0 ? `, ${known} answered otherwise than UNAUTHENTICATED` : ''}`, holds: holds && known === 0, counted: counted && known === 0 }
}
