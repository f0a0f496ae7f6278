import { compare, judge, type Comparison } from '../../bench/against/figures'
import { builtCheckout } from '../../bench/against/checkout'
import { benchCommand } from '../../bench/options'

const ratios = (...values: number[]): Comparison => compare(values.map(value => ({ ours: value, other: 1 })))
const parsed = (...words: string[]): object => benchCommand().exitOverride().configureOutput({ writeErr: () => {} }).parse(words, { from: 'user' }).opts()

describe('two checkouts by pairs of runs', () => {
  it('are compared by the ratios within pairs: a machine that grows slow is no difference', () => {
    expect(compare([1, 2, 4, 8, 16, 32].map(slow => ({ ours: 1.1 * slow, other: slow })))).toMatchObject({
      median: expect.closeTo(1.1), least: expect.closeTo(1.1), greatest: expect.closeTo(1.1), low: expect.closeTo(1.1), high: expect.closeTo(1.1),
    })
  })

  it('have the 95 % interval of the sign test: of six pairs the extremes, of twelve the third and the tenth, of thirty the tenth and the 21st', () => {
    const upTo = (count: number) => ratios(...Array.from({ length: count }, (_, i) => i + 1))
    expect([6, 12, 30].map(upTo).map(({ median, low, high }) => [median, low, high])).toEqual([[3.5, 1, 6], [6.5, 3, 10], [15.5, 10, 21]])
  })

  it('have none below six pairs, and are then undecided', () => {
    const five = ratios(0.5, 0.5, 0.5, 0.5, 0.5)
    expect([five.low, five.high, judge(five), judge(five, 1.03)]).toEqual([Number.NaN, Number.NaN, 'undecided', 'undecided'])
  })

  it('are not moved by one run that met somebody else\'s work', () => {
    expect(judge(ratios(...Array<number>(11).fill(1.001), 3), 1.03)).toBe('less')
  })

  it.each<[string, readonly number[], number | undefined, string]>([
    ['below one', [0.9, 0.95, 0.92, 0.97, 0.91, 0.94], undefined, 'less'],
    ['above one', [1.1, 1.05, 1.02, 1.07, 1.11, 1.04], undefined, 'more'],
    ['on both sides of one, wide', [0.9, 1.1, 0.95, 1.05, 1, 1.2], undefined, 'undecided'],
    ['on both sides of one, within a hundredth', [0.996, 1.004, 1, 1.001, 0.999, 1.002], undefined, 'the same'],
    ['within the bound', [0.9, 1.02, 0.95, 1, 1.01, 1.02], 1.03, 'less'],
    ['across the bound', [0.9, 1.04, 0.95, 1, 1.01, 1.02], 1.03, 'undecided'],
    ['beyond the bound', [1.04, 1.05, 1.06, 1.04, 1.09, 1.05], 1.03, 'more'],
  ])('are judged by the interval: %s', (_, values, bound, verdict) => {
    expect(judge(ratios(...values), bound)).toBe(verdict)
  })

  it('are named on the command line, with how long and how often', () => {
    expect(parsed('--against', '../old', '--residents', '40', '--seconds', '1', '--rounds', '8', '--at-most', '1.03')).toMatchObject({
      against: '../old', residents: [40], seconds: 1, rounds: 8, mostRounds: 24, atMost: 1.03,
    })
    expect(() => parsed('--against', '../old', '--at-most', 'little')).toThrow('a number above 0 is wanted')
  })

  it('must be checkouts', async () => {
    await expect(builtCheckout(__dirname, () => {})).rejects.toThrow('is no checkout of Hutong')
  })
})
