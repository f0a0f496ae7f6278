import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client'

const milliseconds = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 25, 50, 100, 250, 1000, 5000]

export interface Metrics {
  readonly registry: Registry
  intake(source: string, outcome: string, count?: number): void
  lag(source: string, milliseconds: number): void
  query(operation: string, outcome: string, milliseconds: number): void
  store(verb: string, collection: string, milliseconds: number): void
  waiting(count: number): void
}

/** What `/metrics` shows, in Prometheus's text format. Labels are of bounded number: sources, verbs, collections, known operations. */
export function createMetrics(): Metrics {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const registers = [registry]
  const intake = new Counter({ name: 'hutong_intake_records_total', help: 'Records by source and outcome', labelNames: ['source', 'outcome'], registers })
  const lag = new Histogram({ name: 'hutong_intake_lag_milliseconds', help: 'From arrival to worked', labelNames: ['source'], buckets: [10, 100, 1000, 10_000, 60_000, 600_000], registers })
  const query = new Histogram({ name: 'hutong_query_milliseconds', help: 'GraphQL operations', labelNames: ['operation', 'outcome'], buckets: milliseconds, registers })
  const store = new Histogram({ name: 'hutong_store_milliseconds', help: 'Store calls', labelNames: ['verb', 'collection'], buckets: milliseconds, registers })
  const waiting = new Gauge({ name: 'hutong_journal_waiting', help: 'Entries journaled and not yet worked', registers })
  return {
    registry,
    intake: (source, outcome, count = 1) => intake.inc({ source, outcome }, count),
    lag: (source, ms) => lag.observe({ source }, ms),
    query: (operation, outcome, ms) => query.observe({ operation, outcome }, ms),
    store: (verb, collection, ms) => store.observe({ verb, collection }, ms),
    waiting: count => waiting.set(count),
  }
}
