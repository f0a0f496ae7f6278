/** An answer, read as an attacker reads it: what came, and what of the resident stands anywhere in it. */
import { errorCodes } from '../../../src/model/errors'
import { extents, type Expectation, type Extent } from './policy'

export interface Answer {
  readonly codes: readonly string[]
  /** Nothing but nulls, empty lists and type names. */
  readonly empty: boolean
  readonly data: string
  /** Errors and headers, as they came. */
  readonly around: string
}

const apolloCodes = ['GRAPHQL_PARSE_FAILED', 'GRAPHQL_VALIDATION_FAILED', 'BAD_USER_INPUT', 'BAD_REQUEST']

/** Throws where the body is no answer of GraphQL. */
export function readAnswer(body: string, headers: Iterable<readonly [string, string]>): Answer {
  const { data, errors = [] } = JSON.parse(body) as { data?: unknown; errors?: { extensions?: { code?: string } }[] }
  return {
    codes: errors.map(({ extensions }) => extensions?.code ?? 'none'),
    empty: isEmpty(data), data: JSON.stringify(data ?? null), around: JSON.stringify([errors, [...headers]]),
  }
}

function isEmpty(value: unknown): boolean {
  if (value === null || value === undefined) return true
  if (Array.isArray(value)) return value.every(isEmpty)
  return typeof value === 'object' && Object.entries(value).every(([name, each]) => name === '__typename' || isEmpty(each))
}

/** Every code is one that clients are told of, and no fault. */
export const areTyped = (codes: readonly string[]): boolean =>
  codes.every(code => code !== 'INTERNAL' && (Object.hasOwn(errorCodes, code) || apolloCodes.includes(code)))

/** What somebody may hear who may not: that they may not, that there is no such thing, or that the question is none. */
const refusals = new Set(['FORBIDDEN', 'NOT_FOUND', 'BAD_ID', 'BAD_ARGUMENT', 'BAD_CURSOR', 'UNKNOWN_SOURCE', 'TOO_MANY_REQUESTS'])

export function isAsExpected({ codes, empty }: Answer, { answer }: Expectation): boolean {
  switch (answer) {
    case 'data': return codes.length === 0
    case 'unauthenticated': return empty && codes.length > 0 && codes.every(code => code === 'UNAUTHENTICATED')
    case 'refused': return codes.length > 0 ? codes.every(code => refusals.has(code)) : empty
    default: return !codes.includes('UNAUTHENTICATED')
  }
}

/** Texts that stand in nobody's records but this resident's, by the extent that lets them be shown. */
export type Marks = Readonly<Record<Exclude<Extent, 'nothing'>, readonly string[]>>

/** The narrowest extent that covers what is shown. */
export function extentOf({ data }: Answer, marks: Marks): Extent {
  const shown = extents.toReversed().find(extent => extent !== 'nothing' && marks[extent].some(mark => data.includes(mark)))
  return shown ?? 'nothing'
}

export const isWithin = (shown: Extent, allowed: Extent): boolean => extents.indexOf(shown) <= extents.indexOf(allowed)
