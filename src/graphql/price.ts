import type { GraphQLField } from 'graphql'
import { Extensions } from 'type-graphql'

/**
 * What a field costs beyond what it shows. A unit is one field of an answer: about 5 µs of graphql-js's time, so that what is
 * allowed at the most (`--max-cost`) is about a quarter of a second.
 */
export interface Price {
  /** Once, however much it gives: 1. */
  readonly cost?: number
  /** For each item that is asked for. */
  readonly each?: number
  /** Items that a list which cannot be paged is taken for: 3. */
  readonly items?: number
  /** On top, where the argument is given: what asks for the past reads all that was ever told. */
  readonly given?: Readonly<Record<string, number>>
}

/** Stands at every field that reads the store (a test holds it to that); it travels as the field's `extensions.price`. */
export const Priced = (price: Price): MethodDecorator & PropertyDecorator => Extensions({ price })

export const priceOf = (field: GraphQLField<unknown, unknown> | undefined): Price => (field?.extensions.price ?? {}) as Price
