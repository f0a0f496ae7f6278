import {
  getNamedType, isAbstractType, isCompositeType, isObjectType, Kind,
  type DocumentNode, type FieldNode, type FragmentDefinitionNode, type GraphQLObjectType, type GraphQLSchema, type OperationDefinitionNode,
  type SelectionNode, type SelectionSetNode,
} from 'graphql'

/**
 * How much a compiler would write for one operation, counted without writing it, and no further than `most`: the answer is
 * then more than `most`, and counting took no longer than `most` steps.
 *
 * graphql-jit writes a field once for each place of the answer. Where a field's type is abstract, all that is selected below it
 * is written for each possible type, so that these multiply along a path. It also walks all that is below a selected field,
 * fragments included, each time it writes that field. Both are counted, one step each.
 */
export function planSize(schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode, most: number): number {
  const root = schema.getRootType(operation.operation)
  return root ? new Writing(schema, document, most).size([operation.selectionSet], root) : 0
}

class Writing {
  private steps = 0
  private readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>
  private readonly below = new Map<SelectionSetNode, number>()

  constructor(private readonly schema: GraphQLSchema, document: DocumentNode, private readonly most: number) {
    this.fragments = fragmentsOf(document)
  }

  /** What is selected of one object of `type`, by all selections that meet there. */
  size(sets: readonly SelectionSetNode[], type: GraphQLObjectType): number {
    const fields = new Map<string, FieldNode[]>()
    const spread = new Set<string>()
    for (const set of sets) this.collect(set, type, fields, spread)
    for (const nodes of fields.values()) {
      if (this.steps > this.most) break
      this.write(nodes, type)
    }
    return this.steps
  }

  private write(nodes: readonly FieldNode[], parent: GraphQLObjectType): void {
    this.steps += 1
    const definition = parent.getFields()[nodes[0]?.name.value ?? '']
    const type = definition && getNamedType(definition.type)
    if (!isCompositeType(type)) return
    const sets = nodes.flatMap(({ selectionSet }) => selectionSet ?? [])
    for (const possible of isAbstractType(type) ? this.schema.getPossibleTypes(type) : [type]) {
      if (this.steps > this.most) return
      this.size(sets, possible)
    }
  }

  private collect({ selections }: SelectionSetNode, type: GraphQLObjectType, fields: Map<string, FieldNode[]>, spread: Set<string>): void {
    for (const selection of selections) {
      if (this.steps > this.most) return
      this.steps += 1
      if (selection.kind === Kind.FIELD) {
        const name = selection.alias?.value ?? selection.name.value
        const known = fields.get(name)
        if (known === undefined) fields.set(name, [selection])
        else known.push(selection)
        if (selection.selectionSet) this.steps += this.walked(selection.selectionSet)
      } else {
        const inner = this.innerOf(selection, spread)
        if (inner !== undefined && this.fits(inner.condition, type)) this.collect(inner.set, type, fields, spread)
      }
    }
  }

  private innerOf(selection: Exclude<SelectionNode, FieldNode>, spread: Set<string>) {
    if (selection.kind === Kind.INLINE_FRAGMENT) return { set: selection.selectionSet, condition: selection.typeCondition?.name.value }
    const name = selection.name.value
    const fragment = spread.has(name) ? undefined : this.fragments.get(name)
    spread.add(name)
    return fragment && { set: fragment.selectionSet, condition: fragment.typeCondition.name.value }
  }

  private fits(condition: string | undefined, type: GraphQLObjectType): boolean {
    const wanted = condition === undefined ? type : this.schema.getType(condition)
    return wanted === type || (isAbstractType(wanted) && isObjectType(type) && this.schema.isSubType(wanted, type))
  }

  /** All selections below, fragments as often as they are spread; worked out once for each set. */
  private walked(set: SelectionSetNode): number {
    const known = this.below.get(set)
    if (known !== undefined) return known
    const count = expandedSelections(set, this.fragments, this.below, this.most)
    this.below.set(set, count)
    return count
  }
}

export const fragmentsOf = (document: DocumentNode): ReadonlyMap<string, FragmentDefinitionNode> =>
  new Map(document.definitions.flatMap(node => (node.kind === Kind.FRAGMENT_DEFINITION ? [[node.name.value, node] as const] : [])))

/**
 * Selections in a set and below it, fragments as often as they are spread, at most `most + 1`. `known` spares the same set a
 * second count. The document need not be valid: a fragment within itself counts once, one that is missing not at all.
 */
export function expandedSelections(
  set: SelectionSetNode, fragments: ReadonlyMap<string, FragmentDefinitionNode>, known: Map<SelectionSetNode, number>, most: number,
): number {
  const counted = known.get(set)
  if (counted !== undefined) return counted
  known.set(set, 0)
  let count = 0
  for (const selection of set.selections) {
    const inner = selection.kind === Kind.FRAGMENT_SPREAD ? fragments.get(selection.name.value)?.selectionSet : selection.selectionSet
    count += 1 + (inner === undefined ? 0 : expandedSelections(inner, fragments, known, most))
    if (count > most) break
  }
  const answer = Math.min(count, most + 1)
  known.set(set, answer)
  return answer
}
