/**
 * The layout number: which steps a database has gone through. A new one gets the newest number at once; one that was made before
 * there were numbers has the first. A newer one is refused, an older one is migrated by whoever may write to it alone.
 */
import { HutongError } from '../../model/errors'
import type { CollectionSpec, Store } from '../port'
import type { OnMigration, Step } from './step'
import { steps } from './steps'

export { moveRows } from './moveRows'
export type { MigrationProgress, OnMigration, Step, StepWork } from './step'
export { steps } from './steps'

/** Of a database without a number. */
export const firstLayout = 1

export const newestLayout = (all: readonly Step[] = steps): number => all.at(-1)?.to ?? firstLayout

/** What a store must know to bring a database to its layout. */
export interface Layouts {
  readonly collections: readonly CollectionSpec[]
  readonly steps: readonly Step[]
  /** Makes a new database of an earlier layout, and runs no step. */
  readonly layout?: number
  readonly onMigration?: OnMigration
}

/**
 * The layout that a database begins with (`stored`: undefined where it is new), and the steps before it. Throws CONFIGURATION
 * where it is a newer version's, or not the one that was asked for.
 */
export function begin(stored: number | undefined, { layout, steps: all }: Layouts): { readonly number: number; readonly pending: readonly Step[] } {
  const number = stored ?? layout ?? newestLayout(all)
  if (layout !== undefined && number !== layout) {
    throw new HutongError('CONFIGURATION', `The database has layout ${number} already: what has layout ${layout} goes into a new one.`)
  }
  return { number, pending: stepsFrom(number, all) }
}

/** The steps that what has this layout must still go through. Throws CONFIGURATION where it is a newer version's. */
export function stepsFrom(layout: number, all: readonly Step[], what = 'The database'): readonly Step[] {
  const newest = newestLayout(all)
  if (layout <= newest) return all.filter(({ to }) => to > layout)
  throw new HutongError('CONFIGURATION', `${what} was made by a newer Hutong (layout ${layout}, this one knows ${newest}): use that version, or restore a backup.`)
}

export const olderLayout = (layout: number, newest: number): HutongError => new HutongError('CONFIGURATION', [
  `The database has layout ${layout}, and this version works with ${newest}: a process of an older version has it, or one that migrates it just now.`,
  'Stop that gateway and start this version\'s, or wait until it is migrated.',
].join(' '))

/** What is declared, and what these steps still read. */
export const withRetired = (declared: readonly CollectionSpec[], pending: readonly Step[]): readonly CollectionSpec[] =>
  [...declared, ...pending.flatMap(({ retired = [] }) => retired)]

/** Runs the steps in order; `finish` drops what a step retires and keeps its number, which comes last. */
export async function migrate({ store, pending, finish, onMigration }: {
  readonly store: Store
  readonly pending: readonly Step[]
  readonly finish: (step: Step) => Promise<void>
  readonly onMigration?: OnMigration
}): Promise<void> {
  for (const step of pending) {
    const tell = (done: number, of: number): void => onMigration?.({ to: step.to, doing: step.why, done, of })
    tell(0, 1)
    await step.run?.({ store, tell })
    await finish(step)
    tell(1, 1)
  }
}
