import { ID, InterfaceType } from 'type-graphql'
import { Required } from './fields'

/** By which GraphQL type a plain record answers: FHIR's own `resourceType`; a resident has none. */
export const typeNameOf = (value: { resourceType?: string }): string => value.resourceType ?? 'Resident'

@InterfaceType({ description: 'Anything that can be fetched again by its global id.', resolveType: typeNameOf })
export abstract class Node {
  @Required(() => ID, 'Global id: opaque, stable, and no identity number.') id!: string
}
