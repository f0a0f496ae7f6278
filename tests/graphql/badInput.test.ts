import { HutongError } from '../../src/model/errors'
import { encodeGlobalId } from '../../src/model/globalId'
import type { Asker } from '../../src/model/viewer'
import { asking, doctor, fakeArchive, patient, steward, valueAt } from '../support/graphql/ask'

const id = encodeGlobalId('Resident', 'r1')
const stranger = encodeGlobalId('Resident', 'r2')
const inArchive = (selection: string) => `query ($id: ID!, $first: Int, $after: String) { resident(id: $id) { archive { ${selection} } } }`
const results = inArchive('laboratoryResults(first: $first, after: $after) { nodes { id } pageInfo { endCursor hasNextPage } }')

describe.each(['jit', 'js'] as const)('bad input, executed by %s', engine => {
  const { ask } = asking(engine)
  const codeOf = async (query: string, variables: Record<string, unknown> = {}, asker: Asker | Error = doctor) =>
    (await ask(query, variables, asker)).result.errors?.map(({ extensions }) => extensions?.code)

  const node = 'query ($id: ID!) { node(id: $id) { id } }'

  it.each([
    ['no base64', '%%%'], ['empty', ''], ['an identity number', '11010519491231002X'], ['of an unknown type', encodeGlobalId('Nothing', 'a', 'b')],
    ['of a fact, short', encodeGlobalId('Condition', 'p1')], ['of a fact, long', encodeGlobalId('Condition', 'p1', 'c1', 'x')],
    ['too long', 'A'.repeat(1000)], ['padded', `${id}==`],
  ])('refuses an id that is malformed (%s) as BAD_ID', async (_, malformed) => {
    expect(await codeOf(node, { id: malformed })).toEqual(['BAD_ID'])
  })

  it.each([['a resident', encodeGlobalId('Resident', 'nobody')], ['a record', encodeGlobalId('Condition', 'p1', 'none')]])(
    'knows %s that is not there as NOT_FOUND', async (_, unknown) => {
      expect(await codeOf(node, { id: unknown })).toEqual(['NOT_FOUND'])
    })

  it('says the same of a resident who may not be seen as of one who does not exist', async () => {
    const query = 'query ($id: ID!) { resident(id: $id) { id name { text } archive { conditions { totalCount } } } }'
    const hidden = await ask(query, { id: stranger }, patient)
    const missing = await ask(query, { id: encodeGlobalId('Resident', 'nobody') }, patient)
    expect(hidden.json).toBe(missing.json)
  })

  it('wants either an id or an identifier of a resident', async () => {
    expect(await codeOf('{ resident { id } }')).toEqual(['BAD_ARGUMENT'])
    expect(await codeOf(`{ resident(id: "${id}", identifier: "x") { id } }`)).toEqual(['BAD_ARGUMENT'])
    expect(await codeOf(`{ resident(id: "${encodeGlobalId('Condition', 'p1', 'c1')}") { id } }`)).toEqual(['BAD_ID'])
  })

  it('refuses a cursor of another query, and one that is none, as BAD_CURSOR', async () => {
    const { result } = await ask(results, { id, first: 2 })
    const cursor = valueAt(result, 'resident', 'archive', 'laboratoryResults', 'pageInfo', 'endCursor')
    expect(await codeOf(results, { id, first: 2, after: cursor })).toBeUndefined()
    expect(await codeOf(inArchive('conditions(first: $first, after: $after) { nodes { id } }'), { id, first: 2, after: cursor })).toEqual(['BAD_CURSOR'])
    expect(await codeOf(results, { id, first: 2, after: '🙂' })).toEqual(['BAD_CURSOR'])
    expect(await codeOf('query ($after: String) { quarantine(after: $after) { totalCount } }', { after: cursor }, steward)).toEqual(['BAD_CURSOR'])
  })

  it.each([-1, 501, 2147483647])('refuses a page of %d', async first => {
    expect([['BAD_ARGUMENT'], ['QUERY_TOO_COSTLY']]).toContainEqual(await codeOf(results, { id, first }))
  })

  it('refuses first together with last', async () => {
    expect(await codeOf(inArchive('conditions(first: 1, last: 1) { totalCount }').replace(', $first: Int, $after: String', ''), { id })).toEqual(['BAD_ARGUMENT'])
  })

  it('reads a time only as an instant with its offset', async () => {
    for (const at of ['2026-11-20', '2026-11-20T10:00:00', 'yesterday', '2026-02-30T10:00:00Z', 20261120]) {
      expect(await codeOf('query ($at: DateTime!) { me { resident { archive(asOf: $at) { asOf } } } }', { at }, patient)).toEqual([undefined])
    }
  })

  it('refuses 101 nodes at once', async () => {
    expect(await codeOf('query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', { ids: Array.from({ length: 101 }, () => id) })).toEqual(['BAD_ARGUMENT'])
  })

  it('knows nobody without a good token, but tells its schema and its type names', async () => {
    const unknown = new HutongError('UNAUTHENTICATED', 'There is no token.')
    for (const query of ['{ me { id } }', '{ sources { id } }', '{ institutions { id } }', '{ residents(search: "a") { id } }', `{ node(id: "${id}") { id } }`, '{ resident(id: "x") { id } }', '{ quarantine { totalCount } }', `{ nodes(ids: []) { id } }`]) {
      expect(await codeOf(query, {}, unknown)).toEqual(['UNAUTHENTICATED'])
    }
    expect(await codeOf('{ __typename __schema { queryType { name } } }', {}, unknown)).toBeUndefined()
  })

  it.each(['quarantine { totalCount }', 'quarantinedEntry(id: "entry-1") { id }', 'accounts(from: "2026-11-01", to: "2026-11-02") { day }', 'trace(source: "first-hospital", key: "MSG1") { id }'])(
    'refuses { %s } to all but stewards', async selection => {
      for (const asker of [doctor, patient]) expect(await codeOf(`{ ${selection} }`, {}, asker)).toEqual(['FORBIDDEN'])
    })

  it('refuses a replay to all but stewards', async () => {
    expect(await codeOf('mutation { replayQuarantined(id: "entry-1") { id } }', {}, doctor)).toEqual(['FORBIDDEN'])
    expect(await codeOf('mutation { replayQuarantined(id: "none") { id } }', {}, steward)).toEqual(['NOT_FOUND'])
  })

  it('refuses accounts of no day or of too many, and of an unknown source', async () => {
    expect(await codeOf('{ accounts(from: "2026-11-02", to: "2026-11-01") { day } }', {}, steward)).toEqual(['BAD_ARGUMENT'])
    expect(await codeOf('{ accounts(from: "2020-01-01", to: "2026-11-01") { day } }', {}, steward)).toEqual(['BAD_ARGUMENT'])
    expect(await codeOf('{ accounts(from: "2026-11-01", to: "2026-11-01", source: "nobody") { day } }', {}, steward)).toEqual(['UNKNOWN_SOURCE'])
  })

  it('tells a fault as INTERNAL, without its details, which are logged', async () => {
    const archive = fakeArchive()
    archive.open = async () => { throw new Error('SQLITE_CORRUPT: 张三 11010519491231002X') }
    const logged: object[] = []
    const log = { error: (fields: object) => { logged.push(fields) }, warn: () => undefined, info: () => undefined }
    const { json, result } = await asking(engine, { archive, log }).ask(results, { id })
    expect(result.errors).toEqual([expect.objectContaining({ message: 'A fault of the gateway.', extensions: { code: 'INTERNAL' } })])
    expect(json).not.toMatch(/SQLITE|张三|stack/)
    expect(logged).toEqual([{ err: expect.objectContaining({ message: expect.stringContaining('SQLITE_CORRUPT') }), ...(engine === 'js' && { field: 'resident' }) }])
  })

  it.each(['{ a110105194912310020: resident(id: "%s") { id } }', 'query N110105194912310020 { resident(id: "%s") { id } }'])('writes no word of the asker into the log of a fault: %s', async query => {
    const archive = fakeArchive()
    archive.open = () => Promise.reject(new Error('broken'))
    const lines: unknown[] = []
    const log = { error: (fields: object, message: string) => void lines.push(fields, message), warn: () => undefined, info: () => undefined }
    const { result } = await asking(engine, { archive, log }).ask(query.replace('%s', id))
    expect(result.errors?.map(({ extensions }) => extensions?.code)).toEqual(['INTERNAL'])
    expect(lines).not.toEqual([])
    expect(JSON.stringify(lines)).not.toContain('110105194912310020')
  })
})
