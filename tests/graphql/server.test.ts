import fastify, { type FastifyInstance } from 'fastify'
import { HutongError } from '../../src/model/errors'
import { encodeGlobalId } from '../../src/model/globalId'
import { createGraphqlServer, type GraphqlServer } from '../../src/graphql/server'
import { doctor, fakeArchive, gatewayOver, operations, silent } from '../support/graphql/ask'

const id = encodeGlobalId('Resident', 'r1')

describe.each(['auto', 'jit', 'js'] as const)('POST /graphql, executed by %s', engine => {
  let app: FastifyInstance
  let server: GraphqlServer
  const observed: [string, string][] = []

  beforeAll(async () => {
    server = await createGraphqlServer({
      ...gatewayOver(fakeArchive()), engine, log: silent,
      authenticate: async ({ authorization }) => {
        if (authorization === 'Bearer good') return doctor
        throw new HutongError('UNAUTHENTICATED', 'The token is missing or not good.')
      },
      observe: (operation, outcome) => void observed.push([operation, outcome]),
    })
    app = fastify()
    app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body))
    await server.register(app)
    await app.ready()
  })

  afterAll(async () => {
    await app.close()
    await server.stop()
  })

  beforeEach(() => { observed.length = 0 })

  const post = (payload: unknown, headers: Record<string, string> = {}) =>
    app.inject({ method: 'POST', url: '/graphql', headers: { 'content-type': 'application/json', authorization: 'Bearer good', ...headers }, payload: payload as object })
  const codesOf = (response: Awaited<ReturnType<typeof post>>) => response.json().errors?.map((error: { extensions: { code: string } }) => error.extensions.code)

  it('answers a published operation, the same the second and third time', async () => {
    const request = { query: operations.get('ArchiveOverview'), variables: { id, laboratory: 100 } }
    const [first, ...more] = [await post(request), await post(request), await post(request)]
    expect(first.statusCode).toBe(200)
    expect(first.headers['content-type']).toBe('application/json; charset=utf-8')
    expect(first.json()).toMatchObject({ data: { resident: { id, archive: { laboratoryResults: { totalCount: 100 } } } } })
    expect(more.every(({ body }) => body === first.body)).toBe(true)
    expect(observed).toEqual([['ArchiveOverview', 'ok'], ['ArchiveOverview', 'ok'], ['ArchiveOverview', 'ok']])
  })

  it('runs the operation that is named', async () => {
    const query = 'query A { __typename } query B { me { id } }'
    expect((await post({ query, operationName: 'B' })).json()).toEqual({ data: { me: { id: 'doctor' } } })
    expect((await post({ query, operationName: 'A' })).json()).toEqual({ data: { __typename: 'Query' } })
    expect(codesOf(await post({ query, operationName: 'C' }))).toEqual(['OPERATION_RESOLUTION_FAILURE'])
    expect(codesOf(await post({ query }))).toEqual(['OPERATION_RESOLUTION_FAILURE'])
  })

  it('knows nobody without a good token', async () => {
    const response = await post({ query: '{ me { id } }' }, { authorization: 'Bearer bad' })
    expect([response.statusCode, response.headers['www-authenticate'], codesOf(response)]).toEqual([401, 'Bearer', ['UNAUTHENTICATED']])
    expect(response.json().data).toBeUndefined()
    expect(observed).toEqual([['other', 'UNAUTHENTICATED']])
  })

  it.each([
    ['a query that does not parse', { query: '{ me { id }' }, 400, 'GRAPHQL_PARSE_FAILED'],
    ['a field that does not exist', { query: '{ nothing }' }, 400, 'GRAPHQL_VALIDATION_FAILED'],
    ['fragments in a circle', { query: '{ me { ...A } } fragment A on Me { ...B } fragment B on Me { ...A }' }, 400, 'GRAPHQL_VALIDATION_FAILED'],
    ['a variable of the wrong type', { query: operations.get('ResidentSearch'), variables: { search: 1 } }, 400, 'BAD_USER_INPUT'],
    ['500 aliases', { query: `{ ${Array.from({ length: 500 }, (_, n) => `a${n}: me { id }`).join(' ')} }` }, 400, 'QUERY_TOO_COSTLY'],
    ['60 aliases', { query: `{ ${Array.from({ length: 60 }, (_, n) => `a${n}: me { id }`).join(' ')} }` }, 400, 'QUERY_TOO_COSTLY'],
    ['a depth of 60', { query: `{ me { resident { archive { timeline(first: 1) { nodes ${'{ tellers { record '.repeat(28)} { id } ${'} }'.repeat(28)} } } } } }` }, 400, 'QUERY_TOO_COSTLY'],
    ['a depth of 100,000', { query: '{ a '.repeat(10_000) }, 400, 'QUERY_TOO_COSTLY'],
    ['an empty query', { query: '' }, 400, 'BAD_REQUEST'],
    ['no query', { variables: {} }, 400, 'BAD_REQUEST'],
    ['a query that is no text', { query: 5 }, 400, 'BAD_REQUEST'],
    ['variables as text', { query: '{ __typename }', variables: '{}' }, 400, 'BAD_REQUEST'],
    ['a batch', [{ query: '{ __typename }' }], 400, 'BAD_REQUEST'],
    ['a persisted query', { extensions: { persistedQuery: { version: 1, sha256Hash: 'a' } } }, 400, 'PERSISTED_QUERY_NOT_SUPPORTED'],
  ])('refuses %s with a code', async (_, payload, status, code) => {
    const response = await post(payload)
    expect(new Set(codesOf(response))).toEqual(new Set([code]))
    expect([status, 200]).toContain(response.statusCode)
    expect(response.body).not.toMatch(/stacktrace|node_modules/)
  })

  it.each([
    ['a huge body', 'application/json', JSON.stringify({ query: '{ __typename }', variables: { x: 'x'.repeat(100_000) } }), 413, 'QUERY_TOO_COSTLY'],
    ['a body that is no JSON', 'application/json', '{ me', 400, 'BAD_REQUEST'],
    ['a body nested 30,000 deep', 'application/json', '['.repeat(30_000), 400, 'BAD_REQUEST'],
    ['an empty body', 'application/json', '', 400, 'BAD_REQUEST'],
    ['a form', 'application/x-www-form-urlencoded', 'query=%7B__typename%7D', 415, 'BAD_REQUEST'],
    ['plain text (which a browser would send across sites unasked)', 'text/plain', '{"query":"{ __typename }"}', 415, 'BAD_REQUEST'],
    ['GraphQL as such', 'application/graphql', '{ __typename }', 415, 'BAD_REQUEST'],
  ])('refuses %s', async (_, type, payload, status, code) => {
    const response = await app.inject({ method: 'POST', url: '/graphql', headers: { 'content-type': type }, payload })
    expect([response.statusCode, codesOf(response)]).toEqual([status, [code]])
    expect(response.headers['content-type']).toContain('application/json')
  })

  it.each(['GET', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'] as const)('refuses %s: GraphQL is asked by POST', async method => {
    const response = await app.inject({ method, url: '/graphql?query=%7B__typename%7D', headers: { accept: 'application/json' } })
    expect([response.statusCode, response.headers.allow, codesOf(response)]).toEqual([405, 'POST', ['BAD_REQUEST']])
  })

  it('has no page where none is configured', async () => {
    const response = await app.inject({ url: '/graphql', headers: { accept: 'text/html' } })
    expect(response.statusCode).toBe(405)
  })

  it('answers in GraphQL’s own media type where that is asked for', async () => {
    const response = await post({ query: '{ __typename }' }, { accept: 'application/graphql-response+json' })
    expect(response.headers['content-type']).toContain('application/graphql-response+json')
  })

  it('leaves the rest of the app as it is', async () => {
    expect((await app.inject({ method: 'POST', url: '/elsewhere', headers: { 'content-type': 'text/plain' }, payload: 'x' })).statusCode).toBe(404)
  })
})
