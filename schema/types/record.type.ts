import { ID, InterfaceType, ObjectType } from 'type-graphql'
import { DateTime } from '../scalars/dateTime.scalar'
import { Json } from '../scalars/json.scalar'
import { List, Optional, Required } from './fields'
import { Institution } from './institution.type'
import { Node, typeNameOf } from './node.type'
import { Provenance, Version } from './provenance.type'

@InterfaceType({
  implements: Node,
  description: 'A record of an archive: a FHIR resource as clients read it, with where it comes from.',
  resolveType: typeNameOf,
})
export abstract class ArchiveRecord extends Node {
  @Required(() => String, 'FHIR R4 resource type.') resourceType!: string
  @Optional(() => DateTime, 'Its place on the timeline; a partial date stands at its start.') time?: string
  @Required(() => Json, 'The whole FHIR R4 resource.') resource!: unknown
  @Required(() => Provenance) provenance!: Provenance
  @List(() => Version, 'All versions, newest first.') versions!: Version[]
  @List(() => Teller, 'All who tell this fact, the preferred first; where they disagree, each has its own record.') tellers!: Teller[]
  @Required(() => Boolean, 'The record says it happened after the resident’s death: look at it before using it.') afterDeath!: boolean
}

@ObjectType({ simpleResolvers: true, description: 'One source’s telling of a fact.' })
export class Teller {
  @Required(() => ID, 'The source (system) that tells it.') source!: string
  @Optional(() => Institution) institution?: Institution
  @Required(() => ArchiveRecord, 'The fact as this source tells it.') record!: object
}

/** What every record type implements. */
export const recordInterfaces = [Node, ArchiveRecord]

