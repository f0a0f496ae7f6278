/** How good groups are, against the truth. */
export interface Measures {
  readonly precision: number
  readonly recall: number
  readonly f1: number
  /** B³: per record, the shares of its group and of its truth that are right, averaged. */
  readonly b3Precision: number
  readonly b3Recall: number
  readonly b3: number
}

const choose2 = (n: number) => n * (n - 1) / 2
const pairs = (counts: Iterable<number>) => [...counts].reduce((sum, count) => sum + choose2(count), 0)
const harmonic = (a: number, b: number) => (a + b === 0 ? 0 : 2 * a * b / (a + b))

export function measure<T>(groups: readonly T[], truth: readonly string[]): Measures {
  const [found, real, both] = [new Map<T, number>(), new Map<string, number>(), new Map<string, number>()]
  const keys = groups.map((group, at) => `${String(group)}|${truth[at]}`)
  for (const [at, group] of groups.entries()) {
    const owner = truth[at] ?? ''
    found.set(group, (found.get(group) ?? 0) + 1)
    real.set(owner, (real.get(owner) ?? 0) + 1)
    both.set(keys[at] ?? '', (both.get(keys[at] ?? '') ?? 0) + 1)
  }
  const right = pairs(both.values())
  const precision = right / Math.max(1, pairs(found.values()))
  const recall = right / Math.max(1, pairs(real.values()))
  const mean = (share: (at: number) => number) => groups.reduce((sum, _, at) => sum + share(at), 0) / groups.length
  const shared = (at: number) => both.get(keys[at] ?? '') ?? 0
  const b3Precision = mean(at => shared(at) / (found.get(groups[at] as T) ?? 1))
  const b3Recall = mean(at => shared(at) / (real.get(truth[at] ?? '') ?? 1))
  return { precision, recall, f1: harmonic(precision, recall), b3Precision, b3Recall, b3: harmonic(b3Precision, b3Recall) }
}
