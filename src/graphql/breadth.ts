import { Kind, type DocumentNode, type SelectionSetNode } from 'graphql'
import { refuse, type Limits } from './limits'
import { expandedSelections, fragmentsOf } from './planSize'

/**
 * What a document may hold before it is validated. Validation compares each two selections of one name that meet (GraphQL's
 * "field selection merging"), so its time is the square of what is repeated, and fragments multiply what is written once. This
 * check is linear in the document. Throws QUERY_TOO_COSTLY; the document need not be valid.
 */
export function checkBreadth(document: DocumentNode, limits: Limits): void {
  const fragments = fragmentsOf(document)
  const known = new Map<SelectionSetNode, number>()
  let selections = 0
  for (const definition of document.definitions) {
    if (!('selectionSet' in definition) || definition.selectionSet === undefined) continue
    selections += expandedSelections(definition.selectionSet, fragments, known, limits.selections)
    refuse('selections', selections, limits.selections)
    checkRepeats(definition.selectionSet, limits, new Map())
  }
}

/** `met`: how often each name stands in the set that this one is a part of. */
function checkRepeats({ selections }: SelectionSetNode, limits: Limits, met: Map<string, number>): void {
  for (const selection of selections) {
    if (selection.kind === Kind.INLINE_FRAGMENT) checkRepeats(selection.selectionSet, limits, met)
    else {
      const name = selection.kind === Kind.FIELD ? selection.alias?.value ?? selection.name.value : `...${selection.name.value}`
      const times = (met.get(name) ?? 0) + 1
      refuse('repeats', times, limits.repeats)
      met.set(name, times)
      if (selection.kind === Kind.FIELD && selection.selectionSet) checkRepeats(selection.selectionSet, limits, new Map())
    }
  }
}
