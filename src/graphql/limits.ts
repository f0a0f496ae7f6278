import {
  getNamedType, getNullableType, isCompositeType, isInterfaceType, isListType, isObjectType, Kind, valueFromASTUntyped,
  type DocumentNode, type FieldNode, type FragmentDefinitionNode, type GraphQLField, type GraphQLNamedType, type GraphQLSchema,
  type OperationDefinitionNode, type SelectionSetNode,
} from 'graphql'
import { HutongError } from '../model/errors'
import { IntrospectionCount, isMetaField } from './introspection'
import { defaultPage } from './pages'
import { fragmentsOf } from './planSize'
import { priceOf } from './price'

export interface Limits {
  /** Tokens of a document. */
  readonly tokens: number
  /** Selections of a document, fragments as often as they are spread, and how often one set may name the same: before validation. */
  readonly selections: number
  readonly repeats: number
  /** Levels of nested fields. Introspection is not counted. */
  readonly depth: number
  /** Fields that an answer may have, each at its price: see price.ts. */
  readonly cost: number
  /** Aliased fields of a document. */
  readonly aliases: number
  /** Steps of a compiled plan (planSize.ts): what is more runs as it is. 4,000 take 0.1 s and 10 MB to compile. */
  readonly plan: number
  /** Bytes of a request's body. */
  readonly body: number
}

export const defaultLimits: Limits = {
  tokens: 1000, selections: 2000, repeats: 60, depth: 15, cost: 50_000, aliases: 50, plan: 4000, body: 64 * 1024,
}

/** Items of a list that cannot be paged and says nothing else. */
const unpaged = 3

/** A field of the schema's own description: the whole of it, as IDEs and code generators ask, must stay within the usual limit. */
const fieldOfSchema = 2

type Variables = Readonly<Record<string, unknown>>
export interface Weight { readonly cost: number; readonly depth: number; readonly aliases: number }
const nothing: Weight = { cost: 0, depth: 0, aliases: 0 }

export interface Judge {
  weigh(variables: Variables): Weight
  /** Throws QUERY_TOO_COSTLY, naming what is over which limit. */
  check(variables: Variables): void
}

/**
 * Judges one valid document (fragments without cycles). Where no variable decides how much is asked, once and for all;
 * otherwise with each request's variables.
 */
export function judge(schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode, limits: Limits): Judge {
  const scale = new Scale(schema, document, Math.floor(limits.cost / fieldOfSchema))
  const first = scale.weigh(operation, {})
  const weigh = (variables: Variables) => (scale.variable ? scale.weigh(operation, variables) : first)
  return { weigh, check: variables => refuseOver(weigh(variables), limits) }
}

function refuseOver(weight: Weight, limits: Limits): void {
  for (const what of ['depth', 'aliases', 'cost'] as const) refuse(what, weight[what], limits[what])
}

/** Throws QUERY_TOO_COSTLY where there is more than may be. */
export function refuse(what: keyof Limits, is: number, most: number): void {
  if (is > most) throw new HutongError('QUERY_TOO_COSTLY', `The operation's ${what} is ${is}, the most is ${most}.`, undefined, { what, is, most })
}

/** Weighs selections. A fragment is weighed once however often it is spread, so nested fragments cost no time. */
class Scale {
  /** How much is asked for is decided by a variable. */
  variable = false
  private readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>
  private weighed = new Map<string, Weight>()
  private variables: Variables = {}
  private introspection?: IntrospectionCount | undefined

  constructor(private readonly schema: GraphQLSchema, document: DocumentNode, private readonly mostOfSchema: number) {
    this.fragments = fragmentsOf(document)
  }

  weigh(operation: OperationDefinitionNode, variables: Variables): Weight {
    this.weighed = new Map()
    this.introspection = undefined
    this.variables = { ...defaultsOf(operation), ...variables }
    return this.selections(operation.selectionSet, this.schema.getRootType(operation.operation))
  }

  private selections({ selections }: SelectionSetNode, parent: GraphQLNamedType | null | undefined): Weight {
    return selections.map(selection => {
      if (selection.kind === Kind.FIELD) return this.field(selection, parent)
      if (selection.kind === Kind.FRAGMENT_SPREAD) return this.fragment(selection.name.value)
      return this.selections(selection.selectionSet, this.typeNamed(selection.typeCondition?.name.value) ?? parent)
    }).reduce(together, nothing)
  }

