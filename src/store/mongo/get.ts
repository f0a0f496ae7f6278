import type { ClientSession } from 'mongoose'
import type { KeyValue } from '../port'
import { checkKey } from '../row'
import { readTime, type Database, type Kept } from './database'
import { idOf, projectionOf, rowsOf, whereKey, whereKeys, type Document, type Pattern } from './layout'

const atOnce = 500

export async function get<R extends object>(database: Database, kept: Kept, key: readonly KeyValue[]): Promise<R | undefined> {
  const filter = whereKey(kept, checkKey(kept.spec, key))
  const found = await database.read(session => kept.model
    .findOne(filter, projectionOf(kept, true), { ...database.hint({ _id: 1 }), session, maxTimeMS: readTime }).lean<Document>())
  return found ? rowsOf<R>(kept, [found])[0] : undefined
}

/** In the order of the keys, as often as they are named. */
export async function getMany<R extends object>(database: Database, kept: Kept, keys: readonly (readonly KeyValue[])[]): Promise<R[]> {
  const checked = keys.map(key => checkKey(kept.spec, key))
  const distinct = [...new Map(checked.map(key => [idOf(kept, key), key])).values()]
  const chunks = Array.from({ length: Math.ceil(distinct.length / atOnce) }, (_, i) => distinct.slice(i * atOnce, (i + 1) * atOnce))
  const found = new Map<unknown, R>()
  await Promise.all(chunks.map(chunk => database.read(async session => {
    for (const [id, row] of await readSome<R>(kept, chunk, { session, ...database.hint({ _id: 1 }) })) found.set(id, row)
  })))
  return checked.flatMap(key => found.get(idOf(kept, key)) ?? [])
}

async function readSome<R extends object>(kept: Kept, keys: readonly (readonly KeyValue[])[], asked: { session: ClientSession; hint?: Pattern }): Promise<[unknown, R][]> {
  const options = { ...asked, batchSize: keys.length, maxTimeMS: readTime }
  const documents = await kept.model.find(whereKeys(kept, keys), { ...projectionOf(kept, true), _id: 1 }, options).lean<Document[]>()
  const rows = rowsOf<R>(kept, documents)
  return documents.flatMap(({ _id }, i): [unknown, R][] => {
    const row = rows[i]
    return row ? [[_id, row]] : []
  })
}
