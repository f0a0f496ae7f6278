/**
 * What can be asked, generated from the schema: a *path* leads from a root field to a field that takes arguments or reads the
 * store; a *question* is a path with its last field's arguments chosen. A type is gone into once under each root field.
 */
import {
  getNamedType, isAbstractType, isEnumType, isInputObjectType, isInterfaceType, isLeafType, isListType, isNonNullType, isObjectType, isRequiredArgument,
  type GraphQLArgument, type GraphQLField, type GraphQLInputType, type GraphQLObjectType, type GraphQLSchema,
} from 'graphql'

export type Field = GraphQLField<unknown, unknown>

/** One step of a path: a field, and the type it is taken for where it is abstract. */
export interface Step { readonly field: Field; readonly on?: string }

export interface Path { readonly operation: 'query' | 'mutation'; readonly steps: readonly Step[] }

/** Whose thing an id names. `absent` is well formed and names nothing. */
export const idChoices = ['resident', 'record', 'patient', 'entry', 'review', 'absent'] as const
/** By what somebody is searched for. */
const searchChoices = ['name', 'number', 'unknown'] as const
export type Choice = typeof idChoices[number] | typeof searchChoices[number]

/** An argument's value is known when there is a district: here stands which one it will be. */
export interface Slot {
  readonly variable: string
  readonly name: string
  readonly type: GraphQLInputType
  readonly choice?: Choice
  /** The type that the thing is taken for further on. */
  readonly on?: string
}

export interface Question {
  /** `resident.archive.laboratoryResults(period)` */
  readonly name: string
  readonly path: Path
  readonly document: string
  readonly slots: readonly Slot[]
  /** Every argument is the one that leads to the resident who is asked for. */
  readonly usual: boolean
}

export function pathsOf(schema: GraphQLSchema): Path[] {
  const roots = [['query', schema.getQueryType()], ['mutation', schema.getMutationType()]] as const
  return roots.flatMap(([operation, type]) => Object.values(type?.getFields() ?? {}).flatMap(field => below(schema, operation, [{ field }])))
}

/** Breadth first, so that a type is gone into where it is nearest; by an abstract type only where no other way leads there. */
function below(schema: GraphQLSchema, operation: Path['operation'], root: readonly Step[]): Path[] {
  const found: Path[] = [{ operation, steps: root }]
  const known = new Set<string>()
  const waiting: Record<'plain' | 'abstract', (readonly Step[])[]> = { plain: [], abstract: [] }
  const queue = (steps: readonly Step[]): void => void waiting[isAbstractType(getNamedType(steps.at(-1)!.field.type)) ? 'abstract' : 'plain'].push(steps)
  queue(root)
  for (let steps = next(); steps !== undefined; steps = next()) {
    for (const { type, on } of typesOf(schema, steps.at(-1)!.field)) {
      if (known.has(type.name)) continue
      known.add(type.name)
      const before = [...steps.slice(0, -1), { field: steps.at(-1)!.field, ...(on && { on }) }]
      const further = Object.values(type.getFields()).map(field => [...before, { field }])
      further.forEach(queue)
      found.push(...further.filter(each => isDoor(each.at(-1)!.field)).map(each => ({ operation, steps: each })))
    }
  }
  return found

  function next(): readonly Step[] | undefined {
    return waiting.plain.shift() ?? waiting.abstract.shift()
  }
}

/** A field that takes arguments or has a resolver of its own: everything else is a property of what was read already. */
const isDoor = (field: Field): boolean => field.args.length > 0 || field.resolve !== undefined

function typesOf(schema: GraphQLSchema, field: Field): { type: GraphQLObjectType; on?: string }[] {
  const type = getNamedType(field.type)
  if (isObjectType(type)) return [{ type }]
  return isAbstractType(type) ? schema.getPossibleTypes(type).map(each => ({ type: each, on: each.name })) : []
}

/** Each way to fill the last field's arguments: what must be there and each optional one alone, and each kind of thing an id may name. */
export function questionsOf(path: Path): Question[] {
  const { args } = path.steps.at(-1)!.field
  // A page as large as it comes would be over the limit of cost below some root fields, and tell nothing of who may ask.
  const required = args.filter(argument => isRequiredArgument(argument) || argument.name === 'first')
  const optional = args.filter(argument => !required.includes(argument))
  const texts = path.steps.length === 1 ? optional.filter(({ type }) => getNamedType(type).name === 'String') : []
  const sets = [required, ...optional.map(argument => [...required.filter(({ name }) => argument.name !== 'last' || name !== 'first'), argument]), ...(texts.length > 1 ? [[...required, ...texts]] : [])]
  return sets.flatMap(filled => choicesOf(filled).map(choice => questionOf(path, filled, choice)))
}

