import { createHmac } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import { demoTokenKey as demoKey } from '../../src/model/demoKeys'
import { encodeGlobalId } from '../../src/model/globalId'
import type { Viewer } from '../../src/model/viewer'
import { openPipeline } from '../support/pipeline'
import type { Answer, Pipeline } from '../support/pipeline'
import { first, golden } from './records'

const number = '350206196304123015'
const steward: Viewer = { role: 'steward', id: 'steward-1' }
const source: Viewer = { role: 'source', id: 'first-hospital', source: 'first-hospital' }

describe('requests that nobody should send', () => {
  let pipeline: Pipeline
  let resident: string
  let self: Viewer
  beforeAll(async () => {
    pipeline = await openPipeline({ now: '2026-07-25T10:00:00+08:00' })
    await pipeline.load([first(golden('first-hospital', 'a01-admission.in.hl7'))])
    resident = await pipeline.residentOf('first-hospital', 'SY0031457')
    self = { role: 'resident', id: 'resident-1', resident }
  })
  afterAll(() => pipeline.close())

  const post = async (body: object, viewer?: Viewer, headers: Record<string, string> = {}) => {
    const reply = await pipeline.inject({
      method: 'POST', url: '/graphql', payload: JSON.stringify(body),
      headers: { 'content-type': 'application/json', ...(viewer && await pipeline.bearer(viewer)), ...headers },
    })
    return { status: reply.statusCode, text: reply.body, codes: (reply.json() as { errors?: { extensions: { code: string } }[] }).errors?.map(({ extensions }) => extensions.code) }
  }

  describe('tokens', () => {
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
    const now = Date.parse('2026-07-25T10:00:00+08:00') / 1000
    const claims = { viewer: steward, purpose: 'HOPERAT', iss: 'hutong', aud: 'hutong', iat: now, exp: now + 3600 }
    const signed = (header: object, told: object, key: string) => {
      const text = `${part(header)}.${part(told)}`
      return `${text}.${createHmac('sha256', key).update(text).digest('base64url')}`
    }
    const HS256 = { alg: 'HS256' }

    it('takes one that is signed by the key', async () => {
      const { text } = await post({ query: '{ me { role } }' }, undefined, { authorization: `Bearer ${signed(HS256, claims, demoKey)}` })
      expect(JSON.parse(text)).toEqual({ data: { me: { role: 'steward' } } })
    })

    it.each([
      ['without a signature', `${part({ alg: 'none' })}.${part(claims)}.`],
      ['by another key', signed(HS256, claims, 'another key that is as long as the one of the demo')],
      ['that names another algorithm', signed({ alg: 'HS512' }, claims, demoKey)],
      ['that has expired', signed(HS256, { ...claims, exp: 5 }, demoKey)],
      ['that never expires', signed(HS256, { ...claims, exp: undefined }, demoKey)],
      ['for another audience', signed(HS256, { ...claims, aud: 'elsewhere' }, demoKey)],
      ['that lives for years', signed(HS256, { ...claims, exp: 4_000_000_000 }, demoKey)],
      ['of another issuer', signed(HS256, { ...claims, iss: 'elsewhere' }, demoKey)],
      ['of two roles', signed(HS256, { ...claims, viewer: { ...steward, institution: '12350206426600001U' } }, demoKey)],
      ['of no role', signed(HS256, { ...claims, viewer: { role: '__proto__', id: 'x' } }, demoKey)],
      ['with a NUL', signed(HS256, { ...claims, viewer: { role: 'resident', id: 'x', resident: 'a\0' } }, demoKey)],
      ['with half a surrogate pair', signed(HS256, { ...claims, viewer: { role: 'steward', id: '\ud800' } }, demoKey)],
      ['of 14,000 characters', 'a'.repeat(14_000)],
      ['that is none', 'x'],
    ])('knows nobody by one %s', async (_, token) => {
      expect((await post({ query: '{ me { role } }' }, undefined, { authorization: `Bearer ${token}` })).codes).toEqual(['UNAUTHENTICATED'])
    })
  })

  describe('who may not look', () => {
    const archive = 'query ($id: ID!) { resident(id: $id) { id archive { conditions { totalCount } } } }'
    const nobody = encodeGlobalId('Resident', 'f'.repeat(32))

    it.each<[string, Viewer]>([
      ['a doctor of another institution', { role: 'clinician', id: 'd', institution: '12350206426600002Y' }],
      ['another resident', { role: 'resident', id: 'r', resident: 'somebody' }],
      ['an app of another resident', { role: 'app', id: 'a', resident: 'somebody' }],
    ])('%s gets the answer that a resident who does not exist gets', async (_, viewer) => {
      const hidden = await post({ query: archive, variables: { id: encodeGlobalId('Resident', resident) } }, viewer)
      const missing = await post({ query: archive, variables: { id: nobody } }, viewer)
      expect(hidden).toEqual(missing)
      expect(hidden.codes).toEqual(['NOT_FOUND'])
      const byNumber = (identifier: string) => post({ query: 'query ($n: String!) { resident(identifier: $n) { id } }', variables: { n: identifier } }, viewer)
      expect(await byNumber(number)).toEqual(await byNumber('11010519491231002X'))
      const search = await post({ query: 'query ($n: String!) { residents(search: $n) { id } }', variables: { n: number } }, viewer)
      expect(JSON.parse(search.text)).toEqual({ data: { residents: [] } })
    })

    it('a source is refused, whoever it asks for', async () => {
      for (const id of [encodeGlobalId('Resident', resident), nobody]) expect((await post({ query: archive, variables: { id } }, source)).codes).toEqual(['FORBIDDEN'])
    })

    it('a source that sends for a purpose that is none of its own is refused before a byte is read', async () => {
      const token = await pipeline.gateway.tokens.sign({ viewer: source, purpose: 'COVERAGE' }, { expiresIn: 60 })
      const reply = await pipeline.inject({ method: 'POST', url: '/intake/first-hospital', headers: { authorization: `Bearer ${token}` }, payload: 'MSH|' })
      expect([reply.statusCode, reply.json()]).toMatchObject([403, { error: { code: 'FORBIDDEN' } }])
    })

    it('a steward sees who somebody is, and no clinical fact, by whatever door', async () => {
      const id = encodeGlobalId('Resident', resident)
      const { text } = await post({ query: '{ me { resident { archive { conditions(first: 1) { nodes { id } } } } } }' }, self)
      const condition = (JSON.parse(text) as Answer).data.me.resident.archive.conditions.nodes[0].id as string
      expect((await post({ query: archive, variables: { id } }, steward)).codes).toEqual(['FORBIDDEN'])
      for (const query of ['query ($id: ID!) { node(id: $id) { id } }', 'query ($id: ID!) { nodes(ids: [$id]) { id } }']) {
        expect((await post({ query, variables: { id: condition } }, steward)).codes).toEqual(['FORBIDDEN'])
      }
      expect((await post({ query: '{ quarantine { totalCount } }' }, self)).codes).toEqual(['FORBIDDEN'])
    })
  })

  describe('ids, cursors and pages', () => {
    const node = 'query ($id: ID!) { node(id: $id) { id } }'

    it.each([
      ['empty', ''], ['an identity number', number], ['with a NUL', encodeGlobalId('Resident', 'a\0')], ['of a directory', encodeGlobalId('Organization', 'directory:first-hospital', 'x')],
      ['of a constructor', 'constructor.a.b'], ['padded', `${encodeGlobalId('Resident', 'ab')}=`],
    ])('refuses an id that is %s as BAD_ID', async (_, id) => {
      expect((await post({ query: node, variables: { id } }, self)).codes).toEqual(['BAD_ID'])
    })

    it.each([['SQL', encodeGlobalId('Resident', '\' OR 1=1 --')], ['a name of JavaScript', encodeGlobalId('Patient', '__proto__', 'constructor')]])(
      'knows nobody by %s', async (_, id) => {
        expect((await post({ query: node, variables: { id } }, self)).codes).toEqual(['NOT_FOUND'])
      })

    it.each([[-1, 'BAD_ARGUMENT'], [0, 'BAD_ARGUMENT'], [501, 'BAD_ARGUMENT'], [2_000_000_000, 'QUERY_TOO_COSTLY']])('refuses a page of %d', async (size, code) => {
      const answer = await post({ query: 'query ($first: Int) { me { resident { archive { conditions(first: $first) { totalCount } } } } }', variables: { first: size } }, self)
      expect(answer.codes).toEqual([code])
    })

    it.each([0, 101])('refuses to find %d residents, and says how many it finds', async size => {
      const { codes, text } = await post({ query: 'query ($first: Int!) { residents(search: "lin", first: $first) { id } }', variables: { first: size } }, steward)
      expect(codes).toEqual(['BAD_ARGUMENT'])
      expect(text).toContain('first must be from 1 to 100')
    })

    it.each([
      ['of nothing', ''], ['of another query', Buffer.from('00000000||x').toString('base64url')], ['of 50,000 characters', 'x'.repeat(50_000)],
    ])('refuses a cursor %s', async (_, after) => {
      const answer = await post({ query: 'query ($after: String) { me { resident { archive { conditions(after: $after) { totalCount } } } } }', variables: { after } }, self)
      expect(answer.codes).toEqual(['BAD_CURSOR'])
    })

    it('refuses a cursor of the quarantine that holds what no entry is called', async () => {
      const after = Buffer.from(JSON.stringify(['quarantine', 'first-hospital', '\0', '\ud800'])).toString('base64url')
      expect((await post({ query: 'query ($after: String) { quarantine(after: $after) { totalCount } }', variables: { after } }, steward)).codes).toEqual(['BAD_CURSOR'])
    })

    it.each(['%', '_', '\'', '"; DROP TABLE facts; --', '\0', '\ud800', '𠀀', '*', '\\'])('finds nobody by %j', async search => {
      expect(JSON.parse((await post({ query: 'query ($s: String!) { residents(search: $s) { id } }', variables: { s: search } }, steward)).text)).toEqual({ data: { residents: [] } })
    })
  })

  describe('operations', () => {
    it.each([
      ['500 aliases', `{ ${Array.from({ length: 500 }, (_, n) => `a${n}: me { role }`).join(' ')} }`],
      ['51 aliases', `{ ${Array.from({ length: 51 }, (_, n) => `a${n}: me { role }`).join(' ')} }`],
      ['fragments that double 12 times', `{ ...F0 } ${Array.from({ length: 12 }, (_, n) => `fragment F${n} on Query { ...F${n + 1} ...F${n + 1} }`).join(' ')} fragment F12 on Query { me { role } }`],
    ])('refuses %s as too costly', async (_, query) => {
      expect((await post({ query }, self)).codes).toEqual(['QUERY_TOO_COSTLY'])
    })

    it('refuses a depth of 60', async () => {
      const levels = 'item { '.repeat(60)
      const query = `{ me { resident { archive { followUps { nodes { ${levels} linkId ${'} '.repeat(60)} } } } } } }`
      expect(await post({ query }, self)).toMatchObject({ status: 400, codes: ['QUERY_TOO_COSTLY'] })
    })

    it('refuses to tell the schema ever deeper', async () => {
      const query = `{ __schema { types { ${'fields { type { '.repeat(8)} name ${'} } '.repeat(8)} } } }`
      expect(await post({ query }, self)).toMatchObject({ status: 400, codes: ['GRAPHQL_VALIDATION_FAILED'] })
    })

    it('refuses an operation that the document does not have', async () => {
      const answer = await post({ query: 'query A { me { role } }', operationName: number }, self)
      expect(answer).toMatchObject({ status: 400, codes: ['OPERATION_RESOLUTION_FAILURE'] })
      expect(answer.text).not.toContain(number)
    })

    it('refuses 10,000 nodes, and a body of 70 kB', async () => {
      const nodes = 'query ($ids: [ID!]!) { nodes(ids: $ids) { id } }'
      expect((await post({ query: nodes, variables: { ids: Array(101).fill('AAAA') } }, self)).codes).toEqual(['BAD_ARGUMENT'])
      expect((await post({ query: nodes, variables: { ids: Array(2000).fill('AAAA') } }, self)).codes).toEqual(['QUERY_TOO_COSTLY'])
      expect(await post({ query: nodes, variables: { ids: Array(10_000).fill('AAAA') } }, self)).toMatchObject({ status: 413, codes: ['QUERY_TOO_COSTLY'] })
    })

    it.each([
      ['a variable', 'query ($n: Int) { me { resident { archive { conditions(first: $n) { totalCount } } } } }', { n: number }],
      ['a variable in a list', 'query ($n: [RecordType!]) { me { resident { archive { timeline(types: $n) { totalCount } } } } }', { n: [number] }],
      ['text in the place of a number', `{ me { resident { archive { conditions(first: "${number}") { totalCount } } } } }`, {}],
      ['a number in the place of text', `{ residents(search: ${number}) { id } }`, {}],
      ['a list in the place of text', `{ residents(search: ["${number}"]) { id } }`, {}],
      ['text in the place of an enum', `{ me { resident { archive { timeline(types: ["${number}"]) { totalCount } } } } }`, {}],
      ['an enum that is none', `{ me { resident { archive { timeline(types: [N${number}]) { totalCount } } } } }`, {}],
    ])('tells what is wrong with %s without saying it', async (_, query, variables) => {
      const { status, text } = await post({ query, variables }, self)
      expect(status).toBe(400)
      expect(text).not.toContain(number)
    })
  })

  describe('over HTTP', () => {
    it.each([
      ['GET', '/graphql?query={me{role}}', 405], ['PUT', '/graphql', 405], ['DELETE', '/graphql', 405],
      ['GET', '/graphql/ide/../../package.json', 404], ['GET', '/graphql/ide/..%2f..%2fpackage.json', 404], ['GET', '/graphql/ide//etc/passwd', 404],
      ['GET', '/intake/first-hospital', 404], ['GET', `/residents/${number}`, 404], ['GET', '/%ZZ', 400],
      ['POST', `/intake/${number.repeat(10)}`, 414],
    ] as const)('%s %s is refused with %d and a code, and never quoted', async (method, url, status) => {
      const reply = await pipeline.inject({ method, url })
      expect(reply.statusCode).toBe(status)
      expect(reply.body).toMatch(/"code":"[A-Z_]+"/)
      expect(reply.body).not.toMatch(new RegExp(`${number}|ZZ|etc/passwd|Error`))
    })

    it('takes GraphQL as plain JSON only', async () => {
      const token = await pipeline.bearer(self)
      const send = async (payload: string | Buffer, headers: Record<string, string>) =>
        (await pipeline.inject({ method: 'POST', url: '/graphql', payload, headers: { ...token, ...headers } })).statusCode
      expect(await send('query={me{role}}', { 'content-type': 'application/x-www-form-urlencoded' })).toBe(415)
      expect(await send(gzipSync('{"query":"{me{role}}"}'), { 'content-type': 'application/json', 'content-encoding': 'gzip' })).toBe(400)
      expect(await send('[{"query":"{me{role}}"}]', { 'content-type': 'application/json' })).toBe(400)
      expect(await send(`{"query":"{me{role}}","variables":${'['.repeat(30_000)}${']'.repeat(30_000)}}`, { 'content-type': 'application/json' })).toBe(400)
    })

    it('takes a compressed upload for none', async () => {
      const reply = await pipeline.inject({
        method: 'POST', url: '/intake/first-hospital', payload: gzipSync(Buffer.alloc(1_000_000)),
        headers: { ...await pipeline.bearer(source), 'content-encoding': 'gzip' },
      })
      expect([reply.statusCode, (reply.json() as { error: { code: string } }).error.code]).toEqual([422, 'UNSUPPORTED'])
    })

    it('takes the same upload, sent 50 times at once, in once', async () => {
      const payload = golden('first-hospital', 'a04-outpatient.in.hl7')
      const headers = await pipeline.bearer(source)
      const replies = await Promise.all(Array.from({ length: 50 }, () => pipeline.inject({ method: 'POST', url: '/intake/first-hospital', payload, headers })))
      const outcomes = replies.map(reply => (reply.json() as { records: { outcome: string }[] }).records[0]!.outcome)
      expect(outcomes.filter(outcome => outcome === 'accepted')).toHaveLength(1)
      expect(outcomes.filter(outcome => outcome === 'duplicate')).toHaveLength(49)
    })
  })
})
