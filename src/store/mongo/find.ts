import { behind, planFind, type Plan, type Segment } from '../plan'
import type { Find, KeyValue } from '../port'
import { behindFilter, filterOf } from './conditions'
import { readTime, type Database, type Kept } from './database'
import { hintOf, orderOf, projectionOf, rowsOf, type Document } from './layout'

/** Up to so many combinations are each a question of their own. */
const fewCombinations = 4
const parallelReads = 16
/** Rows that come with one answer of the server. */
const mostPerAnswer = 10_000

export async function find<R extends object>(database: Database, kept: Kept, asked: Find<R>): Promise<R[]> {
  const plan = planFind(kept.spec, asked)
  if (asked.limit === 0 || plan.equal.some(({ values }) => values.length === 0)) return []
  const reading: Reading = {
    database, kept, plan, backward: asked.order === 'backward', limit: asked.limit, withBytes: !asked.withoutBytes,
  }
  if (asked.after) return findBehind<R>(reading, behind(kept.spec, plan, asked.after, reading.backward))
  const count = plan.equal.reduce((product, { values }) => product * values.length, 1)
  if (count === 1) return rowsOf<R>(kept, await read(reading, filterOf(kept, plan), asked.limit))
  return findEach<R>(reading, count)
}

interface Reading {
  readonly database: Database
  readonly kept: Kept
  readonly plan: Plan
  readonly backward: boolean
  readonly limit: number
  readonly withBytes: boolean
}

/** The runs behind a place one after the other, until there are enough. */
async function findBehind<R extends object>(reading: Reading, runs: readonly Segment[]): Promise<R[]> {
  const { kept, plan, limit } = reading
  const rows: R[] = []
  for (const run of runs) {
    if (rows.length >= limit) break
    const filter = { $and: [filterOf(kept, plan), behindFilter(kept, run)] }
    rows.push(...rowsOf<R>(kept, await read(reading, filter, limit - rows.length)))
  }
  return rows
}

/**
 * All combinations in one question, if they have no more rows together than each might have: that is so wherever the limit is a
 * bound and no page. Else, or where they are few, each is asked by itself.
 */
async function findEach<R extends object>(reading: Reading, count: number): Promise<R[]> {
  const { kept, plan, limit } = reading
  const each = combinations(plan)
  if (count > fewCombinations) {
    const most = count * limit
    const found = await read(reading, filterOf(kept, plan), most, plan.equal.map(({ field }) => kept.column(field)))
    if (found.length < most) return rowsOf<R>(kept, inOrder(reading, found, each))
  }
  const found: Document[][] = []
  let next = 0
  const reader = async (): Promise<void> => {
    for (let at = next++; at < each.length; at = next++) found[at] = await read(reading, filterOf(kept, plan, each[at]), limit)
  }
  await Promise.all(Array.from({ length: Math.min(parallelReads, each.length) }, reader))
  return rowsOf<R>(kept, found.flat())
}

/** By combination in the order of the lists, up to the limit of each. */
function inOrder({ kept, plan, limit }: Reading, found: readonly Document[], each: readonly (readonly KeyValue[])[]): Document[] {
  const groups = new Map<string, Document[]>(each.map(values => [JSON.stringify(values), []]))
  for (const document of found) {
    const group = groups.get(JSON.stringify(plan.equal.map(({ field }) => document[kept.column(field)])))
    if (group && group.length < limit) group.push(document)
  }
  return [...groups.values()].flat()
}

/** `besides`: fields to bring besides the row, in whose order the index is read, too. */
function read(reading: Reading, filter: Document, limit: number, besides: readonly string[] = []): Promise<Document[]> {
  const { database, kept, plan, backward, withBytes } = reading
  const sort = orderOf(kept, besides.length > 0 ? plan.fields : plan.fields.slice(plan.equal.length), backward)
  const fields = { ...projectionOf(kept, withBytes), ...Object.fromEntries(besides.map(field => [field, 1])) }
  const batchSize = Math.min(limit, mostPerAnswer)
  return database.read(session => kept.model
    .find(filter, fields, { sort, ...database.hint(hintOf(kept, plan)), limit, batchSize, session, maxTimeMS: readTime })
    .lean<Document[]>())
}

/** Every way to pick one value for each field, the last field's changing fastest. */
function combinations(plan: Plan): readonly (readonly KeyValue[])[] {
  return plan.equal.reduce<readonly (readonly KeyValue[])[]>(
    (begun, { values }) => begun.flatMap(head => values.map(value => [...head, value])), [[]])
}
