import {
  getNamedType, isListType, getNullableType, isCompositeType, isInterfaceType, isObjectType, Kind,
  type DocumentNode, type FieldNode, type FragmentDefinitionNode, type GraphQLField, type GraphQLNamedType, type GraphQLSchema,
  type OperationDefinitionNode, type SelectionSetNode,
} from 'graphql'
import { HutongError } from '../model/errors'
import { defaultPage } from './pages'

export interface Limits {
  /** Tokens of a document. */
  readonly tokens: number
  /** Levels of nested fields. Introspection is not counted. */
  readonly depth: number
  /** Fields that an answer may have, each at its price: see `prices`. */
  readonly cost: number
  /** Aliased fields of a document. */
  readonly aliases: number
  /** Bytes of a request's body. */
  readonly body: number
}

export const defaultLimits: Limits = { tokens: 1000, depth: 15, cost: 50_000, aliases: 50, body: 64 * 1024 }

/** Fields that read the store beyond an archive's facts; every other costs 1. */
const prices: Readonly<Record<string, number>> = {
  resource: 10, provenance: 10, versions: 200, archive: 20, completeness: 50, looks: 50, resident: 20, residents: 50, node: 20,
  patients: 20, quarantine: 50, quarantinedEntry: 20, bytes: 50, accounts: 50, trace: 50, replayQuarantined: 50,
}

/** How many items a list that cannot be paged is taken for. */
const unpaged: Readonly<Record<string, number>> = { versions: 5, tellers: 2, patients: 3, completeness: 3, accounts: 100, trace: 5 }

type Variables = Readonly<Record<string, unknown>>
interface Weight { readonly cost: number; readonly depth: number; readonly aliases: number }

export interface Judge {
  /** Throws QUERY_TOO_COSTLY, naming what is over which limit. */
  check(variables: Variables): void
}

/**
 * Judges one valid document (fragments without cycles). Where no variable decides how much is asked, once and for all;
 * otherwise with each request's variables.
 */
export function judge(schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode, limits: Limits): Judge {
  const scale = new Scale(schema, document)
  const first = scale.weigh(operation, {})
  if (!scale.variable) return { check: () => refuseOver(first, limits) }
  return { check: variables => refuseOver(scale.weigh(operation, variables), limits) }
}

function refuseOver({ cost, depth, aliases }: Weight, limits: Limits): void {
  for (const [what, is, most] of [['depth', depth, limits.depth], ['aliases', aliases, limits.aliases], ['cost', cost, limits.cost]] as const) {
    if (is > most) throw new HutongError('QUERY_TOO_COSTLY', `The operation's ${what} is ${is}, the most is ${most}.`, undefined, { what, is, most })
  }
}

/** Weighs selections. A fragment is weighed once however often it is spread, so nested fragments cost no time. */
class Scale {
  /** Some page size comes from a variable. */
  variable = false
  private readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>
  private weighed = new Map<string, Weight>()
  private variables: Variables = {}
  private defaults: Variables = {}

  constructor(private readonly schema: GraphQLSchema, document: DocumentNode) {
    this.fragments = new Map(document.definitions.flatMap(node => (node.kind === Kind.FRAGMENT_DEFINITION ? [[node.name.value, node] as const] : [])))
  }

  weigh(operation: OperationDefinitionNode, variables: Variables): Weight {
    this.weighed = new Map()
    this.variables = variables
    this.defaults = Object.fromEntries(operation.variableDefinitions?.flatMap(({ variable, defaultValue }) =>
      (defaultValue?.kind === Kind.INT ? [[variable.name.value, Number(defaultValue.value)]] : [])) ?? [])
    return this.selections(operation.selectionSet, this.schema.getRootType(operation.operation))
  }

  private selections({ selections }: SelectionSetNode, parent: GraphQLNamedType | null | undefined): Weight {
    const weights = selections.map(selection => {
      if (selection.kind === Kind.FIELD) return this.field(selection, parent)
      if (selection.kind === Kind.FRAGMENT_SPREAD) return this.fragment(selection.name.value)
      return this.selections(selection.selectionSet, this.typeNamed(selection.typeCondition?.name.value) ?? parent)
    })
    return weights.reduce((sum, next) => ({
      cost: sum.cost + next.cost, depth: Math.max(sum.depth, next.depth), aliases: sum.aliases + next.aliases,
    }), { cost: 0, depth: 0, aliases: 0 })
  }

  private fragment(name: string): Weight {
    const fragment = this.fragments.get(name)
    const known = this.weighed.get(name)
    if (known !== undefined || fragment === undefined) return known ?? { cost: 0, depth: 0, aliases: 0 }
    const weight = this.selections(fragment.selectionSet, this.typeNamed(fragment.typeCondition.name.value))
    this.weighed.set(name, weight)
    return weight
  }

  private field(node: FieldNode, parent: GraphQLNamedType | null | undefined): Weight {
    const name = node.name.value
    const alias = node.alias === undefined ? 0 : 1
    if (name.startsWith('__')) return { cost: 1, depth: 1, aliases: alias }
    const definition = isObjectType(parent) || isInterfaceType(parent) ? parent.getFields()[name] : undefined
    const type = definition && getNamedType(definition.type)
    const inner = node.selectionSet && isCompositeType(type) ? this.selections(node.selectionSet, type) : { cost: 0, depth: 0, aliases: 0 }
    return { cost: (prices[name] ?? 1) + this.items(node, definition) * inner.cost, depth: 1 + inner.depth, aliases: alias + inner.aliases }
  }

  /** How many items a field may give. */
  private items(node: FieldNode, definition: GraphQLField<unknown, unknown> | undefined): number {
    if (definition === undefined) return 1
    if (definition.args.some(({ name }) => name === 'first')) return Math.max(this.size(node, 'first') ?? this.size(node, 'last') ?? defaultPage, 1)
    if (definition.args.some(({ name }) => name === 'ids')) return 100
    return isListType(getNullableType(definition.type)) ? unpaged[node.name.value] ?? 1 : 1
  }

  private size(node: FieldNode, argument: string): number | undefined {
    const value = node.arguments?.find(({ name }) => name.value === argument)?.value
    if (value?.kind === Kind.INT) return Number(value.value)
    if (value?.kind !== Kind.VARIABLE) return undefined
    this.variable = true
    const given = this.variables[value.name.value] ?? this.defaults[value.name.value]
    return typeof given === 'number' ? given : undefined
  }

  private typeNamed(name: string | undefined): GraphQLNamedType | undefined {
    return name === undefined ? undefined : this.schema.getType(name)
  }
}