function choicesOf(filled: readonly GraphQLArgument[]): readonly (Choice | undefined)[] {
  const chosen = filled.find(isChosen)
  if (chosen === undefined) return [undefined]
  return chosen.name === 'search' ? searchChoices : idChoices
}

/** Arguments whose id is a thing's, and not a source's, an institution's or a place in a list. */
const things = new Set(['id', 'ids', 'patient', 'resident', 'other', 'record', 'with'])
const isChosen = ({ name, type }: GraphQLArgument): boolean => name === 'search' || getNamedType(type).name === 'ID' && things.has(name)

/** What this argument usually names. */
function usualChoice(path: Path, { name }: GraphQLArgument): Choice {
  const { field, on } = path.steps[0]!
  if (name === 'patient' || name === 'with') return 'patient'
  if (name === 'record') return 'record'
  if (name === 'search') return 'name'
  if (field.name === 'decideReview') return 'review'
  if (/quarantined/i.test(field.name)) return 'entry'
  return on !== undefined && on !== 'Resident' && path.steps.length > 1 ? 'record' : 'resident'
}

function questionOf(path: Path, filled: readonly GraphQLArgument[], choice: Choice | undefined): Question {
  const slots: Slot[] = []
  const written = path.steps.map(({ field, on }, index) => {
    const last = index === path.steps.length - 1
    const args = last ? filled : usualArguments(field)
    const words = args.map(argument => {
      const variable = `${argument.name}${index}`
      const named = isChosen(argument) ? (last ? choice : usualChoice(path, argument)) : undefined
      slots.push({ variable, name: argument.name, type: argument.type, ...(named && { choice: named }), ...(on && { on }) })
      return `${argument.name}: $${variable}`
    })
    return `${field.name}${words.length > 0 ? `(${words.join(', ')})` : ''}`
  })
  const wrapped = path.steps.toReversed().reduce((inner, { field, on }, index) => {
    const at = path.steps.length - 1 - index
    const selection = index === 0 ? selectionOf(field, 2) : on === undefined ? ` { ${inner} }` : ` { __typename ... on ${on} { ${inner} } }`
    return `${written[at]}${selection}`
  }, '')
  const declared = slots.length > 0 ? `(${slots.map(({ variable, type }) => `$${variable}: ${type.toString()}`).join(', ')})` : ''
  const names = filled.filter(argument => !usualArguments(path.steps.at(-1)!.field).includes(argument) || isChosen(argument)).map(argument => (isChosen(argument) ? `${argument.name}: ${choice}` : argument.name)).toSorted()
  return {
    name: `${path.steps.map(({ field, on }) => (on ? `${field.name}<${on}>` : field.name)).join('.')}${names.length > 0 ? `(${names.join(', ')})` : ''}`,
    path, slots, document: `${path.operation} ${declared} { ${wrapped} }`,
    usual: isUsual(path, filled, choice),
  }
}

/** On the way: what must be given, a small page, and for a resident, who may be asked for in several ways, the id. */
const usualArguments = ({ name, args }: Field): readonly GraphQLArgument[] =>
  args.filter(argument => isRequiredArgument(argument) || argument.name === 'first' || name === 'resident' && argument.name === 'id')

function isUsual(path: Path, filled: readonly GraphQLArgument[], choice: Choice | undefined): boolean {
  const { field } = path.steps.at(-1)!
  const usual = usualArguments(field)
  return usual.length === filled.length && usual.every(argument => filled.includes(argument))
    && filled.every(argument => !isChosen(argument) || choice === usualChoice(path, argument))
}

/** Plain properties, so many levels deep: what has a resolver of its own is a path of its own. */
function selectionOf(field: Field, levels: number): string {
  const type = getNamedType(field.type)
  if (isLeafType(type)) return ''
  const fields = isObjectType(type) || isInterfaceType(type) ? Object.values(type.getFields()) : []
  const chosen = fields.filter(each => !isDoor(each)).flatMap(each => {
    const inner = getNamedType(each.type)
    if (isLeafType(inner)) return [each.name]
    return levels > 0 && isObjectType(type) ? [`${each.name}${selectionOf(each, levels - 1)}`] : []
  })
  return ` { ${['__typename', ...chosen].join(' ')} }`
}

/** A value of the type, where nothing is known but the type: inputs are filled whole. */
export function plainValue(type: GraphQLInputType, leaf: (name: string, scalar: string) => unknown, name: string): unknown {
  if (isNonNullType(type)) return plainValue(type.ofType, leaf, name)
  if (isListType(type)) return [plainValue(type.ofType, leaf, name)]
  if (isEnumType(type)) return type.getValues()[0]?.name
  if (isInputObjectType(type)) return Object.fromEntries(Object.values(type.getFields()).map(field => [field.name, plainValue(field.type, leaf, field.name)]))
  return leaf(name, type.name)
}
