import fastify, { type FastifyInstance } from 'fastify'
import { getIntrospectionQuery } from 'graphql'
import { compileQuery } from 'graphql-jit'
import { createGraphqlServer, type GraphqlServer } from '../../src/graphql/server'
import { HutongError } from '../../src/model/errors'
import { doctor, fakeArchive, gatewayOver, silent } from '../support/graphql/ask'

const parsed: string[] = []
jest.mock('graphql', () => {
  const real = jest.requireActual<typeof import('graphql')>('graphql')
  const parse: typeof real.parse = (source, options) => {
    parsed.push(String(source))
    return real.parse(source, options)
  }
  return { ...real, parse }
})
jest.mock('graphql-jit', () => {
  const real = jest.requireActual<typeof import('graphql-jit')>('graphql-jit')
  return { ...real, compileQuery: jest.fn(real.compileQuery) }
})

describe.each([['closed', false], ['open', true]])('the door, introspection %s', (_, openIntrospection) => {
  let app: FastifyInstance
  let server: GraphqlServer
  const archive = fakeArchive()
  beforeAll(async () => {
    server = await createGraphqlServer({
      ...gatewayOver(archive), engine: 'jit', log: silent, openIntrospection,
      authenticate: async ({ authorization }) => {
        if (authorization === 'Bearer good') return doctor
        if (authorization === 'Bearer fault') throw new Error('the store is gone')
        throw new HutongError('UNAUTHENTICATED', 'The token is missing or not good.')
      },
    })
    app = fastify()
    await server.register(app)
    await app.ready()
  })
  afterAll(async () => {
    await app.close()
    await server.stop()
  })
  beforeEach(() => {
    parsed.length = 0
    jest.mocked(compileQuery).mockClear()
  })

  const post = async (query: string, authorization = '') => {
    const reply = await app.inject({ method: 'POST', url: '/graphql', headers: { 'content-type': 'application/json', authorization }, payload: { query } })
    return { status: reply.statusCode, data: reply.json().data, code: reply.json().errors?.[0]?.extensions?.code as string | undefined }
  }
  const stranger = { status: 401, data: undefined, code: 'UNAUTHENTICATED' }

  it.each([
    ['data', '{ me { id } }'], ['a name alone', '{ __typename }'], ['what there is not', '{ nothing }'], ['what is no document', '{'],
    ['much', `{ ${'me { id } '.repeat(300)} }`], ['data beside the schema', '{ __schema { queryType { name } } me { id } }'],
    ['data in a fragment', '{ ...A } fragment A on Query { __schema { queryType { name } } sources { id } }'],
    ['data in another operation', 'query A { __schema { queryType { name } } } query B { me { id } }'], ['a mutation', 'mutation { __typename }'],
  ])('refuses a stranger who asks for %s, and nothing is compiled or run', async (_asked, query) => {
    for (let times = 0; times < 3; times++) expect(await post(query)).toEqual(stranger)
    // Where introspection is open, it takes the parser to know what is asked.
    expect(parsed).toHaveLength(openIntrospection ? 3 : 0)
    expect([jest.mocked(compileQuery).mock.calls, archive.opened]).toEqual([[], []])
  })

  it('tells the schema to a stranger only where that is open', async () => {
    const told = { status: 200, data: { __schema: expect.objectContaining({ queryType: expect.objectContaining({ name: 'Query' }) }) }, code: undefined }
    expect(await post(getIntrospectionQuery())).toEqual(openIntrospection ? told : stranger)
  })

  it('tells the schema to whoever is known', async () => {
    expect(await post('{ __schema { queryType { name } } }', 'Bearer good')).toMatchObject({ status: 200, data: { __schema: { queryType: { name: 'Query' } } } })
  })

  it('holds strangers to the same limits', async () => {
    const much = Array.from({ length: 20 }, (_each, n) => `a${n}: __schema { types { name fields { name args { name type { name ofType { name } } } } } }`).join(' ')
    expect((await post(`{ ${much} }`)).code).toBe(openIntrospection ? 'QUERY_TOO_COSTLY' : 'UNAUTHENTICATED')
  })

  it('keeps what known askers ask, and of strangers nothing', async () => {
    const own = '{ me { role } }'
    await post(own, 'Bearer good')
    for (let n = 0; n < 400; n++) await post(`{ a${n}: __schema { queryType { name } } }`)
    parsed.length = 0
    expect(await post(own, 'Bearer good')).toMatchObject({ data: { me: { role: 'clinician' } } })
    expect(parsed).toEqual([])
  })

  it('refuses what is too broad before it is validated', async () => {
    expect(await post(`{ ${'me { id } '.repeat(100)} }`, 'Bearer good')).toEqual({ status: 400, data: undefined, code: 'QUERY_TOO_COSTLY' })
    expect(parsed).toHaveLength(1)
  })

  it('tells a fault as a fault', async () => {
    expect(await post('{ me { id } }', 'Bearer fault')).toEqual({ status: 500, data: undefined, code: 'INTERNAL' })
  })
})
