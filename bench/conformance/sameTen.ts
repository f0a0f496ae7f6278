import { factTypes } from '../../src/model/fact'
import type { Fact, FactType } from '../../src/model/fact'
import { resourceId } from '../../src/model/ids'
import type { Asker } from '../../src/model/viewer'
import { openHouse } from './house'
import type { House } from './house'
import { filesOf, missing, tally } from './shared'
import type { Check, DataFile, Finding } from './shared'
import { idKey } from './sources'

const archive = 'fhir/synthea/same-10-patients-fhir-and-csv'
const platform = 'regional-platform'
const spreadsheet = 'synthea-csv'
/** What the CSV has a table for that is mapped; reports are in the bundles only. */
const shared = ['Encounter', 'Condition', 'LaboratoryResult', 'VitalSign', 'Observation', 'MedicationRequest', 'Immunization',
  'Procedure', 'AllergyIntolerance'] as const satisfies readonly FactType[]
const tables = ['patients', 'organizations', 'providers', 'encounters', 'conditions', 'observations', 'medications', 'immunizations',
  'procedures', 'allergies']

/** Synthea's ten patients, told by the platform as bundles and by another source as CSV: ten residents, each fact once, with two tellers. */
export const sameTen: Check = {
  name: 'tellers',
  async run({ data, progress }) {
    const files = filesOf(data, archive, '')
    if (files.length === 0) return [missing('Ten patients as FHIR and as CSV', archive)]
    const house = await openHouse()
    try {
      const uploads = [...bundlesOf(files).map(file => ({ source: platform, file })), ...tablesOf(files).map(file => ({ source: spreadsheet, file }))]
      const taken = tally('Ten patients as FHIR and as CSV: every bundle and row is mapped')
      for (const [index, { source, file }] of uploads.entries()) {
        progress(index, uploads.length)
        const outcomes = await house.journal({ source, name: nameOf(file), bytes: file.read() })
        await house.worked()
        const rows = await house.rows(outcomes)
        for (const row of rows) taken.holds(`${nameOf(file)} ${row.start}`, row.status === 'mapped', row.reason?.code ?? row.status)
      }
      return [taken.result(), ...await compare(house, bundlesOf(files), tablesOf(files))]
    } finally {
      await house.close()
    }
  },
}

