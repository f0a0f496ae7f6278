import type { Page } from '../archive/api'
import { HutongError } from '../model/errors'
import type { QuarantinedRecord, Stewardship } from './stewardship'

interface Position { readonly source: string; readonly arrival: string; readonly entry: string }

/** One page of what is in quarantine: source by source, oldest first. Throws BAD_CURSOR. */
export async function quarantinePage({ quarantine }: Stewardship, asked: {
  readonly sources: readonly string[]
  readonly first: number
  readonly after?: string
}): Promise<Page<QuarantinedRecord>> {
  const { sources, first } = asked
  const after = asked.after === undefined ? undefined : positionOf(asked.after, sources)
  const found: QuarantinedRecord[] = []
  for (const source of sources.slice(after === undefined ? 0 : sources.indexOf(after.source))) {
    const limit = first + 1 - found.length
    if (limit <= 0) break
    const behind = source === after?.source ? { after: { arrival: after.arrival, entry: after.entry } } : {}
    found.push(...await quarantine.list({ source, limit, ...behind }))
  }
  return {
    items: found.slice(0, first).map(item => ({ cursor: cursorOf(item), item })),
    hasNextPage: found.length > first,
    hasPreviousPage: after !== undefined,
    totalCount: await quarantine.count(sources),
  }
}

const cursorOf = ({ source, arrival, entry }: Position): string => Buffer.from(JSON.stringify(['quarantine', source, arrival, entry])).toString('base64url')

function positionOf(cursor: string, sources: readonly string[]): Position {
  const [kind, source, arrival, entry] = partsOf(cursor)
  const names = typeof source === 'string' && sources.includes(source) && isName(arrival) && isName(entry)
  if (kind === 'quarantine' && names) return { source, arrival, entry }
  throw new HutongError('BAD_CURSOR', 'The cursor is malformed or belongs to another query.', 'after')
}

/** An arrival or an entry's id. */
const isName = (part: unknown): part is string => typeof part === 'string' && /^[\w-]{1,100}$/.test(part)

function partsOf(cursor: string): readonly unknown[] {
  try {
    const parts: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'))
    return Array.isArray(parts) ? parts : []
  } catch {
    return []
  }
}
