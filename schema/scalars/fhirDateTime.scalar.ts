import { GraphQLScalarType } from 'graphql'

/** A time as a record tells it: partial dates stay partial. Only served, never asked. */
export const FhirDateTime = new GraphQLScalarType<string, string>({
  name: 'FhirDateTime',
  description: 'A time as the record tells it (FHIR date, dateTime or instant): 2024, 2024-06, 2024-06-15, or with time and offset.',
  specifiedByURL: 'https://hl7.org/fhir/R4/datatypes.html#dateTime',
  serialize: (value) => String(value),
})
