/**
 * Whether a table has twins: of one family name, birth date and house, with another given name and another unchecked number, are
 * twins, or one person with two mistakes. The table tells, without labels: mistakes are independent, so their pairs can be
 * foretold from the pairs with one mistake only; what is beyond is twins. Pure.
 */
import type { Comparison } from './levels'

const isOne = (agreement: { level: string } | undefined, ...levels: readonly string[]) =>
  agreement !== undefined && levels.includes(agreement.level)

/** Of one house and birth date, by family name. */
export const isOfOneBirth = ({ family, birthDate, line }: Comparison): boolean =>
  isOne(family, 'same', 'close') && isOne(birthDate, 'same') && isOne(line, 'same', 'close', 'similar')

/** Share of twins among those pairs, 0 to 1, by the rule of succession: 1 where there is nothing to go by. */
export function shareOfTwins(comparisons: readonly Comparison[]): number {
  const births = comparisons.filter((comparison) => isOfOneBirth(comparison) && comparison.nationalId !== undefined)
  const count = (isNamed: boolean, isNumbered: boolean) =>
    births.filter(
      ({ given, nationalId }) =>
        isOne(given, ...(isNamed ? ['same', 'close', 'variant'] : ['different'])) &&
        isOne(nationalId, ...(isNumbered ? ['same', 'close', 'similar'] : ['different'])),
    ).length
  const [both, numberOnly, nameOnly, neither] = [count(true, true), count(false, true), count(true, false), count(false, false)]
  const foretold = both === 0 ? 0 : (numberOnly * nameOnly) / both
  return Math.min(1, (Math.max(0, neither - foretold) + 1) / (neither + 1))
}
