import 'reflect-metadata'
import { getOperationAST, isObjectType, parse, validate, type GraphQLObjectType } from 'graphql'
import { checkBreadth } from '../../src/graphql/breadth'
import { defaultLimits, judge } from '../../src/graphql/limits'
import { personResolvers } from '../../src/graphql/resolvers/resident.resolver'
import { encodeGlobalId } from '../../src/model/globalId'
import { asking, operations, schema } from '../support/graphql/ask'

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

  it('weigh a fragment once, however often it is spread', () => {
    const doubling = Array.from({ length: 10 }, (_, n) => `fragment F${n} on Teller { record { id } ...F${n + 1} ... { ...F${n + 1} } }`).join(' ')
    const document = parse(`{ node(id: "x") { ... on ArchiveRecord { tellers { ...F0 } } } } ${doubling} fragment F10 on Teller { source }`)
    const named = jest.spyOn(schema, 'getType')
    const { cost } = judge(schema, document, getOperationAST(document, null)!, defaultLimits).weigh({})
    expect(named.mock.calls.length).toBeLessThan(30)
    expect(cost).toBeGreaterThan(2 ** 10)
    named.mockRestore()
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

describe('the prices of an operation', () => {
  const cost = (query: string, variables: Record<string, unknown> = {}): number => {
    const document = parse(query)
    expect(validate(schema, document)).toEqual([])
    return judge(schema, document, getOperationAST(document, null)!, defaultLimits).weigh(variables).cost
  }
  const { ask } = asking('js')
  const isRefused = async (query: string, variables: Record<string, unknown> = {}) =>
    (await ask(query, variables)).result.errors?.[0]?.extensions?.['what'] === 'cost'
  const archive = (selection: string, as = '') => `{ me { resident { archive${as} { ${selection} } } } }`
  const times = (count: number, selection: (n: number) => string) => Array.from({ length: count }, (_, n) => selection(n)).join(' ')

  it('stand at every field of a root, and at every other that works something out', () => {
    const plain = new Set([...Object.keys(personResolvers), 'id', 'time', 'afterDeath', 'asOf'])
    const types = Object.values(schema.getTypeMap()).filter(type => isObjectType(type) && !type.name.startsWith('__')) as GraphQLObjectType[]
    const priced = types.flatMap(type => Object.values(type.getFields()).filter(field => /^(Query|Mutation)$/.test(type.name) || (field.resolve && !plain.has(field.name)))
      .map(field => ({ field: `${type.name}.${field.name}`, price: field.extensions['price'] })))
    expect(priced.length).toBeGreaterThan(80)
    expect(priced.filter(({ price }) => price === undefined)).toEqual([])
  })

  it('are those of the interface where that is asked', () => {
    const node = (selection: string) => cost(`{ node(id: "x") { ... on ArchiveRecord { ${selection} } } }`)
    expect(node('versions { version }')).toBe(cost('{ node(id: "x") { ... on Observation { versions { version } } } }'))
    expect(node('versions { version }')).toBeGreaterThan(node('resourceType') + 100)
    expect(node('tellers { record { provenance { entry } } }')).toBe(cost('{ node(id: "x") { ... on Observation { tellers { record { ... on Observation { provenance { entry } } } } } } }'))
  })

  it('let a few looks be asked, and not fifty', async () => {
    expect(await isRefused(archive(times(3, n => `a${n}: looks { totalCount }`)))).toBe(false)
    expect(await isRefused(archive(times(50, n => `a${n}: looks { totalCount }`)))).toBe(true)
  })

  it('let a few searches be made, and not ten', async () => {
    const searches = (count: number) => isRefused(`{ ${times(count, n => `a${n}: residents(search: "l${n}") { id }`)} }`)
    expect([await searches(3), await searches(10)]).toEqual([false, true])
  })

  it('let a few records in quarantine be read as they came, and a page be looked through', async () => {
    const page = (first: number, selection: string) => isRefused(`{ quarantine(first: ${first}) { nodes { ${selection} } } }`)
    expect([await page(15, 'bytes'), await page(30, 'bytes'), await page(400, 'issues { code }')]).toEqual([false, true, false])
  })

  it('count the ids that are given, in the document or by a variable', async () => {
    const many = 'query ($ids: [ID!]!) { nodes(ids: $ids) { id } }'
    const ids = Array<string>(100).fill(id)
    expect(await isRefused(many, { ids })).toBe(false)
    expect(cost(many, { ids })).toBeGreaterThan(10 * cost(many, { ids: [id] }))
    expect(cost(`{ nodes(ids: ${JSON.stringify(ids)}) { id } }`)).toBe(cost(many, { ids }))
    expect(await isRefused(`query ($ids: [ID!]!) { ${times(25, n => `a${n}: nodes(ids: $ids) { id }`)} }`, { ids })).toBe(true)
  })

  it('make the past dearer than the present, also by a variable, and alone where it is asked', async () => {
    const past = 'query ($at: DateTime) { me { resident { archive(asOf: $at) { asOf } } } }'
    expect(cost(past, { at: '2026-11-20T00:00:00Z' })).toBeGreaterThan(50 * cost(past))
    expect(cost(past, { at: null })).toBe(cost(past))
    expect(await isRefused(past, { at: '2026-11-20T00:00:00Z' })).toBe(false)
    expect(await isRefused(`{ me { resident { ${times(48, n => `a${n}: archive(asOf: "2026-11-20T00:00:${10 + n}Z") { asOf }`)} } } }`)).toBe(true)
  })

  it('count an archive for each resident of a list', async () => {
    expect(await isRefused('{ residents(search: "x") { archive { conditions(first: 5) { totalCount } } } }')).toBe(false)
    expect(await isRefused('{ residents(search: "x") { archive(asOf: "2026-11-20T00:00:00Z") { conditions(first: 5) { totalCount } } } }')).toBe(true)
  })

  it('count what introspection would tell: all of it once, not over and over', async () => {
    const { getIntrospectionQuery } = await import('graphql')
    const whole = getIntrospectionQuery({ descriptions: true, specifiedByUrl: true, directiveIsRepeatable: true, schemaDescription: true, inputValueDeprecation: true, oneOf: true })
    expect(await isRefused(whole)).toBe(false)
    const types = (n: number) => `a${n}: __schema { types { name fields { name args { name type { name ofType { name } } } } } }`
    expect(await isRefused(`{ ${types(0)} }`)).toBe(false)
    expect(await isRefused(`{ ${times(20, types)} }`)).toBe(true)
    expect(cost('{ __type(name: "Query") { fields { name } } }')).toBe(2 * (2 + Object.keys(schema.getQueryType()!.getFields()).length))
    expect(cost('query ($n: String!) { __type(name: $n) { name } }', { n: 'Nothing' })).toBe(2)
  })
})

describe('a document before it is validated', () => {
  const check = (query: string, limits = {}) => () => checkBreadth(parse(query), { ...defaultLimits, ...limits })
  const over = (what: string) => expect.objectContaining({ code: 'QUERY_TOO_COSTLY', details: expect.objectContaining({ what }) })
  const thrown = (run: () => void): unknown => {
    try {
      return run()
    } catch (error) {
      return error
    }
  }

  it('may hold so many selections, fragments as often as they are spread', () => {
    const spread = (most: number) => check('{ ...A ...B } fragment A on Query { me { id } ...B } fragment B on Query { sources { id } }', { selections: most })
    expect(spread(20)).not.toThrow()
    expect(thrown(spread(13))).toEqual(over('selections'))
  })

  it('may name one thing so often in one place', () => {
    const twice = (most: number) => check('{ me { id ... { id } } a: me { id } }', { repeats: most })
    expect(twice(2)).not.toThrow()
    expect(thrown(twice(1))).toEqual(over('repeats'))
  })

  it('is looked at whole though it is not valid', () => {
    expect(check('{ ...A } fragment A on Nothing { ...A ...Missing }')).not.toThrow()
  })
})
