import {
  getNamedType, getNullableType, isListType, isObjectType, Kind, SchemaMetaFieldDef, TypeMetaFieldDef, valueFromAST,
  type DocumentNode, type FieldNode, type FragmentDefinitionNode, type GraphQLObjectType, type GraphQLSchema, type SelectionSetNode,
} from 'graphql'
import { fragmentsOf } from './planSize'

type Definition = typeof SchemaMetaFieldDef

const metaFields = new Map([SchemaMetaFieldDef, TypeMetaFieldDef].map(field => [field.name, field]))

export const isMetaField = (node: FieldNode): boolean => metaFields.has(node.name.value)

/** A document that asks of the schema and of nothing else, in each of its operations. It need not be valid. */
export function asksSchemaOnly(document: DocumentNode): boolean {
  const fragments = fragmentsOf(document)
  const operations = document.definitions.filter(node => node.kind === Kind.OPERATION_DEFINITION)
  const roots = operations.flatMap(({ selectionSet }) => rootFields(selectionSet, fragments, new Set()))
  return roots.some(isMetaField) && roots.every(node => isMetaField(node) || node.name.value === '__typename')
    && operations.every(({ operation }) => operation === 'query')
}

function rootFields({ selections }: SelectionSetNode, fragments: ReadonlyMap<string, FragmentDefinitionNode>, spread: Set<string>): FieldNode[] {
  return selections.flatMap(selection => {
    if (selection.kind === Kind.FIELD) return selection
    if (selection.kind === Kind.INLINE_FRAGMENT) return rootFields(selection.selectionSet, fragments, spread)
    const fragment = spread.has(selection.name.value) ? undefined : fragments.get(selection.name.value)
    spread.add(selection.name.value)
    return fragment ? rootFields(fragment.selectionSet, fragments, spread) : []
  })
}

/**
 * Counts the fields that the answers to one operation's meta fields (`__schema`, `__type`) have, by walking the schema as graphql-js
 * would: it multiplies types × fields × arguments × what they are made of. More than `most`: how many is not worked out. What is
 * selected of one part of the schema is counted once, however often one comes there; all meta fields together take `most` steps.
 */
export class IntrospectionCount {
  private steps = 0
  private readonly counted = new Map<SelectionSetNode, Map<unknown, number>>()

  constructor(
    private readonly schema: GraphQLSchema, private readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>,
    private readonly variables: Readonly<Record<string, unknown>>, private readonly most: number,
  ) {}

  of(node: FieldNode): number {
    const definition = metaFields.get(node.name.value)
    return definition === undefined ? 1 : this.field(node, definition, undefined)
  }

  private field(node: FieldNode, definition: Definition, parent: unknown): number {
    this.steps += 1
    if (node.selectionSet === undefined) return 1
    const type = getNamedType(definition.type)
    if (!isObjectType(type)) return 1
    const value = definition.resolve?.(parent, this.argumentsOf(node, definition), undefined, { schema: this.schema } as never)
    const items: readonly unknown[] = isListType(getNullableType(definition.type)) ? [...(value ?? []) as Iterable<unknown>] : [value]
    let count = 1
    for (const item of items) if (item !== undefined && item !== null && this.steps <= this.most) count += this.set(node.selectionSet, type, item)
    return this.steps > this.most ? this.most + 1 : Math.min(count, this.most + 1)
  }

  private set(set: SelectionSetNode, type: GraphQLObjectType, parent: unknown): number {
    const ofSet = this.counted.get(set) ?? new Map<unknown, number>()
    this.counted.set(set, ofSet)
    const known = ofSet.get(parent)
    if (known !== undefined) return known
    let count = 0
    for (const selection of set.selections) {
      if (this.steps > this.most) break
      if (selection.kind === Kind.FIELD) {
        const definition = selection.selectionSet && type.getFields()[selection.name.value]
        if (definition === undefined) this.steps += 1
        count += definition === undefined ? 1 : this.field(selection, definition, parent)
      } else {
        const inner = selection.kind === Kind.FRAGMENT_SPREAD ? this.fragments.get(selection.name.value)?.selectionSet : selection.selectionSet
        this.steps += 1
        count += 1 + (inner === undefined ? 0 : this.set(inner, type, parent))
      }
    }
    ofSet.set(parent, count)
    return count
  }

  /** The resolvers of the meta types know two arguments: `name`, and whether what is deprecated is wanted, which here it always is. */
  private argumentsOf(node: FieldNode, { args }: Definition): Record<string, unknown> {
    const name = args.find(arg => arg.name === 'name')
    const given = node.arguments?.find(argument => argument.name.value === 'name')?.value
    return { includeDeprecated: true, ...(name && given && { name: valueFromAST(given, name.type, this.variables) ?? '' }) }
  }
}
