/** Documents over the schema, drawn at random: what no client would write and any may send. Bounded: some 1,200 tokens at the most. */
import { gen, nat, type Arbitrary } from 'fast-check'
import {
  getNamedType, getNullableType, isAbstractType, isCompositeType, isEnumType, isInputObjectType, isListType, isNonNullType, isObjectType,
  type GraphQLArgument, type GraphQLField, type GraphQLInputType, type GraphQLNamedType, type GraphQLObjectType, type GraphQLSchema,
} from 'graphql'

/** What arguments are drawn from, by the argument's name; any other text is `x`. */
export type Pool = Readonly<Record<string, readonly (string | number)[]>>

interface Fragment { readonly name: string; readonly on: GraphQLNamedType; readonly text: string; readonly depth: number }

/** A query over all fields, with aliases, repeated selections, abstract types, fragments within fragments. Most are valid. */
export function documents(schema: GraphQLSchema, pool: Pool): Arbitrary<string> {
  return gen().map(draw => new Writer(schema, pool, count => draw(nat, count - 1)).document())
}

/** A place among so many. */
type Draw = (count: number) => number
/** To the records of a resident, which most of the schema is about. */
const waysHome = new Set(['me', 'resident', 'archive', 'node', 'nodes'])
const sizes = [1, 1, 2, 3, 5, 20, 100, 500]

class Writer {
  private readonly fragments: Fragment[] = []
  private readonly deepest: number
  private readonly widest: number
  private left: number
  private readonly isRound: boolean
  private readonly isHome: boolean
  private readonly circular: ReadonlySet<GraphQLNamedType>
  private aliases = 0

  constructor(private readonly schema: GraphQLSchema, private readonly pool: Pool, private readonly place: Draw) {
    this.left = this.draw([40, 100, 100, 300, 600, 1000, 1200])
    this.deepest = this.draw([3, 5, 7, 9, 11, 13, 16])
    this.widest = this.draw([1, 2, 3, 4, 8, 30])
    this.isRound = this.draw([true, false])
    this.isHome = this.draw([true, false])
    this.circular = circularTypes(schema)
  }

  private draw<T>(from: readonly T[]): T {
    const drawn = from[this.place(from.length)]
    if (drawn === undefined) throw new RangeError('nothing to draw from')
    return drawn
  }

  document(): string {
    const composite = Object.values(this.schema.getTypeMap()).filter(type => isCompositeType(type) && !type.name.startsWith('__'))
    for (let n = this.draw([0, 0, 1, 2, 4, 8]); n > 0; n--) {
      const on = this.draw(composite.filter(({ name }) => name !== 'Query' && name !== 'Mutation'))
      const { text, depth } = this.selections(on, this.draw([1, 2, 4]))
      this.fragments.push({ name: `F${n}`, on, text, depth })
    }
    const query = this.schema.getQueryType()
    const { text } = query ? this.selections(query, this.deepest) : { text: '{ __typename }' }
    const used = this.fragments.toReversed().reduce((whole, { name, on, text: inner }) =>
      (whole.includes(`...${name} `) ? `${whole}\nfragment ${name} on ${on.name} ${inner} ` : whole), `query ${text} `)
    return used.trimEnd()
  }

  private selections(type: GraphQLNamedType, deepest: number): { text: string; depth: number } {
    const parts: string[] = []
    const taken = new Set<string>()
    let depth = 1
    const add = (part: { text: string; depth: number }) => {
      parts.push(part.text)
      depth = Math.max(depth, part.depth)
    }
    for (let n = this.draw([1, this.widest, this.widest]); n > 0 && this.left > 0; n--) add(this.selection(type, deepest, taken))
    this.left -= 2
    // Not every set may be left empty, and what cannot be afforded is the cheapest.
    return { text: `{ ${parts.join(' ') || '__typename'} }`, depth }
  }

