/**
 * Whether somebody exists, by the time of an answer: pairs of a question about one who is there and may not be seen, and about
 * one who is not there, over one connection, in random order within a pair. Of a steward, from whom nobody is kept, the pairs
 * are of what a resident took out of an archive and what was never there.
 */
import { randomBytes, randomInt } from 'node:crypto'
import { Agent, request } from 'node:http'
import { createTokens } from '../../src/access'
import { decodeGlobalId, encodeGlobalId } from '../../src/model/globalId'
import type { Asker } from '../../src/model/viewer'
import { benchKeys, sqliteFile } from '../database'
import { endGateway, freePort, startGateway } from '../gatewayProcess'
import { load } from '../load'
import type { Asked } from '../query'
import type { Attack, Finding } from './part'

const districtOf = 60
/** Those asked for: more than one, so that no single row's place decides. */
const targets = 12
const allowed = 0.05
const warmUp = 20

export const timing: Attack = {
  name: 'timing',
  about: 'whether somebody exists, by the time of an answer',
  async run({ sample, progress }) {
    const pairs = sample ? 60 : 1000
    const database = sqliteFile()
    const { asked } = await load(districtOf, { database, made: { profile: 'district', years: 1 }, progress: () => undefined })
    const port = await freePort()
    const gateway = await startGateway({ database: database.url, port, options: ['--no-seed'] })
    try {
      const one = async (series: Series): Promise<Finding> => {
        const finding = await measure(series, { door: new Door(port), pairs, sample })
        progress(`${series.what}: ${finding.seen}`)
        return finding
      }
      const { strangers, takenOut } = await seriesOf(new Door(port), asked)
      // One after the other, as an attacker would who wants no noise; the sample, all roles at once.
      const first = sample ? await Promise.all(strangers.map(role => oneByOne(role, one))) : await oneByOne(strangers.flat(), one)
      return [...first.flat(), ...await oneByOne(await takenOut(), one)]
    } finally {
      await endGateway(gateway)
      await database.drop()
    }
  },
}

async function oneByOne<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const done: R[] = []
  for (const item of items) done.push(await work(item))
  return done
}

/** What is asked, by whom, of those who are there and of those who are not. */
interface Series { readonly what: string; readonly token: string; readonly query: string; readonly there: readonly string[]; readonly notThere: readonly string[] }

interface Person { readonly id: string; readonly number: string; readonly name: string; readonly records: readonly string[] }

/** One connection. */
class Door {
  private readonly agent = new Agent({ keepAlive: true, maxSockets: 1 })

  constructor(private readonly port: number) {}

  /** The answer, and milliseconds until its last byte. */
  ask(token: string, query: string, variables: object): Promise<{ readonly text: string; readonly ms: number }> {
    const body = JSON.stringify({ query, variables })
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body), authorization: `Bearer ${token}` }
    return new Promise((resolve, reject) => {
      const begun = performance.now()
      const sent = request({ host: '127.0.0.1', port: this.port, path: '/graphql', method: 'POST', headers, agent: this.agent }, answer => {
        const pieces: Buffer[] = []
        answer.on('data', (piece: Buffer) => pieces.push(piece))
        answer.on('end', () => resolve({ ms: performance.now() - begun, text: Buffer.concat(pieces).toString() }))
      })
      sent.on('error', reject)
      sent.end(body)
    })
  }
}

const questions = {
  id: 'query($key: ID!) { resident(id: $key) { id } }',
  number: 'query($key: String!) { resident(identifier: $key) { id } }',
  record: 'query($key: ID!) { node(id: $key) { id } }',
  records: 'query($key: ID!) { nodes(ids: [$key]) { id } }',
  search: 'query($key: String!) { residents(search: $key) { id } }',
}

/** `strangers`: of each role. `takenOut` takes those who were asked for out of their own archives: nobody finds them afterwards. */
async function seriesOf(door: Door, asked: readonly Asked[]): Promise<{ strangers: Series[][]; takenOut: () => Promise<Series[]> }> {
  const tokens = createTokens({ key: benchKeys.tokenKey })
  const sign = (viewer: Asker['viewer'], purpose: Asker['purpose']) => tokens.sign({ viewer, purpose }, { expiresIn: '1 day' })
  const steward = await sign({ role: 'steward', id: 'attack-steward' }, 'HOPERAT')
  const people: Person[] = []
  for (const { id, token } of asked.slice(0, targets)) people.push(await personOf(door, { id, token }))
  const nobody = await nobodiesLike(door, steward, people)
  const self = asked.at(-1)?.token ?? ''
  const [, claims = ''] = self.split('.')
  const { viewer } = JSON.parse(Buffer.from(claims, 'base64url').toString()) as { viewer: { resident: string } }
  const strangers = {
    resident: self,
    app: await sign({ role: 'app', id: 'attack-app', resident: viewer.resident }, 'PATRQT'),
    clinician: await sign({ role: 'clinician', id: 'attack-clinician', institution: 'an-institution-without-patients' }, 'TREAT'),
    source: await sign({ role: 'source', id: 'attack-source', source: 'first-hospital' }, 'HOPERAT'),
  }
  const of = (who: string, token: string, what: keyof typeof questions, key: (person: Person) => string): Series =>
    ({ what: `${who}: ${what}`, token, query: questions[what], there: people.map(key), notThere: nobody.map(key) })
  const record = ({ records: [first = ''] }: Person) => first
  const surname = ({ name }: Person) => name.slice(0, 1)
  const own = people.map(record)
  return {
    strangers: Object.entries(strangers).map(([who, token]) => [
      of(who, token, 'id', ({ id }) => id), of(who, token, 'number', ({ number }) => number), of(who, token, 'record', record),
      of(who, token, 'records', record), of(who, token, 'search', ({ name }) => name),
      { ...of(who, token, 'search', ({ number }) => number), what: `${who}: search by number` },
      { ...of(who, token, 'search', surname), notThere: ['爨', '亓', '逄', '乜'], what: `${who}: search by surname` },
    ]),
    takenOut: async () => {
      for (const [at, person] of people.entries()) await takeOut(door, asked[at]?.token ?? '', person)
      const series = [
        of('steward', steward, 'number', ({ number }) => number), of('steward', steward, 'search', ({ name }) => name),
        { ...of('steward', steward, 'record', record), there: own, notThere: own.map(otherRecord) },
      ]
      return series.map(each => ({ ...each, what: `${each.what}, taken out` }))
    },
  }
}

