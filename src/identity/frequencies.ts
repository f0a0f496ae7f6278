/** How frequent names and places are, by the shipped table. Pure. */
import table from './frequencyTable.json'
import type { Frequencies } from './score/weigh'

const family = new Map(Object.entries(table.family))
const given = new Map(Object.entries(table.given))
const isHan = (text: string) => /\p{Script=Han}/u.test(text)

/** By the table; `undefined` for what the model's own u says better. */
export const shippedFrequencies: Frequencies = (field, value) => {
  const { defaults } = table
  if (field === 'family') return family.get(value) ?? (isHan(value) ? defaults.family : defaults.latinFamily)
  if (field === 'given')
    return given.get(value) ?? (!isHan(value) ? defaults.latinGiven : value.length === 1 ? defaults.givenOne : defaults.givenTwo)
  if (field === 'birthDate') return defaults.birthDate
  if (field !== 'locality') return undefined
  if (/(社区|居委会|村委会|村)$/u.test(value)) return defaults.committee
  if (/(街道|镇|乡)$/u.test(value)) return defaults.street
  return isHan(value) ? defaults.county : defaults.locality
}
