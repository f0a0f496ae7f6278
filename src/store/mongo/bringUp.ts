/** The layout number of a database, and who migrates it: one gateway under a lease, while no other works the journal. */
import { randomUUID } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import type { Connection, mongo } from 'mongoose'
import { HutongError } from '../../model/errors'
import { workers, type WorkerRow } from '../collections'
import { begin, firstLayout, migrate, newestLayout, withRetired, type Layouts, type Step } from '../layout'
import type { Collection, Store } from '../port'
import { Database } from './database'
import { layoutOf, type Document } from './layout'
import { prepare } from './prepare'
import { MongoStore } from './store'

export interface MongoLayouts extends Layouts {
  readonly patience: number
  readonly hints: boolean
}

/** In `hutong_layout`, beside the keys of the collections; no collection can have this name. */
const numberId = ' number'
/** Milliseconds. */
const lease = 30_000

/** Brings a database to what is declared, as on SQLite (../sqlite/layout.ts). Throws STORE_BUSY while others work on it. */
export async function bringUp(connection: Connection, layouts: MongoLayouts): Promise<Database> {
  const { collections, patience, hints, layout } = layouts
  const stored = await storedNumber(connection)
  const { number, pending } = begin(stored, layouts)
  if (stored === undefined) await noted(connection).updateOne({ _id: numberId }, { $setOnInsert: { number } }, { upsert: true })
  const declared = new Database(connection, collections, patience, hints)
  const served = layout === undefined ? declared : widened(connection, layouts, pending)
  if (pending.length > 0 && layout === undefined) await migrateAlone(connection, layouts)
  await prepare(served)
  return served
}

const widened = (connection: Connection, { collections, patience, hints }: MongoLayouts, pending: readonly Step[]): Database =>
  new Database(connection, withRetired(collections, pending), patience, hints)

/** Versions before numbers noted the keys of their collections, and no number; a new database gets its number first. */
async function storedNumber(connection: Connection): Promise<number | undefined> {
  const row = await noted(connection).findOne({ _id: numberId })
  if (row) return Number(row['number'])
  return await noted(connection).findOne({}) ? firstLayout : undefined
}

/** What there is to do is asked again behind the lease: another gateway may just have done it. */
async function migrateAlone(connection: Connection, layouts: MongoLayouts): Promise<void> {
  const { steps, patience, onMigration } = layouts
  const held = await takeLease(connection, newestLayout(steps), patience)
  if (!held) return
  try {
    const { pending } = begin(await storedNumber(connection), layouts)
    if (pending.length === 0) return
    const database = widened(connection, layouts, pending)
    await prepare(database, pending.flatMap(({ retired = [] }) => retired.map(({ name }) => name)))
    const store = new MongoStore(database)
    await nobodyWorks(store, layouts)
    await migrate({ store: fenced(store, held), pending, onMigration, finish: step => finishStep(database, step, held) })
  } finally {
    await held.release()
  }
}

interface Held {
  readonly by: string
  /** Throws LEASE_LOST where another may have taken over. */
  check(): void
  release(): Promise<void>
}

/** Undefined: another gateway has done it meanwhile. */
async function takeLease(connection: Connection, newest: number, patience: number): Promise<Held | undefined> {
  const by = randomUUID()
  let until = 0
  const claim = async (): Promise<boolean> => {
    const now = Date.now()
    const free = { $or: [{ by }, { until: { $exists: false } }, { until: { $lt: now } }] }
    const { matchedCount } = await noted(connection).updateOne({ _id: numberId, ...free }, { $set: { by, until: now + lease } })
    if (matchedCount === 1) until = now + lease
    return matchedCount === 1
  }
  for (const given = Date.now() + patience; !await claim(); await wait(250)) {
    if (await storedNumber(connection) === newest) return undefined
    if (Date.now() >= given) throw new HutongError('STORE_BUSY', 'Another gateway migrates this database: start this one when it is done.', 'database')
  }
  const renewal = setInterval(() => { claim().catch(() => undefined) }, lease / 3)
  return {
    by,
    check() {
      if (Date.now() >= until) throw new HutongError('LEASE_LOST', 'Another gateway may migrate this database now.')
    },
    async release() {
      clearInterval(renewal)
      await noted(connection).updateOne({ _id: numberId, by }, { $unset: { by: '', until: '' } })
    },
  }
}

/** One of an older version would go on writing what is moved away under it. */
async function nobodyWorks(store: Store, { collections, patience }: MongoLayouts): Promise<void> {
  const kept = collections.find(({ name }) => name === workers.name) as Collection<WorkerRow> | undefined
  if (!kept) return
  for (const given = Date.now() + patience; ; await wait(250)) {
    const [working] = await store.find(kept, { where: { until: { above: Date.now() } }, limit: 1 })
    if (!working) return
    if (Date.now() < given) continue
    throw new HutongError('STORE_BUSY', 'A gateway of an older version works on this database: stop all of them, and start this one then (one that was killed counts for 15 s).', 'database')
  }
}

const fenced = (store: Store, held: Held): Store => ({
  name: store.name,
  get: (collection, key) => store.get(collection, key),
  getMany: (collection, keys) => store.getMany(collection, keys),
  find: (collection, find) => store.find(collection, find),
  tally: (collection, tally) => store.tally(collection, tally),
  claim: (collection, claim) => store.claim(collection, claim),
  close: () => store.close(),
  commit(id, changes, fence) {
    held.check()
    return store.commit(id, changes, fence)
  },
})

/** The number last: whatever broke off before it is done again. A version before numbers is kept out by the key that is noted. */
async function finishStep({ connection }: Database, { to, retired = [], unindexed = [] }: Step, held: Held): Promise<void> {
  held.check()
  for (const { name } of retired) {
    await noted(connection).updateOne({ _id: name }, { $set: { key: 'retired' } }, { upsert: true })
    await connection.dropCollection(name)
  }
  for (const { collection, index } of unindexed) await dropIndex(connection, layoutOf({ ...collection, indexes: { gone: index } }))
  await noted(connection).updateOne({ _id: numberId, by: held.by }, { $set: { number: to } })
}

async function dropIndex(connection: Connection, { spec, indexes }: ReturnType<typeof layoutOf>): Promise<void> {
  const pattern = JSON.stringify(indexes.get('gone'))
  const collection = connection.collection(spec.name)
  for (const { name, key } of await collection.indexes()) if (name !== undefined && JSON.stringify(key) === pattern) await collection.dropIndex(name)
}

const noted = (connection: Connection): mongo.Collection<Document & { _id: string }> =>
  connection.collection('hutong_layout') as unknown as mongo.Collection<Document & { _id: string }>
