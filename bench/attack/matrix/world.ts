/** A seeded district behind a gateway, one resident of it who is asked for, and everybody who asks. */
import type { ChildProcess } from 'node:child_process'
import { generateDistrict, type TrueResident } from '../../../seed'
import { createTokens } from '../../../src/access'
import { decodeGlobalId, encodeGlobalId } from '../../../src/model/globalId'
import type { Viewer } from '../../../src/model/viewer'
import { benchKeys, sqliteFile } from '../../database'
import { endGateway, freePort, startGateway } from '../../gatewayProcess'
import type { Marks } from './answers'
import { plainValue, type Choice, type Slot } from './paths'
import type { AskerKind } from './policy'

export interface World {
  readonly url: string
  /** The port of a listener for the source that has a chart. */
  readonly mllp: number
  readonly gateway: ChildProcess
  /** Everything the gateway wrote to its log, at level debug. */
  log(): string
  tokenOf(asker: AskerKind): Promise<string | undefined>
  valueOf(slot: Slot): unknown
  /** The resident who is asked for has such a thing. */
  isThere(slot: Slot): boolean
  /** Who is asked for: name and identity number. */
  readonly person: readonly string[]
  readonly marks: Marks
  /** Identity numbers, names and phones of the whole district. */
  readonly personal: readonly string[]
  /** What refused mutations would have changed, as text. */
  state(): Promise<string>
  end(): Promise<void>
}

const own = 'first-hospital'
const foreign = 'maternity-hospital'
const identityNumbers = 'urn:oid:2.16.156.10011.1.3'
const size = 40

export async function openWorld(progress: (done: string) => void): Promise<World> {
  const [database, port, mllp] = [sqliteFile(), await freePort(), await freePort()]
  const url = `http://127.0.0.1:${port}`
  const logged: string[] = []
  progress(`a district of ${size} residents is loaded`)
  const gateway = await startGateway({
    database: database.url, port, options: ['--seed-residents', String(size), '--relation-days', '3650', '--mllp', `${own}=${mllp}`, '--log-level', 'debug'], onLog: text => void logged.push(text),
  })
  const end = async (): Promise<void> => {
    await endGateway(gateway)
    await database.drop()
  }
  try {
    return { url, mllp, gateway, log: () => logged.join(''), personal: personal(), end, ...await knowing(client(url)) }
  } catch (error) {
    await end()
    throw error
  }
}

type Ask = <Data>(viewer: Viewer, query: string, variables?: object) => Promise<Data>

const tokens = createTokens({ key: benchKeys.tokenKey })
const usual = { resident: 'PATRQT', app: 'PATRQT', clinician: 'TREAT', steward: 'HOPERAT', source: 'HOPERAT' } as const
const steward: Viewer = { role: 'steward', id: 'matrix' }
const asSelf = (resident: string): Viewer => ({ role: 'resident', id: resident, resident })

