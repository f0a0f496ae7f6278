import { isDirectory, isMapped } from '../../mappers/fhir/types'
import { regionalPlatformSource } from '../../seed/systems/regionalPlatform'
import { factTypes } from '../../src/model/fact'
import type { FhirResource } from '../../src/model/fhir'
import type { Asker } from '../../src/model/viewer'
import type { EntryRow } from '../../src/store/collections'
import { openHouse } from './house'
import type { House } from './house'
import { asJson, difference, pairUp, readGiven, readSent } from './rewriting'
import type { Json } from './rewriting'
import { counted, filesOf, missing, spread, tally } from './shared'
import type { Check, Context, DataFile, Finding, Tally } from './shared'
import { idKey } from './sources'
import { referencesIn } from './structure'

const sets = [
  { title: 'Synthea', archive: 'fhir/synthea/r4-bundles-103-patients' },
  /** Newer ones: they refer to practitioners, institutions and places of two other bundles by their identifiers. */
  { title: 'Synthea, ten patients', archive: 'fhir/synthea/same-10-patients-fhir-and-csv' },
]
const sender = { id: regionalPlatformSource, idKey }

/** Synthea's bundles, one after the other, as the regional platform's: journal, workers, store, archive, and back. */
export const synthea: Check = {
  name: 'synthea',
  async run(context) {
    const findings: Finding[] = []
    for (const { title, archive } of sets) {
      const files = filesOf(context.data, archive, '.json')
      if (files.length === 0) findings.push(missing(title, archive))
      else findings.push(...await runSet(title, context.sample ? spread(files, 12) : files, context))
    }
    return findings
  },
}

async function runSet(title: string, files: readonly DataFile[], context: Context): Promise<Finding[]> {
  const house = await openHouse()
  try {
    return [...await takeAll(house, { title, files }, context), references(title, await house.all())]
  } finally {
    await house.close()
  }
}

/** Every reference of what is kept leads to something that is kept, or stands in the resource itself. */
function references(title: string, kept: readonly FhirResource[]): Finding {
  const check = tally(`${title}: references lead to what was taken in`)
  const names = new Set(kept.map(({ resourceType, id }) => `${resourceType}/${id}`))
  for (const resource of kept) {
    for (const target of referencesIn(resource)) check.holds(`${resource.resourceType} to ${target.replace(/\/.*/, '')}`, target.startsWith('#') || names.has(target))
  }
  return check.result()
}

interface Tallies { readonly taken: Tally; readonly linked: Tally; readonly given: Tally; readonly kept: Tally }

async function takeAll(house: House, { title, files }: { title: string; files: readonly DataFile[] }, context: Context): Promise<Finding[]> {
  const tallies: Tallies = {
    taken: tally(`${title}: bundles taken in without a fatal issue`), linked: tally(`${title}: each patient a resident of their own`),
    given: tally(`${title}: mapped types given back with nothing lost`), kept: tally(`${title}: other types kept whole`),
  }
  const issues: string[] = []
  const residents = new Set<string>()
  let [milliseconds, resources] = [0, 0]
  for (const [index, file] of files.entries()) {
    context.progress(index, files.length)
    const bytes = file.read()
    const from = performance.now()
    const outcomes = await house.journal({ source: sender.id, name: file.name, bytes })
    await house.worked()
    milliseconds += performance.now() - from
    const [row] = await house.rows(outcomes)
    tallies.taken.holds(file.name, row?.status === 'mapped' && outcomes.length === 1, row?.reason?.code ?? row?.status)
    if (!row) continue
    issues.push(...(row.issues ?? []).filter(({ severity }) => severity !== 'information').map(({ code }) => code))
    resources += row.resources?.length ?? 0
    await compare({ house, row, name: file.name, body: JSON.parse(bytes.toString('utf8')) as Json, residents }, tallies, context)
  }
  const speed = `${resources} resources in ${(milliseconds / 1000).toFixed(1)} s, one bundle after the other`
  return [
    tallies.taken.result(`${speed}; issues: ${counted(issues) || 'none'}`), tallies.linked.result(`${residents.size} residents`),
    tallies.given.result(), tallies.kept.result(),
  ]
}

interface Taken { readonly house: House; readonly row: EntryRow; readonly name: string; readonly body: Json; readonly residents: Set<string> }

async function compare({ house, row, name, body, residents }: Taken, { linked, given, kept }: Tallies, { validated }: Context): Promise<void> {
  const patients = (row.resources ?? []).flatMap(ref => (ref.startsWith('Patient/') ? [ref.slice('Patient/'.length)] : []))
  const back: FhirResource[] = []
  for (const patient of patients) {
    const resident = await house.gateway.identity.residentOf(patient)
    linked.holds(name, resident !== undefined && !residents.has(resident), resident ? 'a resident whom another patient is' : 'of no resident')
    if (resident === undefined) continue
    residents.add(resident)
    back.push(...await giveBack(house, resident))
  }
  back.push(...(await house.toldBy(row)).filter(isInNoArchive))
  const sent = readSent(body)
  const returned = readGiven(back.map(asJson), { sent, sender })
  if (returned.length > sent.length) given.holds(name, false, 'more is given back than was sent')
  for (const pair of pairUp(sent, returned)) {
    const place = pair.given ? difference(pair.sent.content, pair.given.content) : 'not given back'
    const check = isMapped(pair.sent.type) ? given : kept
    check.holds(`${name} ${pair.sent.name ?? pair.sent.type}`, place === undefined, place)
    if (pair.given && isMapped(pair.sent.type)) validated.add('Synthea', asResources(pair.given.resource, pair.sent.resource))
  }
}

const asResources = (resource: Json, original: Json) =>
  ({ resource: resource as unknown as FhirResource, original: original as unknown as FhirResource })

/** Institutions and practitioners, and types that are not mapped. */
const isInNoArchive = ({ resourceType }: FhirResource): boolean => isDirectory(resourceType) || !isMapped(resourceType)

/** Every record of the resident's archive, opened by the resident, as the whole resource. */
async function giveBack({ gateway }: House, resident: string): Promise<FhirResource[]> {
  const asker: Asker = { viewer: { role: 'resident', id: 'conformance', resident }, purpose: 'PATRQT' }
  const opened = await gateway.archive.open(asker, { resident })
  const found: FhirResource[] = []
  for (let after: string | undefined; ;) {
    const page = await opened.facts(factTypes, {}, { first: 1000, ...(after === undefined ? {} : { after }) })
    found.push(...await Promise.all(page.items.flatMap(({ item }) => item.tellers.map(teller => opened.resource(teller)))))
    after = page.items.at(-1)?.cursor
    if (!page.hasNextPage) return found
  }
}
