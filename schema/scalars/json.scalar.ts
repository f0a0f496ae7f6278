import { GraphQLScalarType } from 'graphql'

/** A whole FHIR resource, as it is. Only served, never asked. */
export const Json = new GraphQLScalarType<unknown, unknown>({
  name: 'JSON',
  description: 'A JSON value: a whole FHIR R4 resource.',
  specifiedByURL: 'https://hl7.org/fhir/R4/json.html',
  serialize: (value) => value,
})
