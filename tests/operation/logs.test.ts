import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { generateDistrict } from '../../seed'
import { createTokens } from '../../src/access'
import { demoTokenKey as demoKey } from '../../src/model/demoKeys'
import { hutong, serve } from '../support/hutong'
import type { Served } from '../support/hutong'

/** DESIGN.md, "What must always hold", 8: no identity number, name or phone in a log, an error, a URL or an id. */
describe('what the gateway writes while the whole seed runs through it', () => {
  const folder = mkdtempSync(join(tmpdir(), 'hutong-logs-'))
  const database = `sqlite:${join(folder, 'hutong.db')}`
  let gateway: Served
  beforeAll(async () => {
    gateway = await serve(['--database', database, '--log-level', 'debug'])
  }, 60_000)
  afterAll(async () => {
    await gateway?.stop()
    rmSync(folder, { recursive: true })
  })

  it('holds nobody\'s identity number, name or phone: neither in logs nor in errors, metrics or the command line', async () => {
    const written = await provoke(gateway.url, folder, database)
    // A measured time has digits of its own: 0.019061000004 is nobody's phone.
    const said = [gateway.output(), ...written].join('\n').replaceAll(/\d+\.\d+(e[+-]?\d+)?/g, '')
    expect(said.length).toBeGreaterThan(1000)
    expect(personal().filter(value => said.includes(value))).toEqual([])
    expect(said.match(/(?<![\d.])[1-9]\d{16}[\dXx](?!\d)/g)).toBeNull()
    expect(said.match(/(?<![\dA-Za-z.])1[3-9]\d{9}(?!\d)/g)).toBeNull()
  }, 60_000)
})

/** Good and bad requests of every kind; all that is answered where nobody's record was asked for. */
async function provoke(url: string, folder: string, database: string): Promise<string[]> {
  const tokens = createTokens({ key: demoKey })
  const source = await tokens.sign({ viewer: { role: 'source', id: 's', source: 'first-hospital' }, purpose: 'HOPERAT' }, { expiresIn: '1h' })
  const steward = await tokens.sign({ viewer: { role: 'steward', id: 's' }, purpose: 'HOPERAT' }, { expiresIn: '1h' })
  const [resident] = [...generateDistrict().residents()]
  const post = async (path: string, body: string, token: string, type = 'application/json') =>
    (await fetch(`${url}${path}`, { method: 'POST', body, headers: { 'content-type': type, authorization: `Bearer ${token}` } })).text()
  const pid = `PID|1||${resident?.identity}^^^CN^NI||${resident?.name}||19991345|X|||||13850012345`
  const bad = [
    `MSH|^~\\&|HIS|SYY|H|H|20260101080000||ADT^A99|C1|P|2.4\r${pid}\r`, `MSH|^~\\&|HIS\r${pid}\r`, `${pid}\rMSH|oops`, `\u000b${pid}`,
    `MSH|^~\\&|HIS|SYY|H|H|20260101080000||ADT^A04|C2|P|2.4\r${pid}\rPV1|1|O\r`,
  ]
  const answers = []
  for (const message of bad) answers.push(await post('/intake/first-hospital', message, source, 'x-application/hl7-v2+er7'))
  answers.push(await post('/intake/nowhere', 'x', source), await post('/intake/community-health', 'x', source), await post('/graphql', '{', steward))
  answers.push(await post('/graphql', JSON.stringify({ query: '{ resident(identifier: "350206199913451234") { id } }' }), steward))
  answers.push(await post('/graphql', JSON.stringify({ query: `{ residents(search: "${resident?.name}") { nothing } }` }), 'not-a-token'))
  await new Promise(resolve => setTimeout(resolve, 1500))
  const file = join(folder, 'bad.hl7')
  writeFileSync(file, bad.join('\n'))
  const ingested = await hutong(['ingest', 'first-hospital', file, '--database', database])
  const listed = await hutong(['quarantine', 'list', '--database', database])
  const traced = await hutong(['trace', 'first-hospital', resident?.patients[0]?.identifier ?? '', '--database', database])
  return [...answers, await (await fetch(`${url}/metrics`)).text(), ...[ingested, listed, traced].flatMap(({ out, err }) => [out, err])]
    .map(text => text.replaceAll('350206199913451234', '').replaceAll('nothing', ''))
}

function personal(): string[] {
  const phones = /(?<![\dA-Za-z])1[3-9]\d{9}(?!\d)/g
  const values = new Set<string>()
  for (const { name, identity } of generateDistrict().residents()) for (const value of [name, identity]) values.add(value)
  for (const { bytes } of generateDistrict()) for (const phone of Buffer.from(bytes).toString('latin1').match(phones) ?? []) values.add(phone)
  return [...values].filter(value => value.length > 1)
}
