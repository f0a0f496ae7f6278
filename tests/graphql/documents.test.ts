import { sample } from 'fast-check'
import { getOperationAST, GraphQLError, parse, validate, type ExecutionResult } from 'graphql'
import { compileQuery } from 'graphql-jit'
import { documents } from '../../bench/attack/documents'
import { checkBreadth } from '../../src/graphql/breadth'
import { defaultLimits, judge } from '../../src/graphql/limits'
import { planSize } from '../../src/graphql/planSize'
import { isHutongError } from '../../src/model/errors'
import { encodeGlobalId } from '../../src/model/globalId'
import { asking, fakeArchive, schema } from '../support/graphql/ask'

/** What the compiler wrote, which only its own switch for debugging tells. */
const written = '__DO_NOT_USE_THIS_OR_YOU_WILL_BE_FIRED_compilation'
jest.mock('graphql-jit', () => {
  const real = jest.requireActual<typeof import('graphql-jit')>('graphql-jit')
  const compile: typeof real.compileQuery = (of, document, name, options) => real.compileQuery(of, document, name, { ...options, debug: true } as typeof options)
  return { ...real, compileQuery: jest.fn(compile) }
})
const compiled = jest.mocked(compileQuery)

const pool = {
  id: [encodeGlobalId('Resident', 'r1'), encodeGlobalId('LaboratoryResult', 'p1', 'l0'), encodeGlobalId('Resident', 'nobody')],
  ids: [encodeGlobalId('Resident', 'r1'), encodeGlobalId('LaboratoryResult', 'p1', 'l0'), encodeGlobalId('LaboratoryResult', 'p1', 'l1')],
  asOf: ['2026-11-20T00:00:00Z', '2026-11-21T00:00:00Z'], from: ['2026-11-01'], to: ['2026-11-20'], search: ['陈'], source: ['first-hospital'],
}
const drawn = { numRuns: 100, seed: 9 }
/** Lower than what is served, so that the bound is met often. */
const limits = { ...defaultLimits, plan: 300, cost: 20_000 }

/** Fields of an answer; what is JSON of its own is one. */
function fieldsOf(value: unknown): number {
  if (Array.isArray(value)) return value.reduce<number>((sum, item) => sum + fieldsOf(item), 0)
  if (typeof value !== 'object' || value === null) return 0
  return Object.entries(value).reduce((sum, [key, inner]) => sum + 1 + (/^(resource|features)(_|$)/.test(key) ? 0 : fieldsOf(inner)), 0)
}

/** As the door does it; undefined: refused there, or not valid. */
function admitted(query: string) {
  try {
    const document = parse(query, { maxTokens: limits.tokens })
    checkBreadth(document, limits)
    return validate(schema, document).length === 0 ? document : undefined
  } catch (error) {
    if (error instanceof GraphQLError || isHutongError(error)) return undefined
    throw error
  }
}

const isRefused = ({ errors, data }: ExecutionResult) => data === undefined && errors?.[0]?.extensions?.code === 'QUERY_TOO_COSTLY'

/** What one document did when it was asked twice. */
interface Outcome {
  readonly query: string
  readonly refused: boolean
  /** Archives opened, plans compiled. */
  readonly work: readonly [number, number]
  readonly fields: number
  readonly cost: number
  readonly size: number
  /** Characters that the compiler wrote. */
  readonly code: number
}

async function outcomeOf(query: string): Promise<Outcome | undefined> {
  const document = admitted(query)
  if (document === undefined) return undefined
  compiled.mockClear()
  const archive = fakeArchive(200)
  const { ask, documents: known } = asking('auto', { archive, limits })
  known.set(query, document)
  const [first, second] = [(await ask(query)).result, (await ask(query)).result]
  const operation = getOperationAST(document, null)!
  return {
    query, refused: isRefused(first) && isRefused(second), work: [archive.opened.length, compiled.mock.calls.length], fields: fieldsOf(first.data),
    cost: judge(schema, document, operation, limits).weigh({}).cost, size: planSize(schema, document, operation, limits.plan),
    code: (compiled.mock.results[0]?.value as Record<string, string> | undefined)?.[written]?.length ?? 0,
  }
}

describe('documents that are drawn at random over the schema', () => {
  const outcomes: Outcome[] = []
  beforeAll(async () => {
    for (const query of sample(documents(schema, pool), drawn)) outcomes.push(...[await outcomeOf(query) ?? []].flat())
  }, 60_000)

  it('are of all kinds', () => {
    const kinds = ({ refused, code }: Outcome) => (refused ? 'refused' : code > 0 ? 'compiled' : 'not compiled')
    expect([...new Set(outcomes.map(kinds))].toSorted()).toEqual(['compiled', 'not compiled', 'refused'])
  })

  it('cost nothing where they are refused', () => {
    expect(outcomes.filter(({ refused, work: [opened, compiles] }) => refused && opened + compiles > 0)).toEqual([])
  })

  it('show no more fields than they cost', () => {
    expect(outcomes.filter(({ refused, fields, cost }) => !refused && (fields > cost || cost > limits.cost))).toEqual([])
  })

  it('are compiled once where that is within bounds, and never beyond', () => {
    expect(outcomes.filter(({ refused, size, work: [, compiles] }) => !refused && compiles !== (size <= limits.plan ? 1 : 0))).toEqual([])
  })

  it('let the compiler write no more than was counted', () => {
    expect(outcomes.filter(({ code, size }) => code > 10_000 + 2000 * size)).toEqual([])
  })
})

describe('compiled plans', () => {
  it('are kept for the last 300 documents, and made anew for one that comes again after', async () => {
    const { ask } = asking('jit')
    const document = (n: number) => `{ me { a${n}: id } }`
    compiled.mockClear()
    for (let n = 0; n <= 300; n++) await ask(document(n))
    await ask(document(300))
    expect(compiled).toHaveBeenCalledTimes(301)
    await ask(document(0))
    expect(compiled).toHaveBeenCalledTimes(302)
  })
})
