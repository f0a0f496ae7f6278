import type { ArchiveFact, OpenArchive, Page, PageArguments } from '../archive/api'
import { HutongError } from '../model/errors'
import type { RequestContext } from './context'

export const defaultPage = 50
export const largestPage = 500

/** The page that the arguments ask for. Throws BAD_ARGUMENT for sizes that are not 1 to 500, and for first with last. */
export function pageOf({ first, after, last, before }: Record<keyof PageArguments, unknown> | PageArguments): PageArguments {
  if (given(first) && given(last)) throw new HutongError('BAD_ARGUMENT', 'first and last cannot be asked together', 'first')
  return {
    ...(given(last) ? { last: sizeOf(last, 'last') } : { first: given(first) ? sizeOf(first, 'first') : defaultPage }),
    ...(given(after) && { after: String(after) }),
    ...(given(before) && { before: String(before) }),
  }
}

/** A page size. Throws BAD_ARGUMENT. */
export function sizeOf(size: unknown, place: string, most: number = largestPage): number {
  if (typeof size === 'number' && size >= 1 && size <= most) return size
  throw new HutongError('BAD_ARGUMENT', `${place} must be from 1 to ${most}`, place)
}

const given = (value: unknown): boolean => value !== undefined && value !== null

type Paged<Item> = Omit<Page<Item>, 'totalCount'> & { readonly totalCount?: number; readonly startCursor?: string; readonly endCursor?: string }

/** A page as Relay shapes it: plain properties, `edges` made only where asked. */
export class Connection<Item, Node extends object> {
  readonly nodes: readonly Node[]

  constructor(private readonly page: Paged<Item>, nodeOf: (item: Item) => Node) {
    this.nodes = page.items.map(({ item }) => nodeOf(item))
  }

  get totalCount() {
    return this.page.totalCount
  }

  get edges() {
    return this.nodes.map((node, index) => ({ cursor: this.page.items[index]?.cursor, node }))
  }

  get pageInfo() {
    const { items, hasNextPage, hasPreviousPage, startCursor = items[0]?.cursor, endCursor = items.at(-1)?.cursor } = this.page
    return { hasNextPage, hasPreviousPage, startCursor, endCursor }
  }
}

/** A page of facts: the nodes are the facts' own records. */
export const factConnection = (page: Page<ArchiveFact>, archive: OpenArchive, context: RequestContext): object =>
  new Connection(page, fact => context.bind(fact.fact.record, { fact, archive }))
