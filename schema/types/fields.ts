import { Field, type FieldOptions } from 'type-graphql'

/** What a field's type function may give: a class of this folder, a scalar, an enum or a union. */
export type TypeOf = () => object

const optionsOf = (description?: string): FieldOptions => (description === undefined ? {} : { description })

/** A field that is always there. */
export const Required = (type: TypeOf, description?: string): PropertyDecorator => Field(type, optionsOf(description))

/**
 * A FHIR element of cardinality 0..1, and of 1..1 too: a record that lacks what FHIR demands must not take the rest of the
 * archive with it.
 */
export const Optional = (type: TypeOf, description?: string): PropertyDecorator =>
  Field(type, { ...optionsOf(description), nullable: true })

/** A FHIR element of cardinality 0..*: null where the record does not tell it. */
export const Many = (type: TypeOf, description?: string): PropertyDecorator =>
  Field(() => [type()], { ...optionsOf(description), nullable: true })

/** Texts of cardinality 0..*; FHIR allows null among them (an extension stands there instead). */
export const ManyTexts = (description?: string): PropertyDecorator =>
  Field(() => [String], { ...optionsOf(description), nullable: 'itemsAndList' })

/** A list of the gateway's own: always there, maybe empty. */
export const List = (type: TypeOf, description?: string): PropertyDecorator => Field(() => [type()], optionsOf(description))
