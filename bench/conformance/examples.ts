import { loadSources } from '../../mappers'
import { isMapped } from '../../mappers/fhir/types'
import { regionalPlatformSource } from '../../seed/systems/regionalPlatform'
import type { FhirResource } from '../../src/model/fhir'
import type { SourceMapping } from '../../src/model/mapping'
import type { EntryRow } from '../../src/store/collections'
import { openHouse } from './house'
import type { House } from './house'
import { asJson, difference, pairUp, readGiven, readSent } from './rewriting'
import type { Json } from './rewriting'
import { counted, filesOf, missing, spread, tally } from './shared'
import type { Check, Context, DataFile, Finding } from './shared'
import { idKey } from './sources'
import { referencesIn } from './structure'

const archive = 'fhir/spec/r4-examples'
const sender = { id: regionalPlatformSource, idKey }

/** Each example stands under the base of a server of its own: the sender names no bases. */
function senders(): SourceMapping[] {
  const platform = loadSources({ idKey }).get(sender.id)
  return platform ? [{ ...platform, source: { ...platform.source, settings: {} } }] : []
}

interface Example {
  readonly name: string
  readonly text: string
  readonly type: string
  readonly body: Json
  readonly row: EntryRow | undefined
  /** What is given back for it. */
  readonly back: readonly FhirResource[]
}

/** The examples of the specification, through journal, workers and store. Each speaks of patients who are not there: they wait. */
export const examples: Check = {
  name: 'examples',
  async run(context) {
    const files = filesOf(context.data, archive, '.json')
    if (files.length === 0) return [missing('R4 examples', archive)]
    const house = await openHouse({ senders: senders() })
    try {
      const taken = await takeIn(house, context.sample ? spread(files, 120) : files, context)
      return judge(taken, context)
    } finally {
      await house.close()
    }
  },
}

async function takeIn(house: House, files: readonly DataFile[], context: Context): Promise<Example[]> {
  const taken: Example[] = []
  for (const [index, { name, read }] of files.entries()) {
    context.progress(index, files.length)
    const bytes = read()
    const outcomes = await house.journal({ source: sender.id, name, bytes })
    await house.worked()
    const [row] = await house.rows(outcomes)
    const body = JSON.parse(bytes.toString('utf8')) as Json
    taken.push({ name, text: bytes.toString('utf8'), type: String(body.resourceType), body, row, back: row ? await house.toldBy(row) : [] })
  }
  return taken
}

function judge(taken: readonly Example[], { validated }: Context): Finding[] {
  const accepted = tally('R4 examples of mapped types: accepted')
  const given = tally('R4 examples of mapped types: given back unchanged')
  const whole = tally('R4 examples of other types: kept whole')
  const decimals = tally('R4 examples: decimals keep their written precision', { figure: true })
  const servers = tally('R4 examples: references to another server keep its address', { figure: true })
  for (const { name, text, type, body, row, back } of taken) {
    const elsewhere = referencesIn(readSent(body).map(({ resource }) => resource)).filter(target => /^https?:/.test(target) && !isEntryOf(body, target))
    const kept = new Set(referencesIn(back))
    for (const target of elsewhere) servers.holds(`${name} ${target}`, kept.has(target))
    decimals.holds(name, !hasTrailingZeros(text))
    if (isMapped(type)) accepted.holds(name, isAccepted(row), reasonOf(row))
    const fault = faultOf(body, back)
    const check = isMapped(type) ? given : whole
    check.holds(name, fault === undefined, row?.reason ? reasonOf(row) : fault)
    if (isMapped(type) && back[0]) validated.add('examples', { resource: back[0], original: body as unknown as FhirResource })
  }
  const statuses = counted(taken.map(({ row }) => row?.status ?? 'not there'))
  return [accepted.result(), given.result(), whole.result(statuses), decimals.result(), servers.result()]
}

const isAccepted = (row: EntryRow | undefined): boolean =>
  (row?.status === 'mapped' || row?.status === 'pending') && !row.issues?.some(({ code }) => code === 'invalid-element')

function reasonOf(row: EntryRow | undefined): string {
  const issues = row?.issues?.filter(({ code }) => code === 'invalid-element').map(({ place, message }) => `${place} ${message}`)
  return row?.reason ? `${row.reason.code} ${row.reason.message}` : [row?.status, ...issues ?? []].join('; ')
}

function faultOf(body: Json, back: readonly FhirResource[]): string | undefined {
  const sent = readSent(body)
  const given = readGiven(back.map(asJson), { sent, sender })
  for (const pair of pairUp(sent, given)) {
    if (!pair.given) return `${pair.sent.name ?? pair.sent.type} is not given back`
    const place = difference(pair.sent.content, pair.given.content)
    if (place !== undefined) return `${pair.sent.type}.${place}`
  }
  return given.length > sent.length ? 'more is given back than was sent' : undefined
}

/** JSON's numbers do not keep `1.50` from being `1.5`. */
export const hasTrailingZeros = (json: string): boolean => /[:[,]\s*-?\d+\.\d*0\s*[,}\]]/.test(json)

const isEntryOf = ({ entry }: Json, url: string): boolean => Array.isArray(entry) && entry.some((each: Json) => each.fullUrl === url)
