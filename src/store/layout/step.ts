import type { CollectionSpec, Store } from '../port'

/** How far a step has come: `done` of `of` rows. */
export interface MigrationProgress {
  readonly to: number
  readonly doing: string
  readonly done: number
  readonly of: number
}
export type OnMigration = (progress: MigrationProgress) => void

export interface StepWork {
  /** Knows what is declared now, and what the step retires. */
  readonly store: Store
  readonly tell: (done: number, of: number) => void
}

/**
 * What a database of the layout before must go through. Declared collections, columns and indexes are made before it runs, by the
 * declaration alone; a step is for rows that must become others, and for what is to go.
 */
export interface Step {
  /** The layout that it leads to: the one before plus one. */
  readonly to: number
  /** Told beside its progress. */
  readonly why: string
  /** Collections as they were, under names that no declared one has: the step reads them, and they are dropped behind it. */
  readonly retired?: readonly CollectionSpec[]
  /** Indexes that are declared no more. SQLite drops these by itself; on MongoDB, where others have indexes too, they are named here. */
  readonly unindexed?: readonly { readonly collection: CollectionSpec; readonly index: readonly string[] }[]
  /** May be broken off at any point and is then run again from its beginning: see `moveRows`. */
  run?(work: StepWork): Promise<void>
}
