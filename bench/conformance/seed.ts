import { generateDistrict } from '../../seed'
import type { Fault, TruePatient, Truth } from '../../seed'
import type { Outcome } from '../../src/intake'
import { resourceId } from '../../src/model/ids'
import type { EntryRow } from '../../src/store/collections'
import { linkDistrict } from './district'
import { openHouse } from './house'
import type { House } from './house'
import { counted, tally } from './shared'
import type { Check, Context, Finding } from './shared'

const now = '2026-11-20T10:00:00+08:00'

/** The synthetic district through the whole pipeline: everything is mapped, but for what is bad on purpose. */
export const seed: Check = {
  name: 'seed',
  async run(context) {
    const house = await openHouse({ now: Date.parse(now) })
    try {
      const rows = await load(house, context)
      const truth = generateDistrict().truth()
      for (const resource of await house.all()) context.validated.add('seed', { resource })
      return [status(rows, truth), planned(rows, truth), ...await identity(house, truth), ...await linking(context.sample ? 150 : 500)]
    } finally {
      await house.close()
    }
  },
}

interface Loaded {
  readonly source: string
  readonly name: string
  readonly rows: readonly EntryRow[]
  /** Codes with which records were refused at the door. */
  readonly refused: readonly string[]
}

async function load(house: House, { progress }: Context): Promise<Loaded[]> {
  const uploads = [...generateDistrict()]
  const journaled: { source: string; name: string; outcomes: readonly Outcome[] }[] = []
  for (const [index, upload] of uploads.entries()) {
    progress(index, uploads.length)
    journaled.push({ source: upload.source, name: upload.name, outcomes: await house.journal(upload) })
  }
  await house.worked()
  return Promise.all(journaled.map(async ({ source, name, outcomes }) => ({
    source, name, rows: await house.rows(outcomes),
    refused: outcomes.flatMap(({ outcome, error }) => (outcome === 'refused' && error ? [error.code] : [])),
  })))
}

/** Entries that are neither mapped nor meant to be in quarantine. */
function status(loaded: readonly Loaded[], { faults }: Truth): Finding {
  const check = tally('Seed: mapped, but for the planned faults')
  const rows = new Map(loaded.flatMap(({ source, name, rows: own }) => own.map(row => [row.entry, { source, name, row }] as const)))
  for (const { source, name, row } of rows.values()) {
    const isPlanned = row.status === 'quarantined' && faults.some(fault => isMetBy(fault, source, name, row))
    check.holds(`${source} ${name}`, row.status === 'mapped' || isPlanned, row.reason ? `${row.status} ${row.reason.code}` : row.status)
  }
  for (const { source, name, refused } of loaded) {
    const isPlanned = faults.some(fault => fault.expected === 'refused' && fault.source === source && fault.name === name)
    for (const code of refused) check.holds(`${source} ${name}`, isPlanned, `refused ${code}`)
  }
  return check.result(counted([...[...rows.values()].map(({ row }) => row.status), ...loaded.flatMap(({ refused }) => refused.map(() => 'refused'))]))
}

function planned(loaded: readonly Loaded[], { faults }: Truth): Finding {
  const check = tally('Seed: planned faults are met as planned')
  for (const fault of faults) {
    const told = loaded.filter(({ source, name }) => source === fault.source && name === fault.name)
    const refused = fault.expected === 'refused' && told.some(each => each.refused.includes(fault.code))
    const met = refused || told.some(({ source, name, rows }) => rows.some(row => isMetBy(fault, source, name, row)))
    check.holds(`${fault.source} ${fault.name}`, met, `no ${fault.expected} ${fault.code}`)
  }
  return check.result()
}

function isMetBy({ source, name, expected, code }: Fault, itsSource: string, itsName: string, row: EntryRow): boolean {
  if (source !== itsSource || name !== itsName) return false
  if (expected === 'refused') return false
  if (expected === 'quarantined') return row.status === 'quarantined' && row.reason?.code === code
  return row.status === 'mapped' && row.issues?.some(issue => issue.code === code) === true
}

/** Who was linked to whom, against the truth. Two people in one archive is what must never be. */
async function identity({ gateway }: House, { residents }: Truth): Promise<Finding[]> {
  const linked = tally('Seed: every source patient has a resident')
  const apart = tally('Seed: no two people in one archive')
  const together = tally('Seed: people whose sources are one archive', { figure: true })
  const owners = new Map<string, string>()
  for (const { key, patients } of residents) {
    const found = new Set<string>()
    for (const { source, identifier } of patients) {
      const resident = await gateway.identity.residentOf(idOf(gateway, { source, identifier }))
      linked.holds(`${key} at ${source}`, resident !== undefined)
      if (resident !== undefined) found.add(resident)
    }
    const others = [...found].flatMap(resident => owners.get(resident) ?? [])
    apart.holds(key, others.length === 0, `with ${others.join(', ')}`)
    for (const resident of found) owners.set(resident, key)
    together.holds(key, found.size === 1, `${found.size} residents`)
  }
  return [linked.result(), apart.result(), together.result('the others are questions for stewards')]
}

/**
 * Who is whom in a larger district, with twins, namesakes, shared telephones, and what systems get wrong (seed/heldAs.ts): the
 * bounds are the project's own goals.
 */
async function linking(residents: number): Promise<Finding[]> {
  const { patients, precision, recall, questions, asked, mixed, split } = await linkDistrict({ residents, years: 5 })
  const title = `Seed of ${residents} residents`
  const note = `precision ${precision.toFixed(4)}, recall ${recall.toFixed(4)}, ${questions} open questions on ${asked} of ${patients} patients`
  const [apart, found, queue] = [tally(`${title}: no two people in one archive`), tally(`${title}: pairwise recall at least .98`), tally(`${title}: at most 3 questions for 100 patients`)]
  apart.holds('precision', precision === 1, mixed.join('; '))
  found.holds('recall', recall >= 0.98, `${recall.toFixed(4)}: ${split.join(' ')}`)
  queue.holds('questions', questions <= 0.03 * patients, `${questions} of ${patients}`)
  return [apart.result(note), found.result(), queue.result()]
}

function idOf({ mappings }: House['gateway'], { source, identifier }: TruePatient): string {
  const mapping = mappings.get(source)
  if (!mapping) throw new Error(`there is no source ${source}`)
  return resourceId(mapping.source, 'Patient', identifier)
}