  private fragment(name: string): Weight {
    const fragment = this.fragments.get(name)
    const known = this.weighed.get(name)
    if (known !== undefined || fragment === undefined) return known ?? nothing
    const weight = this.selections(fragment.selectionSet, this.typeNamed(fragment.typeCondition.name.value))
    this.weighed.set(name, weight)
    return weight
  }

  private field(node: FieldNode, parent: GraphQLNamedType | null | undefined): Weight {
    const name = node.name.value
    const aliases = node.alias === undefined ? 0 : 1
    if (name.startsWith('__')) return { cost: isMetaField(node) ? this.introspected(node) : 1, depth: 1, aliases }
    // type-graphql puts the price of an interface's field at the fields of its types, which have one resolver in common.
    const resolved = isInterfaceType(parent) ? this.schema.getPossibleTypes(parent)[0] : parent
    const definition = isObjectType(resolved) ? resolved.getFields()[name] : undefined
    const type = definition && getNamedType(definition.type)
    const inner = node.selectionSet && isCompositeType(type) ? this.selections(node.selectionSet, type) : nothing
    const { cost = 1, each = 0, given = {} } = priceOf(definition)
    const extra = Object.entries(given).reduce((sum, [argument, more]) => sum + (this.isGiven(node, argument) ? more : 0), 0)
    return {
      cost: cost + extra + this.items(node, definition, parent) * (each + inner.cost), depth: 1 + inner.depth, aliases: aliases + inner.aliases,
    }
  }

  /** How many items a field may give. A connection's own lists have as many as its page, which is counted there. */
  private items(node: FieldNode, definition: GraphQLField<unknown, unknown> | undefined, parent: GraphQLNamedType | null | undefined): number {
    if (definition === undefined) return 1
    const takes = (argument: string) => definition.args.find(({ name }) => name === argument)
    const first = takes('first')
    if (first !== undefined) return Math.max(this.size(node, 'first') ?? this.size(node, 'last') ?? Number(first.defaultValue ?? defaultPage), 1)
    if (takes('ids')) return this.length(node, 'ids')
    if (!isListType(getNullableType(definition.type)) || parent?.name.endsWith('Connection')) return 1
    return priceOf(definition).items ?? unpaged
  }

  private introspected(node: FieldNode): number {
    this.variable ||= node.arguments?.some(({ value }) => value.kind === Kind.VARIABLE) === true
    this.introspection ??= new IntrospectionCount(this.schema, this.fragments, this.variables, this.mostOfSchema)
    return fieldOfSchema * this.introspection.of(node)
  }

  private size(node: FieldNode, argument: string): number | undefined {
    const value = this.argument(node, argument)
    return typeof value === 'number' ? value : undefined
  }

  /** One value in the place of a list is a list of one. */
  private length(node: FieldNode, argument: string): number {
    const value = this.argument(node, argument)
    return Array.isArray(value) ? value.length : 1
  }

  private isGiven(node: FieldNode, argument: string): boolean {
    const value = this.argument(node, argument)
    return value !== undefined && value !== null
  }

  /** As it stands in the document, or as the variables have it. */
  private argument(node: FieldNode, argument: string): unknown {
    const value = node.arguments?.find(({ name }) => name.value === argument)?.value
    if (value === undefined) return undefined
    this.variable ||= value.kind === Kind.VARIABLE
    return valueFromASTUntyped(value, this.variables)
  }

  private typeNamed(name: string | undefined): GraphQLNamedType | undefined {
    return name === undefined ? undefined : this.schema.getType(name)
  }
}

const defaultsOf = ({ variableDefinitions = [] }: OperationDefinitionNode): Variables =>
  Object.fromEntries(variableDefinitions.flatMap(({ variable, defaultValue }) => (defaultValue ? [[variable.name.value, valueFromASTUntyped(defaultValue)]] : [])))

const together = (one: Weight, other: Weight): Weight => ({
  cost: one.cost + other.cost, depth: Math.max(one.depth, other.depth), aliases: one.aliases + other.aliases,
})
