import { GraphQLError, GraphQLScalarType, Kind } from 'graphql'

/** A calendar day, `2026-11-20`. */
export const Day = new GraphQLScalarType<string, string>({
  name: 'Date',
  description: 'A calendar day, e.g. 2026-11-20.',
  serialize: (value) => String(value),
  parseValue: parseDay,
  parseLiteral: (node) => parseDay(node.kind === Kind.STRING ? node.value : undefined),
})

function parseDay(value: unknown): string {
  const milliseconds = typeof value === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(value) ? Date.parse(value) : Number.NaN
  if (typeof value !== 'string' || Number.isNaN(milliseconds) || !new Date(milliseconds).toISOString().startsWith(value)) {
    throw new GraphQLError('Date must be a calendar day, as 2026-11-20')
  }
  return value
}
