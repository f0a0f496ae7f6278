/** An open database: its models, and the sessions in which everything is read and written. */
import { Schema, type ClientSession, type Connection, type Model, type mongo } from 'mongoose'
import { HutongError } from '../../model/errors'
import type { CollectionSpec } from '../port'
import { layoutOf, type Document, type Layout, type Pattern } from './layout'
import { persist } from './persist'

export interface Kept extends Layout {
  readonly model: Model<Document>
}

/** Milliseconds that the server may take over one read. */
export const readTime = 30_000

export class Database {
  readonly kept: ReadonlyMap<string, Kept>
  /** Ids of commits that were applied. */
  readonly applied: Model<Document>
  /** What the server had done when it last answered: whatever is read next sees at least that. */
  private seen: mongo.Timestamp | undefined

  /** `patience`: milliseconds to wait for a server that is away. */
  constructor(readonly connection: Connection, collections: readonly CollectionSpec[], readonly patience: number, private readonly hints: boolean) {
    this.kept = new Map(collections.map(spec => {
      const layout = layoutOf(spec)
      const declared = [...layout.key['_id'] === undefined ? [layout.key] : [], ...layout.indexes.values()]
      return [spec.name, { ...layout, model: modelOf(connection, spec.name, declared) }]
    }))
    this.applied = modelOf(connection, 'hutong_applied', [])
  }

  /** The planner is left no choice of an index; on SecantusDB only where it would read one with a descending field wrongly. */
  hint(index: Pattern): { hint?: Pattern } {
    return this.hints || Object.values(index).includes(-1) ? { hint: index } : {}
  }

  collection(spec: { readonly name: string }): Kept {
    const kept = this.kept.get(spec.name)
    if (!kept) throw new HutongError('INTERNAL', `The store keeps no collection ${spec.name}.`, spec.name)
    return kept
  }

  /** Reads, again while the server is away for less than the patience. */
  read<T>(work: (session: ClientSession) => Promise<T>): Promise<T> {
    return persist(this.patience, () => this.session(work))
  }

  /**
   * A session that sees all that this process was told of, also behind a new primary that has just taken over: reads are of what
   * a majority has, which such a primary knows a moment later.
   */
  async session<T>(work: (session: ClientSession) => Promise<T>): Promise<T> {
    const session = await this.connection.startSession({ causalConsistency: true })
    try {
      if (this.seen) session.advanceOperationTime(this.seen)
      return await work(session)
    } finally {
      const { operationTime } = session
      if (operationTime && (!this.seen || operationTime.greaterThan(this.seen))) this.seen = operationTime
      await session.endSession()
    }
  }
}

/** Rows are checked before they get here: nothing is cast, defaulted or buffered. */
export function modelOf(connection: Connection, name: string, indexes: readonly Document[]): Model<Document> {
  const known = connection.models[name] as Model<Document> | undefined
  if (known) return known
  const schema = new Schema<Document>({ _id: Schema.Types.Mixed },
    { strict: false, versionKey: false, autoIndex: false, autoCreate: false, bufferCommands: false, minimize: false, collection: name })
  for (const index of indexes) schema.index(index as Record<string, 1 | -1>)
  return connection.model<Document>(name, schema)
}
