/** The shipped parameters, and frequencies as they are counted. Pure. */
import type { Features } from '../../model/features'
import type { Field } from './levels'
import type { Frequencies, Model } from './weigh'
import parameters from './parameters.json'

export const shipped: Model = parameters

/** What a person tells of each field whose values are counted. */
function* values(person: Features): Generator<readonly [Field, string]> {
  for (const { family, given, familySound, givenSound } of person.names) {
    for (const [field, value] of [
      ['family', family],
      ['given', given],
      ['family', familySound],
      ['given', givenSound],
    ] as const)
      if (value) yield [field, value]
  }
  for (const value of person.phones) yield ['phone', value]
  for (const value of person.emails) yield ['email', value]
  for (const { line, locality, postcode } of person.places) {
    for (const [field, value] of [
      ['line', line],
      ['locality', locality],
      ['postcode', postcode],
    ] as const)
      if (value !== undefined) yield [field, value]
  }
  for (const field of ['birthDate', 'birthPlace', 'occupation', 'nationalId'] as const) {
    const value = person[field]
    if (value !== undefined) yield [field, value]
  }
}

/**
 * Counts over a table of people: unlabelled, and so no truth is looked at. The two who are compared do not count, nor do the
 * `expected` further records that each person has besides, on the mean: a person's own records make no value common.
 */
export function countFrequencies(people: readonly Features[], expected = 1): Frequencies {
  const counts = new Map<string, number>()
  const totals = new Map<Field, number>()
  for (const person of people) {
    for (const [field, value] of values(person)) {
      const key = `${field}|${value}`
      counts.set(key, (counts.get(key) ?? 0) + 1)
      totals.set(field, (totals.get(field) ?? 0) + 1)
    }
  }
  return (field, value) => {
    const [count, total] = [counts.get(`${field}|${value}`), totals.get(field)]
    return total === undefined || total < 50 ? undefined : Math.max(0.5, (count ?? 1) - 1 - Math.max(1, expected)) / total
  }
}
