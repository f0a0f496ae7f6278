import {
  getNamedType, getNullableType, isCompositeType, isListType, isObjectType, Kind, SchemaMetaFieldDef, TypeMetaFieldDef, valueFromAST,
  type DocumentNode, type FieldNode, type FragmentDefinitionNode, type GraphQLSchema, type SelectionSetNode,
} from 'graphql'
import { fragmentsOf } from './planSize'

type Variables = Readonly<Record<string, unknown>>
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
 * Fields that the answer to a meta field (`__schema`, `__type`) has, by walking the schema as graphql-js would; at most
 * `most + 1`, and no more steps than that. The schema multiplies: types × fields × arguments × what they are made of.
 */
export function introspectedFields(schema: GraphQLSchema, document: DocumentNode, node: FieldNode, variables: Variables, most: number): number {
  const definition = metaFields.get(node.name.value)
  return definition === undefined ? 1 : new Walk(schema, fragmentsOf(document), variables, most).field(node, definition, undefined)
}

class Walk {
  private steps = 0

  constructor(
    private readonly schema: GraphQLSchema, private readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>,
    private readonly variables: Variables, private readonly most: number,
  ) {}

  field(node: FieldNode, definition: Definition, parent: unknown): number {
    this.steps += 1
    const type = getNamedType(definition.type)
    if (node.selectionSet === undefined || !isCompositeType(type)) return this.steps
    const value = definition.resolve?.(parent, this.argumentsOf(node, definition), undefined, { schema: this.schema } as never)
    const items: readonly unknown[] = isListType(getNullableType(definition.type)) ? [...(value ?? []) as Iterable<unknown>] : [value]
    for (const item of items) if (item !== undefined && item !== null) this.set(node.selectionSet, type.name, item)
    return this.steps
  }

  private set({ selections }: SelectionSetNode, typeName: string, parent: unknown): void {
    const type = this.schema.getType(typeName)
    for (const selection of selections) {
      if (this.steps > this.most) return
      if (selection.kind === Kind.FIELD) {
        const definition = isObjectType(type) ? type.getFields()[selection.name.value] : undefined
        if (definition === undefined) this.steps += 1
        else this.field(selection, definition, parent)
      } else {
        const inner = selection.kind === Kind.FRAGMENT_SPREAD ? this.fragments.get(selection.name.value)?.selectionSet : selection.selectionSet
        this.steps += 1
        if (inner !== undefined) this.set(inner, typeName, parent)
      }
    }
  }

  /** The resolvers of the meta types know two arguments: `name`, and whether what is deprecated is wanted, which here it always is. */
  private argumentsOf(node: FieldNode, { args }: Definition): Record<string, unknown> {
    const name = args.find(arg => arg.name === 'name')
    const given = node.arguments?.find(argument => argument.name.value === 'name')?.value
    return { includeDeprecated: true, ...(name && given && { name: valueFromAST(given, name.type, this.variables) ?? '' }) }
  }
}
