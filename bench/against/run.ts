import type { ChildProcess } from 'node:child_process'
import { packageRoot } from '../../src/model/packageRoot'
import type { DistrictOptions } from '../../seed'
import { benchDatabase, type BenchDatabase } from '../database'
import { endGateway, freePort, peakMemory, startGateway } from '../gatewayProcess'
import { archiveQuery, runQueries, type Asked, type QueryFigures } from '../query'
import { builtCheckout, checkoutAt, type Checkout } from './checkout'
import { answerOf, askedOf, loadInto, writeDistrict, type Loaded, type WrittenDistrict } from './district'
import { compare, judge, leastPairs, type Comparison, type Verdict } from './figures'

export interface AgainstOptions {
  /** The other checkout's folder. */
  readonly against: string
  readonly district: DistrictOptions
  /** Of each run. */
  readonly seconds: number
  readonly connections: number
  /** Pairs of runs at the least; six or more. */
  readonly rounds: number
  /** Pairs at the most, where the spread stays wider than the difference. */
  readonly mostRounds: number
  /** Processor time of a query, ours/other, that must be kept. */
  readonly atMost?: number
  /** `mongodb://…`: databases of their own there. */
  readonly database?: string
  readonly tell: (what: string) => void
}

/** What is compared of each run; the first decides. */
export const compared = {
  'processor ms a query': ({ cpuMsPerQuery }) => cpuMsPerQuery,
  'p50 ms': ({ p50 }) => p50,
  'p99 ms': ({ p99 }) => p99,
  'requests/s': ({ requestsPerSecond }) => requestsPerSecond,
  'store calls a query': ({ storeCallsPerQuery }) => storeCallsPerQuery,
  'answer bytes': ({ answerBytes }) => answerBytes,
} as const satisfies Readonly<Record<string, (figures: QueryFigures) => number>>

export type Compared = keyof typeof compared
const decisive: Compared = 'processor ms a query'

/** What each checkout has once: its ratio has no spread. */
export interface Standing extends Loaded { readonly peakMemoryMb: number; readonly bytesPerResident: number }

export interface AgainstFigures {
  readonly ours: Checkout & Standing
  readonly other: Checkout & Standing
  readonly residents: number
  readonly rounds: readonly { readonly ours: QueryFigures; readonly other: QueryFigures }[]
  readonly comparisons: Readonly<Record<Compared, Comparison>>
  readonly verdict: Verdict
  /** Archives that are not the same bytes from both, of so many residents. */
  readonly answers: { readonly asked: number; readonly differing: number }
}

/** A checkout that serves its database. */
interface Side { readonly checkout: Checkout; readonly database: BenchDatabase; readonly loaded: Loaded; readonly gateway: ChildProcess; readonly port: number; readonly asked: readonly Asked[] }

/**
 * This checkout against another: the same district in each one's own database, both gateways up and one at a time under
 * load, in turn, for at least six pairs of runs.
 */
export async function measureAgainst(options: AgainstOptions): Promise<AgainstFigures> {
  if (!(options.rounds >= leastPairs)) throw new Error(`--rounds is ${leastPairs} or more: fewer pairs of runs say nothing`)
  const { tell, seconds, connections } = options
  const other = await builtCheckout(options.against, tell)
  tell('writing the district')
  const district = writeDistrict(options.district)
  const opened: Side[] = []
  try {
    for (const checkout of [checkoutAt(packageRoot(__dirname)), other]) opened.push(await open(checkout, district, options))
    const [a, b] = opened as [Side, Side]
    tell('asking both for every archive')
    const answers = await compareAnswers(a, b)
    for (const side of opened) await runQueries({ ...side, connections, seconds: Math.min(3, seconds) })
    const rounds = await inTurn(a, b, options)
    const comparisons = comparisonsOf(rounds)
    return {
      ours: await standing(a), other: await standing(b), residents: a.asked.length, rounds, comparisons,
      verdict: judge(comparisons[decisive], options.atMost), answers,
    }
  } finally {
    for (const { gateway, database } of opened) {
      await endGateway(gateway)
      await database.drop()
    }
    district.remove()
  }
}

async function open(checkout: Checkout, district: WrittenDistrict, { database: server, tell }: AgainstOptions): Promise<Side> {
  const database = await benchDatabase(server)
  try {
    tell(`loading ${district.residents.length} residents into ${checkout.path}`)
    const loaded = await loadInto(checkout.path, database.url, district)
    const port = await freePort()
    const gateway = await startGateway({ database: database.url, port, checkout: checkout.path, options: ['--no-seed'] })
    const asked = await askedOf(port, district.residents).catch(async (error: unknown) => {
      await endGateway(gateway)
      throw error
    })
    return { checkout, database, loaded, gateway, port, asked }
  } catch (error) {
    await database.drop()
    throw error
  }
}

async function compareAnswers(a: Side, b: Side): Promise<{ asked: number; differing: number }> {
  let differing = 0
  const answer = ({ port, asked }: Side, at: number): Promise<string> => answerOf(port, asked[at]!.token, archiveQuery, { id: asked[at]!.id })
  for (const at of a.asked.keys()) {
    if (await answer(a, at) !== await answer(b, at)) differing += 1
  }
  return { asked: a.asked.length, differing }
}

async function inTurn(a: Side, b: Side, { rounds: least, mostRounds, atMost, seconds, connections, tell }: AgainstOptions): Promise<{ ours: QueryFigures; other: QueryFigures }[]> {
  const rounds: { ours: QueryFigures; other: QueryFigures }[] = []
  while (rounds.length < least || rounds.length < mostRounds && judge(comparisonsOf(rounds)[decisive], atMost) === 'undecided') {
    rounds.push({ ours: await runQueries({ ...a, connections, seconds }), other: await runQueries({ ...b, connections, seconds }) })
    const { median } = comparisonsOf(rounds)[decisive]
    tell(`pair ${rounds.length} of ${least}${rounds.length > least ? ` (running on, to ${mostRounds} at the most)` : ''}: processor time ${median.toFixed(3)}`)
  }
  return rounds
}

const comparisonsOf = (rounds: AgainstFigures['rounds']): Record<Compared, Comparison> =>
  Object.fromEntries(Object.entries(compared).map(([name, figure]) =>
    [name, compare(rounds.map(({ ours, other }) => ({ ours: figure(ours), other: figure(other) })))])) as Record<Compared, Comparison>

const standing = async ({ checkout, loaded, gateway, database, asked }: Side): Promise<Checkout & Standing> =>
  ({ ...checkout, ...loaded, peakMemoryMb: peakMemory(gateway), bytesPerResident: await database.bytes() / asked.length })
