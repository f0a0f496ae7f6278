/** Two checkouts compared by pairs of runs, one right after the other: whatever else the machine does meets both. */

export interface Pair { readonly ours: number; readonly other: number }

/** The ratio ours/other over the pairs. */
export interface Comparison {
  readonly median: number
  readonly least: number
  readonly greatest: number
  /** 95 % interval of the median; not a number where there are fewer than six pairs. */
  readonly low: number
  readonly high: number
}

/** Fewer pairs give no interval at this confidence. */
export const leastPairs = 6

/** Known to a hundredth: more pairs would say nothing that matters. */
const fineEnough = 1.01

export function compare(pairs: readonly Pair[]): Comparison {
  const ratios = pairs.map(({ ours, other }) => ours / other).toSorted((one, next) => one - next)
  const at = (index: number): number => ratios[index] ?? Number.NaN
  const outside = rankOf(ratios.length)
  return {
    median: (at(Math.floor((ratios.length - 1) / 2)) + at(Math.ceil((ratios.length - 1) / 2))) / 2,
    least: at(0), greatest: at(ratios.length - 1),
    low: at(outside - 1), high: outside === 0 ? Number.NaN : at(ratios.length - outside),
  }
}

/**
 * The interval of a median goes from the kth smallest to the kth greatest value, with the greatest k for which a fair coin
 * shows fewer than k heads with a probability of at most 2.5 % (the sign test). Nothing is assumed of how ratios spread, and
 * one run that met somebody else's work moves nothing.
 */
function rankOf(count: number): number {
  let [rank, probability, below] = [0, 0.5 ** count, 0]
  while (rank < count / 2) {
    below += probability
    if (below > 0.025) break
    rank += 1
    probability *= (count - rank + 1) / rank
  }
  return rank
}

export type Verdict = 'less' | 'more' | 'the same' | 'undecided'

/**
 * What the pairs say. With a bound: whether the ratio keeps it (`less`) or not (`more`). Without one: whether there is a
 * difference that is wider than the spread, or none of a hundredth or more (`the same`).
 */
export function judge({ low, high }: Comparison, bound?: number): Verdict {
  if (bound !== undefined) return high <= bound ? 'less' : low > bound ? 'more' : 'undecided'
  if (high < 1) return 'less'
  if (low > 1) return 'more'
  return high / low <= fineEnough ? 'the same' : 'undecided'
}
