import { GraphQLError, GraphQLScalarType, Kind } from 'graphql'

const instant = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})$/

/** An instant with its offset (RFC 3339), read as `2026-11-04T08:20:00.000Z`, which sorts as text. */
export const DateTime = new GraphQLScalarType<string, string>({
  name: 'DateTime',
  description: 'An instant: date, time and offset (RFC 3339), e.g. 2026-11-04T16:20:00+08:00.',
  serialize: (value) => String(value),
  parseValue: parseInstant,
  parseLiteral: (node) => parseInstant(node.kind === Kind.STRING ? node.value : undefined),
})

function parseInstant(value: unknown): string {
  const milliseconds = typeof value === 'string' && instant.test(value) && isDay(value.slice(0, 10)) ? Date.parse(value) : Number.NaN
  if (Number.isNaN(milliseconds)) throw new GraphQLError('DateTime must be an instant with its offset, as 2026-11-04T16:20:00+08:00')
  return new Date(milliseconds).toISOString()
}

/** `Date.parse` would take 30 February for 2 March. */
function isDay(day: string): boolean {
  const milliseconds = Date.parse(`${day}T00:00:00Z`)
  return !Number.isNaN(milliseconds) && new Date(milliseconds).toISOString().startsWith(day)
}
