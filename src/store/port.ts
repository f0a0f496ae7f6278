/**
 * The store port. Adapters (`sqlite/`, `mongo/`) pass one contract suite (tests/contract). Rows are plain JSON objects;
 * only the fields that a collection lists under `bytes` may hold a Uint8Array.
 */
export type Row = Readonly<Record<string, unknown>>
/**
 * What every row has in each field of its key and indexes: a finite number, or a well-formed string without NUL. Numbers come
 * by value, before strings by code point.
 */
export type KeyValue = string | number

/** What is declared of a collection, whatever its rows. */
export interface CollectionSpec {
  readonly name: string
  /** The primary key's fields in order; a leading `-` sorts that field descending. */
  readonly key: readonly string[]
  readonly shardKey: readonly string[]
  readonly why: string
  /** Further indexes: fields in order (`-` for descending). The key is appended to each. */
  readonly indexes?: Readonly<Record<string, readonly string[]>>
  /** Fields that hold bytes. */
  readonly bytes?: readonly string[]
  /** Rows are large, many and seldom read together: an engine keeps them best in the order in which they come. */
  readonly appended?: boolean
  /** Rows can be claimed: the adapter keeps `leaseToken` and `leaseUntil` beside the row. */
  readonly leased?: boolean
}

export interface Collection<R extends object> extends CollectionSpec {
  /** Carries the row's type; never set. */
  readonly row?: R
}

export type Condition =
  | KeyValue
  | { readonly in: readonly KeyValue[] }
  | { readonly prefix: string }
  | { readonly from?: KeyValue; readonly below?: KeyValue; readonly above?: KeyValue; readonly to?: KeyValue }

export type Where = Readonly<Record<string, Condition>>

export interface Find<R extends object> {
  /**
   * Equality and `in` on the leading fields of the key or of a declared index, then at most one prefix or range on the
   * next field; anything else is refused with NO_INDEX. The key is tried first, then the indexes as declared; an empty
   * range (`{}`) restricts nothing, but picks the index that goes on with that field. Nothing asked: the whole, by key.
   */
  readonly where: Where
  /** Along the index that serves `where` (default) or against it. */
  readonly order?: 'forward' | 'backward'
  /** At most so many rows; with `in`, at most so many for each combination of its values, these in the order of the lists. */
  readonly limit: number
  /** Continue behind this row (its key and indexed fields are enough); not together with `in`. */
  readonly after?: Partial<R>
  /** Leave out the fields listed under `bytes`. */
  readonly withoutBytes?: boolean
}

export interface Tally {
  readonly where: Where
  /** Fields to group by, of the index that serves `where`; groups come in the order of their values, none where no row is. */
  readonly by: readonly string[]
  readonly sum?: string
}

export type Change =
  /** Fails (conflict) where the key is taken. */
  | { readonly verb: 'insert'; readonly collection: CollectionSpec; readonly row: object }
  | { readonly verb: 'put'; readonly collection: CollectionSpec; readonly row: object }
  /** Writes only if the stored row's `version` is `version` (null: no such row yet); the new row brings a higher one. */
  | { readonly verb: 'putIf'; readonly collection: CollectionSpec; readonly row: object; readonly version: number | null }
  /** Removing what is not there is no error. */
  | { readonly verb: 'remove'; readonly collection: CollectionSpec; readonly key: readonly KeyValue[] }

/** A lease that must still be held for the commit to be applied. */
export interface Fence {
  readonly collection: CollectionSpec
  readonly key: readonly KeyValue[]
  readonly token: string
}

export type CommitOutcome =
  | { readonly ok: true; readonly repeated: boolean }
  | { readonly ok: false; readonly reason: 'conflict'; readonly collection: string; readonly key: readonly KeyValue[] }
  | { readonly ok: false; readonly reason: 'lease-lost'; readonly collection: string; readonly key: readonly KeyValue[] }

export interface Claim {
  readonly where: Where
  readonly n: number
  /** Instant in milliseconds until which the lease holds; `now` is the caller's clock. */
  readonly until: number
  readonly now: number
  /** Renews the leases that this token holds, and takes free ones under the same token; absent: a new token. */
  readonly token?: string
}

export interface Tallied { readonly by: Row; readonly count: number; readonly sum: number }

export interface Store {
  readonly name: string
  get<R extends object>(collection: Collection<R>, key: readonly KeyValue[]): Promise<R | undefined>
  /** In the order of the keys; missing rows are left out. */
  getMany<R extends object>(collection: Collection<R>, keys: readonly (readonly KeyValue[])[]): Promise<R[]>
  find<R extends object>(collection: Collection<R>, find: Find<R>): Promise<R[]>
  tally<R extends object>(collection: Collection<R>, tally: Tally): Promise<Tallied[]>
  /**
   * All or nothing, durable when it returns. An id already applied answers its first outcome with `repeated: true`, for at
   * least 7 days; one that lost may be tried again. Rows are taken as they are at the call. Throws VALUE_TOO_LARGE, BAD_ARGUMENT.
   */
  commit(id: string, changes: readonly Change[], fence?: Fence): Promise<CommitOutcome>
  /**
   * Takes up to `n` rows that nobody holds, in order of the index that serves `where`; what the token holds already is renewed
   * first, and counts. `until` at or before `now` lets go.
   */
  claim<R extends object>(collection: Collection<R>, claim: Claim): Promise<{ readonly token: string; readonly rows: R[] }>
  close(): Promise<void>
}
