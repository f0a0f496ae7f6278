import type { FactType } from '../../model/fact'
import type { FhirResource } from '../../model/fhir'
import type { Served } from '../../model/served'

/** What a projection may know beside the resource. */
export interface Telling {
  /** The institution (id) that tells the fact. */
  readonly institution: string
  /** Who did it: the institution that the record names, else the source's own where it speaks for one; '' where neither is known. */
  readonly doer: string
  /** The institution (id) that a reference of this source means, where it is one that the configuration knows. */
  readonly institutionOf: (reference: { readonly reference?: string } | undefined) => string | undefined
}

/** How resources of one type become facts. All of it is pure. */
export interface Projection<R extends FhirResource, S extends Served> {
  readonly type: FactType | ((resource: R) => FactType)
  /** Whether the resource is a fact at all: what was entered in error is none. */
  readonly isFact: (resource: R) => boolean
  /** The elements that are served. */
  readonly fields: readonly (keyof S & string)[]
  /** Further elements of the record, computed. */
  readonly extra?: (resource: R) => Partial<S>
  /** Place in time: a FHIR date or time; undefined where none is told. */
  readonly time: (resource: R) => string | undefined
  /** Codes to filter by; the served elements must be enough to tell them. */
  readonly codes: (resource: Pick<R, keyof R & keyof S>) => readonly string[]
  /** Whose fact it is, where the resource knows better than its telling. */
  readonly institution?: (resource: R, telling: Telling) => string | undefined
  /** The key by which two tellers' same fact is known: docs/same-fact.md. */
  readonly same: (resource: R, telling: Telling) => string | undefined
  /** What tells two facts of one key apart, where both tell it: in the order that the type has; '' where it is not told. */
  readonly apart?: (resource: R, telling: Telling) => readonly string[]
}

export const projection = <R extends FhirResource, S extends Served>(rules: Projection<R, S>): Projection<R, S> => rules