const nameOf = ({ name }: DataFile) => name.replace(/^.*\//, '')
/** Institutions and practitioners first. */
const bundlesOf = (files: readonly DataFile[]) => files.filter(({ name }) => name.endsWith('.json')).toSorted((a, b) => Number(isPerson(a)) - Number(isPerson(b)))
const isPerson = (file: DataFile) => !/Information\d+\.json$/.test(file.name)
const tablesOf = (files: readonly DataFile[]) => tables.flatMap(table => files.find(file => nameOf(file) === `${table}.csv`) ?? [])

async function compare(house: House, bundles: readonly DataFile[], csv: readonly DataFile[]): Promise<Finding[]> {
  const residents = tally('Ten patients as FHIR and as CSV: one resident each')
  const others = tally('Ten patients as FHIR and as CSV: who is in the CSV alone is nobody else')
  const seen = new Map<string, string>()
  const inBundles = bundles.filter(isPerson).map(file => nameOf(file).slice(-41, -5))
  const inTable = csv.find(file => nameOf(file) === 'patients.csv')?.read().toString('utf8').split(/\r?\n/).slice(1).flatMap(line => line.split(',')[0] || []) ?? []
  for (const person of inTable) {
    const [fhir, row] = await Promise.all([residentOf(house, platform, person), residentOf(house, spreadsheet, person)])
    if (inBundles.includes(person)) residents.holds(person, row !== undefined && fhir === row && !seen.has(row), `${fhir} and ${row}`)
    else others.holds(person, row !== undefined && fhir === undefined && !seen.has(row))
    if (row !== undefined) seen.set(row, person)
  }
  const facts = await Promise.all([...seen].filter(([, person]) => inBundles.includes(person)).map(([resident]) => factsOf(house, resident)))
  return [residents.result(`${seen.size} residents of ${inTable.length} rows`), others.result(), ...tellers(facts.flat())]
}

const residentOf = ({ gateway }: House, source: string, person: string) =>
  gateway.identity.residentOf(resourceId({ id: source, idKey }, 'Patient', person))

type Told = readonly Fact[]

async function factsOf({ gateway }: House, resident: string): Promise<Told[]> {
  const asker: Asker = { viewer: { role: 'resident', id: 'conformance', resident }, purpose: 'PATRQT' }
  const opened = await gateway.archive.open(asker, { resident })
  const found: Told[] = []
  for (let after: string | undefined; ;) {
    const page = await opened.facts(factTypes.filter(type => type !== 'Patient'), {}, { first: 1000, ...(after === undefined ? {} : { after }) })
    found.push(...page.items.map(({ item }) => item.tellers))
    after = page.items.at(-1)?.cursor
    if (!page.hasNextPage) return found
  }
}

/** Of each type: how many facts of the bundles the CSV tells, too, in the same fact; what one of them tells alone. */
function tellers(facts: readonly Told[]): Finding[] {
  const both = shared.map(type => {
    const check = tally(`Ten patients as FHIR and as CSV: each ${type} once, with two tellers`)
    const own = facts.filter(([fact]) => fact?.type === type)
    const [alone, inCsv] = [own.filter(each => each.every(({ source }) => source === platform)), own.filter(each => each.every(({ source }) => source === spreadsheet))]
    const [isTwice, local] = [own.filter(each => each.length > 1), inCsv.filter(isOwnItem)]
    for (const [fact, other] of isTwice) check.holds(what(fact), fact !== undefined && other !== undefined && agree(fact, other), 'the two do not say the same')
    for (const [fact] of [...alone, ...inCsv.filter(each => !isOwnItem(each))]) check.holds(what(fact), false, `told by ${fact?.source} alone`)
    return check.result(`${isTwice.length} facts with two tellers${local.length > 0 ? `; besides ${local.length} of Synthea's own (QALY, DALY, QOLS), which its bundles have as extensions of Patient` : ''}`)
  })
  const reports = facts.filter(([fact]) => fact !== undefined && !(shared as readonly FactType[]).includes(fact.type))
  return [...both, {
    check: 'Ten patients as FHIR and as CSV: facts of types that the CSV does not have', passed: reports.length, of: reports.length, must: false, failures: [],
    note: 'DiagnosticReport, with one teller',
  }]
}

const what = (fact: Fact | undefined) => `${fact?.time.slice(0, 16)} ${conceptOf(fact)?.coding?.[0]?.code ?? ''}`
const isOwnItem = ([fact]: Told) => conceptOf(fact)?.coding?.[0]?.system?.startsWith('urn:hutong:') === true

interface Concept { readonly coding?: readonly { readonly system?: string; readonly code?: string }[] }

function conceptOf(fact: Fact | undefined): Concept | undefined {
  const record = fact?.record as unknown as { code?: Concept; vaccineCode?: Concept; medicationCodeableConcept?: Concept; type?: readonly Concept[] } | undefined
  return record?.code ?? record?.vaccineCode ?? record?.medicationCodeableConcept ?? (Array.isArray(record?.type) ? record.type[0] : undefined)
}

/** The same item, and, of a measurement, the same value to the decimal that the CSV has; of a visit, the same number. */
function agree(a: Fact, b: Fact): boolean {
  const [one, other] = [a, b].map(({ record }) => record as unknown as { valueQuantity?: { value?: number }; identifier?: readonly { value?: string }[]; component?: readonly unknown[] })
  const code = (fact: Fact) => conceptOf(fact)?.coding?.[0]?.code
  if (a.type === 'Encounter') return one?.identifier?.some(({ value }) => other?.identifier?.some(each => each.value === value)) === true
  return code(a) === code(b) && isNear(one?.valueQuantity?.value, other?.valueQuantity?.value) && one?.component?.length === other?.component?.length
}

const isNear = (a: number | undefined, b: number | undefined) => a === b || (a !== undefined && b !== undefined && Math.abs(a - b) < 0.051)