  private selection(type: GraphQLNamedType, deepest: number, taken: Set<string>): { text: string; depth: number } {
    const kind = this.draw(['field', 'field', 'field', 'field', 'field', 'on', 'spread', '__typename'] as const)
    if (kind === 'on' && isCompositeType(type)) {
      const on = this.draw(this.overlapping(type))
      this.left -= 3
      const { text, depth } = this.selections(on, deepest)
      return { text: `... on ${on.name} ${text}`, depth }
    }
    const fitting = this.fragments.filter(({ on, depth }) => depth <= deepest && isCompositeType(type) && this.overlapping(type).includes(on))
    if (kind === 'spread' && fitting.length > 0) {
      this.left -= 2
      const { name, depth } = this.draw(fitting)
      return { text: `...${name} `, depth }
    }
    const fields = isObjectType(type) || (isAbstractType(type) && 'getFields' in type) ? Object.values(type.getFields()) : []
    const affordable = fields.filter(field => deepest > 1 || !isCompositeType(getNamedType(field.type)))
    if (kind === '__typename' || affordable.length === 0) return { text: '__typename', depth: 1 }
    const inward = affordable.filter(field => isCompositeType(getNamedType(field.type)))
    const home = this.isHome ? inward.filter(({ name }) => waysHome.has(name)) : []
    const round = this.isRound ? inward.filter(field => this.circular.has(getNamedType(field.type))) : []
    const ways = [home, round, inward, affordable].filter(each => each.length > 0)
    return this.field(this.draw(this.draw([true, true, false]) ? ways[0] ?? affordable : affordable), deepest, taken)
  }

  private field(field: GraphQLField<unknown, unknown>, deepest: number, taken: Set<string>): { text: string; depth: number } {
    const asked = field.args.filter(arg => isNonNullType(arg.type) || this.draw([true, false, false, false]))
    const given = asked.length > 0 ? `(${asked.map(arg => this.argument(arg)).join(' ')})` : ''
    // A name that is taken means the same again, or something else under an alias.
    const alias = this.draw([false, false, false, false, true]) || (taken.has(field.name) && given !== '') ? `${field.name}_${this.aliases++}: ` : ''
    taken.add(field.name)
    this.left -= 1 + 4 * asked.length + (alias === '' ? 0 : 2)
    const type = getNamedType(field.type)
    const inner = isCompositeType(type) ? this.selections(type, deepest - 1) : undefined
    return { text: `${alias}${field.name}${given}${inner ? ` ${inner.text}` : ''}`, depth: 1 + (inner?.depth ?? 0) }
  }

  private argument({ name, type }: GraphQLArgument): string {
    return `${name}: ${this.value(name, type)}`
  }

  private value(name: string, given: GraphQLInputType): string {
    const type = getNullableType(given)
    if (isListType(type)) return `[${Array.from({ length: this.draw([1, 2, 20, 100]) / (this.left > 300 ? 1 : 20) }, () => this.value(name, type.ofType)).join(', ')}]`
    if (isEnumType(type)) return this.draw(type.getValues()).name
    if (isInputObjectType(type)) {
      const fields = Object.values(type.getFields()).filter(field => isNonNullType(field.type) || this.draw([true, false]))
      return `{ ${fields.map(field => `${field.name}: ${this.value(field.name, field.type)}`).join(', ')} }`
    }
    if ('name' in type && type.name === 'Int') return String(this.draw(sizes))
    const usual = 'name' in type && type.name === 'DateTime' ? '2026-11-20T00:00:00Z' : 'name' in type && type.name === 'Date' ? '2026-11-20' : 'x'
    return JSON.stringify(this.draw(this.pool[name] ?? [usual]))
  }

  private overlapping(type: GraphQLNamedType): readonly GraphQLNamedType[] {
    if (isObjectType(type)) return [type, ...type.getInterfaces()]
    if (!isAbstractType(type)) return [type]
    const possible: readonly GraphQLObjectType[] = this.schema.getPossibleTypes(type)
    return [type, ...possible, ...new Set(possible.flatMap(each => each.getInterfaces()))]
  }
}

const known = new WeakMap<GraphQLSchema, ReadonlySet<GraphQLNamedType>>()

/** Types from which one comes to themselves again: where a selection can be as deep as is allowed. */
function circularTypes(schema: GraphQLSchema): ReadonlySet<GraphQLNamedType> {
  const before = known.get(schema)
  if (before !== undefined) return before
  const next = (type: GraphQLNamedType): readonly GraphQLNamedType[] => [
    ...(isObjectType(type) || (isAbstractType(type) && 'getFields' in type) ? Object.values(type.getFields()).map(field => getNamedType(field.type)) : []),
    ...(isAbstractType(type) ? schema.getPossibleTypes(type) : []),
  ].filter(isCompositeType)
  const reached = (from: GraphQLNamedType): Set<GraphQLNamedType> => {
    const met = new Set<GraphQLNamedType>()
    const open = [from]
    for (let type = open.pop(); type !== undefined; type = open.pop()) {
      const fresh = next(type).filter(each => !met.has(each))
      for (const each of fresh) met.add(each)
      open.push(...fresh)
    }
    return met
  }
  const circular = new Set(Object.values(schema.getTypeMap()).filter(type => isCompositeType(type) && reached(type).has(type)))
  known.set(schema, circular)
  return circular
}
