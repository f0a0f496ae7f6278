/** Collections of the store contract's own: one for each thing that a declaration can say. */
import type { Collection, CollectionSpec } from '../../src/store/port'

export interface Event { patient: string; type: string; time: string; id: string; note?: string; nested?: unknown }
export interface Task { id: string; status: string; lane: number; arrival: string; size: number; text?: string }
export interface Counter { id: string; version: number; count: number }
export interface Blob { id: string; kind: string; bytes?: Uint8Array; note?: string }
export interface Lane { lane: number; last: number }
export interface Term { term: string; patient: string }
export interface Mixed { a: string; b: number | string; id: string }

const collection = <R extends object>(spec: Omit<CollectionSpec, 'shardKey' | 'why'>): Collection<R> =>
  ({ ...spec, shardKey: [spec.key[0]!], why: 'The store contract.' })

export const events = collection<Event>({ name: 'events', key: ['patient', 'type', '-time', 'id'] })
export const tasks = collection<Task>({
  name: 'tasks', key: ['id'],
  indexes: { work: ['status', 'lane', 'arrival'], newest: ['lane', '-arrival'] },
})
export const counters = collection<Counter>({ name: 'counters', key: ['id'] })
export const blobs = collection<Blob>({ name: 'blobs', key: ['id'], indexes: { kind: ['kind'] }, bytes: ['bytes'] })
export const lanes = collection<Lane>({ name: 'lanes', key: ['lane'], leased: true })
export const terms = collection<Term>({ name: 'terms', key: ['term', 'patient'] })
export const mixed = collection<Mixed>({ name: 'mixed', key: ['a', 'b', 'id'] })

export const contractCollections: readonly CollectionSpec[] = [events, tasks, counters, blobs, lanes, terms, mixed]
