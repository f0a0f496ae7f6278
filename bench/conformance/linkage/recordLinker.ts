/** RecordLinker's cases: records to be linked, or not, to a person of a seed. */
import { featuresOfRow, linkTable, type Features, type TablePerson } from '../../../src/identity'
import { rowsOf, type ReadFile } from './sets'

export interface CaseOutcome { readonly name: string; readonly expected: string; readonly got: 'match' | 'possible_match' | 'no_match' }

type Row = Readonly<Record<string, string>>

const person = (row: Row): TablePerson => ({
  given: row.FIRST, family: row.LAST, birthDate: row.BIRTHDATE, sex: row.GENDER, generation: row.SUFFIX, line: row.ADDRESS, locality: row.CITY,
  region: row.STATE, postcode: row.ZIP, nationalId: row.SSN?.replace(/\s/g, ''),
} as TablePerson)

/** Each case against the whole seed, alone: what the machine links, what it asks a person about. */
export function recordLinkerCases(read: ReadFile, file: string): CaseOutcome[] {
  const [seed, cases] = ['cdc-recordlinker/nbs_seed.csv', `cdc-recordlinker/${file}`].map(read)
  if (seed === undefined || cases === undefined) return []
  const known = rowsOf(seed)
  const people = known.map(row => featuresOfRow(person(row)))
  return rowsOf(cases).map((row): CaseOutcome => ({
    name: row['Test Case #'] ?? '', expected: row['Expected Result'] ?? '', got: outcome(known, people, { row, asked: featuresOfRow(person(row)) }),
  }))
}

function outcome(known: readonly Row[], people: readonly Features[], { row, asked }: { row: Row; asked: Features }): CaseOutcome['got'] {
  const at = people.length
  const { groups, review, judged } = linkTable([...people, asked], { parameters: 'shipped' })
  const own = known.flatMap((each, place) => (each['Match Id'] === row['Match Id'] ? [place] : []))
  if (own.some(place => groups[place] === groups[at])) return 'match'
  const isAsked = own.some(place => review.some(({ a, b }) => (a === place && b === at) || (a === at && b === place)) || judged(place, at).grade === 'possible')
  return isAsked ? 'possible_match' : 'no_match'
}
