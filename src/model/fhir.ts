/** The FHIR R4 typings (`@types/fhir`), under one name. */
export type * from 'fhir/r4'
