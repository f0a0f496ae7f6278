/** Collections and indexes as they should be, made where they are missing. What else there is (a shard key's index) is let be. */
import type { Model } from 'mongoose'
import { HutongError } from '../../model/errors'
import { modelOf, type Database, type Kept } from './database'
import type { Document } from './layout'

/** An id that was applied is known for so long; nobody repeats a commit later than that. */
const idsKeptSeconds = 7 * 86_400
const otherOptions = new Set<unknown>([85, 86])

/** `retired`: collections that are on their way out, whatever key was noted of them. */
export async function prepare(database: Database, retired: readonly string[] = []): Promise<void> {
  const layout = modelOf(database.connection, 'hutong_layout', [])
  await refuseCollations(database)
  await layout.createCollection()
  const stored = new Map((await layout.find().lean<Document[]>()).map(({ _id, key }) => [_id, key]))
  for (const kept of database.kept.values()) {
    await kept.model.createCollection()
    await prepareIndexes(kept)
    if (!retired.includes(kept.spec.name)) await checkKey(kept, stored.get(kept.spec.name), layout)
  }
  await database.applied.createCollection()
  await database.applied.collection.createIndex({ at: 1 }, { expireAfterSeconds: idsKeptSeconds })
}

/** Another collation than the simple one would sort otherwise than the port promises. */
async function refuseCollations({ connection, kept }: Database): Promise<void> {
  for (const { name, options } of await connection.listCollections() as { name: string; options?: { collation?: { locale?: string } } }[]) {
    if (!kept.has(name) || (options?.collation?.locale ?? 'simple') === 'simple') continue
    throw new HutongError('CONFIGURATION', `The collection ${name} has a collation of its own: keys are sorted by code point.`, name)
  }
}

async function prepareIndexes({ model, spec }: Kept): Promise<void> {
  try {
    await model.createIndexes()
  } catch (error) {
    if (!otherOptions.has((error as { code?: unknown }).code)) throw error
    throw new HutongError('CONFIGURATION', `An index of ${spec.name} was made with options of its own.`, spec.name)
  }
}

/** An `_id` is made of the key: with another key, rows would not be found again. */
async function checkKey({ spec }: Kept, stored: unknown, layout: Model<Document>): Promise<void> {
  const key = spec.key.join()
  if (stored === undefined) await layout.updateOne({ _id: spec.name }, { $setOnInsert: { key } }, { upsert: true })
  else if (stored !== key) {
    throw new HutongError('CONFIGURATION', `The database is another version's: the key of ${spec.name} differs.`, spec.name)
  }
}