/** Asks as somebody who may; throws where something is refused. */
const client = (url: string): Ask => async (viewer, query, variables = {}) => {
  const token = await tokens.sign({ viewer, purpose: usual[viewer.role] }, { expiresIn: '1h' })
  const answer = await fetch(`${url}/graphql`, { method: 'POST', body: JSON.stringify({ query, variables }), headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` } })
  const { data, errors } = await answer.json() as { data: never; errors?: { message: string }[] }
  if (errors) throw new Error(`the district cannot be asked for what the matrix needs: ${errors[0]?.message}`)
  return data
}

interface Held { readonly id: string; readonly resourceType: string; readonly resource: object }
interface Person { readonly truth: TrueResident; readonly resident: string; readonly patients: readonly Held[]; readonly records: readonly Held[] }

async function knowing(ask: Ask): Promise<Pick<World, 'tokenOf' | 'valueOf' | 'isThere' | 'person' | 'marks' | 'state'>> {
  const people: Person[] = []
  for (const truth of generateDistrict({ residents: size }).residents()) people.push(...await personOf(ask, truth))
  const subject = people.toSorted((one, other) => typesOf(other) - typesOf(one)).find(({ truth }) => isSeenBy(truth, own) && !isSeenBy(truth, foreign))
  const other = people.find(({ resident, truth }) => resident !== subject?.resident && isSeenBy(truth, own))
  if (!subject || !other) throw new Error('nobody in the district can be asked for')
  const institutions = await institutionsOf(ask)
  const things = await thingsOf(ask, subject, other)
  return {
    marks: marksOf(subject, people.filter(({ resident }) => resident !== subject.resident)),
    tokenOf: kind => tokenOf(kind, viewerOf(kind, subject, other, institutions)),
    valueOf: slot => valueOf(slot, subject, things, institutions),
    isThere: ({ choice, on }) => choice !== 'record' || on === undefined || [...subject.patients, ...subject.records].some(({ resourceType }) => resourceType === on),
    person: [subject.truth.name, subject.truth.identity],
    state: async () => JSON.stringify([
      await ask(asSelf(subject.resident), '{ me { resident { archive { timeline(first: 500) { totalCount nodes { id } } } } } }'),
      await ask(steward, '{ reviewQueue(first: 500) { id status } quarantine(first: 500) { nodes { id attempts } } }'),
      await ask(steward, 'query ($patient: ID!) { linkHistory(patient: $patient) { at resident } }', { patient: things('patient', {}) }),
    ]),
  }
}

const typesOf = ({ records }: Person): number => new Set(records.map(({ resourceType }) => resourceType)).size
const isSeenBy = ({ patients }: TrueResident, source: string): boolean => patients.some(each => each.source === source)

/** Nobody where the number finds none, or several: the district holds mistakes on purpose. */
async function personOf(ask: Ask, truth: TrueResident): Promise<Person[]> {
  const found = await ask<{ resident: { id: string } | null }>(steward, 'query ($identifier: String, $system: String) { resident(identifier: $identifier, system: $system) { id } }',
    { identifier: truth.identity, system: identityNumbers }).catch(() => undefined)
  if (!found?.resident) return []
  const [resident = ''] = decodeGlobalId(found.resident.id).parts
  const { me } = await ask<{ me: { resident: { patients: Held[]; archive: { timeline: { nodes: Held[] } } } } }>(asSelf(resident),
    '{ me { resident { patients { id resourceType resource } archive { timeline(first: 300) { nodes { id resourceType resource } } } } } }')
  return [{ truth, resident, patients: me.resident.patients, records: me.resident.archive.timeline.nodes }]
}

interface Institutions { readonly own: string; readonly foreign: string }

async function institutionsOf(ask: Ask): Promise<Institutions> {
  const { sources } = await ask<{ sources: { id: string; institution: { id: string } }[] }>(steward, '{ sources { id institution { id } } }')
  const of = (source: string): string => sources.find(({ id }) => id === source)?.institution.id ?? ''
  return { own: of(own), foreign: of(foreign) }
}

/** The id of a thing, as the arguments of the schema take it. */
type Things = (choice: Choice, slot: Pick<Slot, 'on'> & Partial<Slot>) => string

async function thingsOf(ask: Ask, subject: Person, other: Person): Promise<Things> {
  const { quarantine, reviewQueue } = await ask<{ quarantine: { nodes: { id: string }[] }; reviewQueue: { id: string }[] }>(steward, '{ quarantine(first: 1) { nodes { id } } reviewQueue(first: 1) { id } }')
  const [patient = ''] = decodeGlobalId(subject.patients[0]?.id ?? '').parts
  const absent = '0'.repeat(32)
  const ids: Readonly<Record<Choice, string>> = {
    resident: encodeGlobalId('Resident', subject.resident), record: subject.records[0]?.id ?? '', patient,
    name: subject.truth.name, number: subject.truth.identity, unknown: '无此人',
    entry: quarantine.nodes[0]?.id ?? absent, review: reviewQueue[0]?.id ?? absent, absent: encodeGlobalId('Resident', absent),
  }
  return (choice, { name, on }) => {
    if (name === 'other' && choice === 'resident') return encodeGlobalId('Resident', other.resident)
    if (choice !== 'record' || on === undefined) return ids[choice]
    return [...subject.patients, ...subject.records].find(({ resourceType }) => resourceType === on)?.id ?? encodeGlobalId(on, absent, absent)
  }
}

function viewerOf({ role, relation }: AskerKind, subject: Person, other: Person, institutions: Institutions): Viewer {
  const id = `matrix-${role}`
  const mine = relation === 'self' || relation === 'in care' || relation === 'own'
  switch (role) {
    case 'resident':
    case 'app': return { role, id, resident: mine ? subject.resident : other.resident }
    case 'clinician': return { role, id, institution: mine ? institutions.own : institutions.foreign }
    case 'source': return { role, id, source: mine ? own : foreign }
    default: return { role, id }
  }
}

async function tokenOf({ token, purpose }: AskerKind, viewer: Viewer): Promise<string | undefined> {
  const signing = {
    'good': tokens, 'expired': createTokens({ key: benchKeys.tokenKey, now: () => new Date(Date.now() - 86_400_000) }),
    'of another key': createTokens({ key: 'a-key-that-no-gateway-of-the-matrix-knows' }),
  }
  if (token === 'none') return undefined
  return token === 'malformed' ? 'a.b.c' : signing[token].sign({ viewer, purpose }, { expiresIn: '1h' })
}

function valueOf({ name, type, choice, on }: Slot, { truth }: Person, things: Things, institutions: Institutions): unknown {
  const month = 30 * 86_400_000
  const texts: Readonly<Record<string, unknown>> = {
    system: identityNumbers, identifier: truth.identity, value: truth.identity, search: truth.name, name: truth.name, birthDate: truth.birth, gender: truth.sex,
    key: truth.patients.find(({ source }) => source === own)?.identifier, source: own, institution: institutions.own, reason: 'asked by the matrix', first: 3, last: 3,
    from: new Date(Date.now() - month).toISOString(), to: new Date().toISOString(), asOf: new Date().toISOString(),
  }
  return plainValue(type, (leaf, scalar) => {
    if (choice !== undefined) return things(choice, { name, on })
    const value = texts[leaf] ?? (scalar === 'Boolean' ? true : scalar === 'Int' || scalar === 'Float' ? 3 : 'x')
    return scalar === 'Date' ? String(value).slice(0, 10) : value
  }, name)
}

/** Texts of the subject's records that stand in nobody else's. Dates and what is short say nothing. */
function marksOf(subject: Person, others: readonly Person[]): Marks {
  const elsewhere = JSON.stringify(others)
  const isMark = (text: string): boolean => text.length >= 6 && !/^\d{4}-\d\d/.test(text) && !elsewhere.includes(text)
  const ids = new Set(JSON.stringify(subject).match(/(?<![0-9a-f])[0-9a-f]{32}(?![0-9a-f])/g))
  const person = new Set([...textsIn(subject.patients), subject.truth.identity].filter(isMark))
  const clinical = textsIn(subject.records).filter(isMark).filter(text => !person.has(text) && ![...ids].some(id => text.includes(id)))
  return {
    ids: [...ids].filter(id => !elsewhere.includes(id)),
    person: [...person, subject.truth.name].filter(text => ![...ids].some(id => text.includes(id)) && !elsewhere.includes(text)), everything: [...new Set(clinical)],
  }
}

function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value]
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : []
}

const phones = /(?<![\dA-Za-z])1[3-9]\d{9}(?!\d)/g

function personal(): string[] {
  const district = generateDistrict({ residents: size })
  const people = [...district.residents()].flatMap(({ name, identity }) => [name, identity])
  const numbers = [...district].flatMap(({ bytes }) => Buffer.from(bytes).toString('latin1').match(phones) ?? [])
  return [...new Set([...people, ...numbers])].filter(text => text.length > 1)
}
