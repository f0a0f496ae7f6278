/** Fellegi and Sunter's weights with the frequency of what agrees. Pure. */
import { fieldNames, type Comparison, type Field } from './levels'

/** m: how often a level is met where two records are of one person; u: where they are of two. */
export interface FieldModel {
  readonly m: Readonly<Record<string, number>>
  readonly u: Readonly<Record<string, number>>
}
export interface Model {
  /** e.g. `fellegi-sunter/2` */
  readonly rule: string
  readonly fields: Readonly<Record<Field, FieldModel>>
  /** Of a name whose words stand in each other's place, where both are of one person and where not. */
  readonly turned: { readonly m: number; readonly u: number }
  /** Share of twins among those of one house and birth date with another given name and another unchecked number. */
  readonly twins: number
}

/** How many of those who tell a field tell this value, 0 to 1; undefined where it is not counted: the model's u stands. */
export type Frequencies = (field: Field, value: string) => number | undefined

export interface Scored {
  /** Bits: log2 of how much likelier the comparison is of one person than of two. */
  readonly weight: number
  readonly parts: readonly { readonly field: Field; readonly level: string; readonly weight: number }[]
}

const counted: ReadonlySet<Field> = new Set([
  'family',
  'given',
  'birthDate',
  'phone',
  'email',
  'line',
  'locality',
  'postcode',
  'birthPlace',
  'occupation',
  'nationalId',
])
const rarest = 2e-7

/** The weight of a comparison. What several fields repeat (a street's postcode and town) is weighed as one: see `overlapping`. */
export function weigh(comparison: Comparison, model: Model, frequency: Frequencies): Scored {
  const parts = fieldNames.flatMap((field) => {
    const agreement = comparison[field]
    if (agreement === undefined) return []
    const { m, u } = model.fields[field]
    const weight = Math.log2((m[agreement.level] ?? 1e-3) / unlikely(field, agreement.level, agreement.value, u, frequency))
    return [{ field, level: agreement.level, weight }]
  })
  const turned = comparison.turned === true ? Math.log2(model.turned.m / model.turned.u) : 0
  return { weight: discounted(parts) + turned, parts }
}

/** Agreement on a value is as likely among strangers as the value is frequent; on a likeness of it a little likelier. */
function unlikely(
  field: Field,
  level: string,
  value: string | undefined,
  u: Readonly<Record<string, number>>,
  frequency: Frequencies,
): number {
  const general = u[level] ?? 1e-3
  if (value === undefined || value === '' || !counted.has(field)) return general
  const share = frequency(field, value)
  if (share === undefined) return general
  if (level === 'same') return Math.max(share, rarest)
  if (level === 'variant' || level === 'initial') return Math.max(general, share * 1.5)
  return level === 'close' ? Math.max(general, share) : general
}

/** Fields that say the same thing twice: all but the strongest count half. */
const overlapping: readonly (readonly Field[])[] = [['line', 'locality', 'postcode', 'region', 'birthPlace']]

function discounted(parts: Scored['parts']): number {
  let sum = parts.reduce((total, { weight }) => total + weight, 0)
  for (const group of overlapping) {
    const agreeing = parts
      .filter(({ field, weight }) => group.includes(field) && weight > 0)
      .toSorted((a, b) => b.weight - a.weight)
    for (const { weight } of agreeing.slice(1)) sum -= weight / 2
  }
  return sum
}
