import { table } from '../../src/commands/output'
import type { Checkout } from './checkout'
import type { Verdict } from './figures'
import { compared, type AgainstFigures, type Compared, type Standing } from './run'

const round = (value: number, digits: number): string => value.toLocaleString('en', { maximumFractionDigits: digits })
const figure = (value: number): string => round(value, value < 100 ? 2 : 0)
const ratio = (value: number): string => (Number.isNaN(value) ? '–' : value.toFixed(3))

/** The table of ratios, ours/other, and what it means; ends with the verdict on processor time. */
export function describeAgainst(figures: AgainstFigures, atMost?: number): string {
  const { ours, other, rounds, residents, comparisons, verdict, answers } = figures
  return [
    `\n${nameOf(ours)} against ${nameOf(other)}: ${residents} residents, ${rounds.length} pairs of runs in turn; ratios are this/other`,
    table([
      ['', 'this', 'other', 'ratio', 'least–greatest', '95 % of the median'],
      ...(Object.keys(compared) as Compared[]).map(name => {
        const of = (side: 'ours' | 'other') => figure(middle(rounds.map(each => compared[name](each[side]))))
        const { median, least, greatest, low, high } = comparisons[name]
        return [name, of('ours'), of('other'), ratio(median), `${ratio(least)}–${ratio(greatest)}`, `${ratio(low)}–${ratio(high)}`]
      }),
      ...standings.map(([name, of]) => [name, figure(of(ours)), figure(of(other)), ratio(of(ours) / of(other)), '(once)']),
    ]),
    '',
    answers.differing === 0 ? `All ${answers.asked} archives are the same bytes from both.` : `${answers.differing} of ${answers.asked} archives are not the same bytes from both.`,
    describeVerdict(verdict, figures, atMost),
  ].join('\n')
}

const standings: readonly (readonly [string, (side: Standing) => number])[] = [
  ['peak memory MB', side => side.peakMemoryMb],
  ['bytes a resident on disk', side => side.bytesPerResident],
  ['loading: processor ms a record', side => side.cpuMsPerRecord],
  ['loading: records/s', side => side.recordsPerSecond],
]

function describeVerdict(verdict: Verdict, { comparisons, rounds }: AgainstFigures, atMost?: number): string {
  const { low, high } = comparisons['processor ms a query']
  const interval = `${ratio(low)}–${ratio(high)}`
  if (Number.isNaN(high)) return 'Processor time cannot be read on this system.'
  if (atMost !== undefined) {
    const words = { less: 'is kept', more: 'is not kept', undecided: `is not shown after ${rounds.length} pairs`, 'the same': '' }
    return `Processor time at most ${atMost} × the other's ${words[verdict]}: ${interval}.`
  }
  if (verdict === 'undecided') return `Undecided after ${rounds.length} pairs: the spread of processor time (${interval}) is wider than the difference.`
  return `Processor time is ${verdict === 'the same' ? 'the same to a hundredth' : verdict}: ${interval}.`
}

const nameOf = ({ path, commit }: Checkout): string => (commit ? `${path} (${commit})` : path)

function middle(values: readonly number[]): number {
  const sorted = values.toSorted((one, next) => one - next)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}
