import { Command, InvalidArgumentError } from 'commander'

export interface BenchOptions {
  readonly residents?: readonly number[]
  readonly workers: readonly number[]
  readonly connections?: readonly number[]
  readonly seconds: number
  readonly database?: string
  readonly years?: number
  readonly linking: readonly number[]
  readonly json?: string
  readonly against?: string
  readonly rounds: number
  readonly mostRounds: number
  readonly atMost?: number
}

/** What `npm run bench` takes; the sizes' defaults differ with `--against`, so they stand where they are used. */
export const benchCommand = (): Command => new Command('bench')
  .description('measures loading and the archive query, as the gateway runs for its users')
  .option('--residents <list>', 'sizes of the district (default: 1000,10000; with --against 300)', numbers)
  .option('--workers <list>', 'processes that answer', numbers, [1, 2])
  .option('--connections <list>', 'HTTP connections (default: 1,10,50; with --against 10)', numbers)
  .option('--seconds <n>', 'of each run', number, 10)
  .option('--database <url>', 'mongodb://…: measures on databases of its own there (default: SQLite files)')
  .option('--years <n>', 'an ordinary district of so many years (default: everyone has 100 observations and 30 other records)', Number)
  .option('--linking <list>', 'residents against whom one record is linked; 1000000 takes about half an hour', numbers, [10_000, 100_000])
  .option('--against <checkout>', 'compares with another checkout, which is built if need be: both have the same district and answer in turn')
  .option('--rounds <n>', 'with --against: pairs of runs, six or more', number, 6)
  .option('--most-rounds <n>', 'with --against: it runs on, but no longer, where the spread is wider than the difference', number, 24)
  .option('--at-most <ratio>', 'with --against: fails where the processor time of a query may be above so many times the other\'s, e.g. 1.03', number)
  .option('--json <file>', 'writes the figures')

function numbers(text: string): number[] {
  return text.split(',').map(number)
}

function number(text: string): number {
  const value = Number(text)
  if (!(value > 0)) throw new InvalidArgumentError('a number above 0 is wanted')
  return value
}
