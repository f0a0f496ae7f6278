import { encodeGlobalId } from '../../src/model/globalId'
import { asking, operations } from '../support/graphql/ask'

const id = encodeGlobalId('Resident', 'r1')
const refusedFor = (what: string) => [expect.objectContaining({ extensions: expect.objectContaining({ code: 'QUERY_TOO_COSTLY', what }) })]
const pages = (size: number | string) => `query ($id: ID!${size === '$n' ? ', $n: Int = 50' : ''}) { resident(id: $id) { archive { laboratoryResults(first: ${size}) { nodes { id versions { version } } } } } }`

describe('the limits of an operation', () => {
  const { ask } = asking('jit')
  const errorsOf = async (query: string, variables: Record<string, unknown> = { id }) => (await ask(query, variables)).result.errors

  it('refuse a depth of 60', async () => {
    const deep = `{ tellers { record ${'{ tellers { record '.repeat(28)} { id } ${'} }'.repeat(28)} } }`
    expect(await errorsOf(`query { node(id: "${encodeGlobalId('LaboratoryResult', 'p1', 'l0')}") { ... on ArchiveRecord ${deep} } }`)).toEqual(refusedFor('depth'))
  })

  it('count the depth of nested fragments, however they are nested, at once', async () => {
    const doubling = Array.from({ length: 40 }, (_, n) => `fragment F${n} on Teller { record { id } ...F${n + 1} x: source ...F${n + 1} }`).join(' ').replaceAll('x: ', '')
    const started = performance.now()
    const query = `query ($id: ID!) { resident(id: $id) { archive { laboratoryResults(first: 1) { nodes { tellers { ...F0 } } } } } } ${doubling} fragment F40 on Teller { source }`
    await errorsOf(query)
    expect(performance.now() - started).toBeLessThan(2000)
  })

  it('refuse 51 aliases', async () => {
    expect(await errorsOf(`{ ${Array.from({ length: 51 }, (_, n) => `a${n}: me { id }`).join(' ')} }`)).toEqual(refusedFor('aliases'))
  })

  it('refuse what would give too many fields', async () => {
    expect(await errorsOf(pages(500))).toEqual(refusedFor('cost'))
    expect(await errorsOf(pages(20))).toBeUndefined()
  })

  it('judge page sizes that come from variables by each request’s own', async () => {
    expect(await errorsOf(pages('$n'), { id, n: 10 })).toBeUndefined()
    expect(await errorsOf(pages('$n'), { id, n: 500 })).toEqual(refusedFor('cost'))
    expect(await errorsOf(pages('$n'), { id })).toBeUndefined()
    expect(await errorsOf(pages('$n'), { id, n: 10 })).toBeUndefined()
  })

  it('let pass what the IDE asks of the schema', async () => {
    const { getIntrospectionQuery } = await import('graphql')
    expect(await errorsOf(getIntrospectionQuery({ inputValueDeprecation: true, specifiedByUrl: true }))).toBeUndefined()
  })

  it('let pass every published operation', async () => {
    for (const [, query] of operations) {
      const { result } = await ask(query, { id, identifier: undefined, asOf: '2026-11-20T00:00:00Z', from: undefined, search: 'x', source: 'first-hospital', key: 'x' }).catch(() => ({ result: { errors: [] } }))
      expect(result.errors?.some(({ extensions }) => extensions?.code === 'QUERY_TOO_COSTLY')).not.toBe(true)
    }
  })
})
