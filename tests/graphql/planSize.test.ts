import { getOperationAST, parse, validate } from 'graphql'
import { planSize } from '../../src/graphql/planSize'
import { asking, schema } from '../support/graphql/ask'

const size = (query: string, most = 100_000): number => {
  const document = parse(query)
  expect(validate(schema, document)).toEqual([])
  return planSize(schema, document, getOperationAST(document, null)!, most)
}
const possible = schema.getPossibleTypes(schema.getType('ArchiveRecord') as never).length
const node = (selection: string) => `{ node(id: "x") { ... on ArchiveRecord { ${selection} } } }`

describe('what a compiler would write for an operation', () => {
  it('is each field once for each place, and the walk over what is below it', () => {
    // Collected: me, id, role; written: the same three; walked below me: id, role.
    expect(size('{ me { id role } }')).toBe(3 + 3 + 2)
    expect(size('{ me { id } me { role } }')).toBe(4 + 3 + 2)
  })

  it('is a fragment as often as it is spread, but once in one place', () => {
    const once = size('{ me { ...F } } fragment F on Me { id role }')
    expect(size('{ me { ...F ...F } } fragment F on Me { id role }')).toBeLessThan(once + 6)
    expect(size('{ a: me { ...F } b: me { ...F } } fragment F on Me { id role }')).toBe(2 * once)
  })

  it('is all that is below an abstract type for each possible type, so that these multiply', () => {
    const one = size(node('tellers { source }'))
    const two = size(node('tellers { record { tellers { source } } }'))
    expect(one).toBeGreaterThan(possible)
    expect(two).toBeGreaterThan((possible - 1) * one)
  })

  it('leaves out what can never be', () => {
    expect(size(node('... on Patient { name { text } }'))).toBeLessThan(size(node('... on ArchiveRecord { tellers { source } }')) + 2 * possible)
  })

  it('is counted no further than the bound, whatever it would be', () => {
    const doubling = Array.from({ length: 10 }, (_, n) => `fragment F${n} on Teller { record { id } ...F${n + 1} ... { ...F${n + 1} } }`).join(' ')
    const counted = size(`${node('tellers { ...F0 }')} ${doubling} fragment F10 on Teller { source }`, 500)
    expect(counted).toBeGreaterThan(500)
    expect(counted).toBeLessThan(2000)
  })
})

describe.each(['auto', 'jit'] as const)('a document whose plan is beyond the bound, executed by %s', engine => {
  it('is never compiled, and answered alike', async () => {
    const query = node('id tellers { source record { id } }')
    const [bounded, free] = [asking(engine, { limits: { plan: size(query) - 1 } }), asking(engine)]
    for (const { ask } of [bounded, free]) await ask(query)
    expect((await bounded.ask(query)).json).toBe((await free.ask(query)).json)
    expect([bounded, free].map(({ executor, documents }) => executor.engineOf(documents.get(query)!))).toEqual(['js', 'jit'])
  })
})
