/** The tables of the linkage data, each as people with the truth beside them. */
import { parse } from 'csv-parse/sync'
import { featuresOfRow, type Features, type TablePerson } from '../../../src/identity'

export interface LinkageSet {
  readonly name: string
  readonly people: readonly Features[]
  /** Whom each row is of. */
  readonly truth: readonly string[]
}
/** Reads a file of the archive by its name. */
export type ReadFile = (name: string) => Buffer | undefined

type Row = Readonly<Record<string, string>>

/** Some cases were scrambled with their quotes: of a line whose quotes neither open nor close a cell they say nothing. */
const withoutStrayQuotes = (text: string) => text.split('\n').map(line => (/^(?:(?:"[^"]*"|[^",]*)(?:,|$))*$/.test(line.trim()) ? line : line.replaceAll('"', ''))).join('\n')
export const rowsOf = (bytes: Buffer): Row[] => {
  const options = { columns: (header: string[]) => header.map(name => name.trim()), trim: true, skip_empty_lines: true, relax_column_count: true }
  return parse(withoutStrayQuotes(bytes.toString()), { ...options, relax_quotes: true })
}

const febrl = (row: Row): TablePerson => ({
  nationalId: row.soc_sec_id, given: row.given_name, family: row.surname, birthDate: row.date_of_birth, phone: row.phone_number,
  line: [row.street_number, row.address_1].filter(Boolean).join(' '), locality: row.suburb, postcode: row.postcode, region: row.state,
})
const fake = (row: Row): TablePerson => ({ given: row.first_name, family: row.surname, birthDate: row.dob, locality: row.city, email: row.email })
const historical = (row: Row): TablePerson => ({
  given: row.first_name, family: row.surname, birthDate: row.dob, sex: row.gender, postcode: row.postcode_fake, birthPlace: row.birth_place, occupation: row.occupation,
})

interface Plan { readonly name: string; readonly files: readonly string[]; readonly read: (row: Row) => TablePerson; readonly truth: (row: Row) => string }
const recordOf = (row: Row) => /^rec-(\d+)-/.exec(row.rec_id ?? '')?.[1] ?? ''
const generated = (row: Row) => String(Math.floor(Number(row.rec_id) / 10))

const plans: readonly Plan[] = [
  ...[1, 2, 3].map((n): Plan => ({ name: `febrl${n}`, files: [`febrl/dataset${n}.csv`], read: febrl, truth: recordOf })),
  ...[5000, 10_000].flatMap((n): Plan[] => [
    { name: `dsgen A ${n}`, files: [`febrl-dsgen/dataset_A_${n}.csv`], read: febrl, truth: generated },
    { name: `dsgen D ${n}`, files: [`febrl-dsgen/dataset_D_org_${n}.csv`, `febrl-dsgen/dataset_D_dup_${n}.csv`], read: febrl, truth: generated },
  ]),
  { name: 'fake_1000', files: ['splink/fake_1000.csv'], read: fake, truth: row => row.cluster ?? '' },
  { name: 'historical_50k, a tenth', files: ['splink/historical_sample_10pct_clusters.csv'], read: historical, truth: row => row.cluster ?? '' },
]

/** Every set that is there; `withId: false` leaves the national id out. */
export function* linkageSets(read: ReadFile, withId: boolean): Generator<LinkageSet> {
  for (const plan of plans) {
    const files = plan.files.map(read)
    if (files.some(file => file === undefined)) continue
    const rows = files.flatMap(file => rowsOf(file as Buffer))
    if (!withId && rows[0]?.soc_sec_id === undefined) continue
    const people = rows.map(row => featuresOfRow({ ...plan.read(row), ...(withId ? {} : { nationalId: undefined }) } as TablePerson))
    yield { name: plan.name, people, truth: rows.map(plan.truth) }
  }
}