async function personOf(door: Door, { id, token }: Asked): Promise<Person> {
  const { text } = await door.ask(token, 'query($id: ID!) { resident(id: $id) { identifier { value } name { text } patients { id } } }', { id })
  const { data: { resident } } = JSON.parse(text) as { data: { resident: { identifier: { value: string }[]; name: { text: string }[]; patients: { id: string }[] } } }
  const number = resident.identifier.map(({ value }) => value).find(value => /^\d{17}[\dX]$/.test(value)) ?? ''
  return { id, number, name: resident.name[0]?.text ?? '', records: resident.patients.map(each => each.id) }
}

/** As many of whom there is none: ids of the same form, names of the same letters. */
async function nobodiesLike(door: Door, steward: string, people: readonly Person[]): Promise<Person[]> {
  const nobodies = people.map(({ name, records }) => ({
    id: encodeGlobalId('Resident', randomBytes(16).toString('hex')), name: [...name].toReversed().join(''),
    number: `3502061949${String(randomInt(1e7)).padStart(7, '0')}X`, records: records.map(() => strangersRecord()),
  }))
  for (const { name } of nobodies) {
    const { text } = await door.ask(steward, questions.search, { key: name })
    if (text !== '{"data":{"residents":[]}}\n') throw new Error('somebody has a name that nobody was to have')
  }
  return nobodies
}

const strangersRecord = () => encodeGlobalId('Patient', randomBytes(16).toString('hex'), randomBytes(16).toString('hex'))

/** The id of a record that the same source patient does not have. */
function otherRecord(id: string): string {
  const { type, parts: [patient = ''] } = decodeGlobalId(id)
  return encodeGlobalId(type, patient, randomBytes(16).toString('hex'))
}

/** A resident says of every chart that it is not theirs: nobody is found by it. */
async function takeOut(door: Door, token: string, { records }: Person): Promise<void> {
  for (const record of records) {
    const { text } = await door.ask(token, 'mutation($record: ID!) { reportNotMine(record: $record, reason: "an attack") { id } }', { record })
    if (text.includes('"errors"')) throw new Error(`a record could not be reported: ${text}`)
  }
}

async function measure({ what, token, query, there, notThere }: Series, { door, pairs, sample }: { door: Door; pairs: number; sample: boolean }): Promise<Finding> {
  const times = { there: [] as number[], notThere: [] as number[] }
  const texts = new Set<string>()
  for (let pair = -warmUp; pair < pairs; pair += 1) {
    const order = randomInt(2) === 0 ? ['there', 'notThere'] as const : ['notThere', 'there'] as const
    for (const side of order) {
      const keys = side === 'there' ? there : notThere
      const { ms, text } = await door.ask(token, query, { key: keys[randomInt(keys.length)] })
      texts.add(text)
      if (pair >= 0) times[side].push(ms)
    }
  }
  const auc = aucOf(times.there, times.notThere)
  const bound = allowed + (sample ? 3 * standardError(pairs) : 0)
  const spread = texts.size === 1 ? '' : ', answers differ'
  return {
    what, promised: `|AUC - .5| <= ${bound.toFixed(3)}${sample ? `: .05 and three standard errors of ${pairs} pairs` : ''}`,
    seen: `medians ${medianOf(times.there).toFixed(2)} / ${medianOf(times.notThere).toFixed(2)} ms, AUC ${auc.toFixed(3)}${spread}`,
    holds: Math.abs(auc - 0.5) <= bound && texts.size === 1, counted: texts.size === 1,
  }
}

/** Mann and Whitney's: how likely one of the first takes longer than one of the second. */
export function aucOf(first: readonly number[], second: readonly number[]): number {
  const wins = first.reduce((sum, a) => sum + second.reduce((won, b) => won + (a > b ? 1 : a === b ? 0.5 : 0), 0), 0)
  return wins / (first.length * second.length)
}

/** Of an AUC of as many pairs, where both are alike. */
const standardError = (pairs: number) => Math.sqrt((2 * pairs + 1) / (12 * pairs * pairs))

const medianOf = (times: readonly number[]): number => times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? Number.NaN
