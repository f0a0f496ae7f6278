import { ID, ObjectType } from 'type-graphql'
import { TellingManner } from '../enums/tellingManner.enum'
import { DateTime } from '../scalars/dateTime.scalar'
import { Json } from '../scalars/json.scalar'
import { Optional, Required } from './fields'
import { Institution } from './institution.type'

@ObjectType({ simpleResolvers: true, description: 'The code and tables that mapped a record.' })
export class MapperVersion {
  @Required(() => String) name!: string
  @Required(() => String, 'SHA-256 of the mapper’s code and tables.') hash!: string
}

@ObjectType({ simpleResolvers: true, description: 'Where a record comes from.' })
export class Provenance {
  @Required(() => ID, 'The source (system) that sent it.') source!: string
  @Optional(() => Institution, 'The institution that tells it.') institution?: Institution
  @Required(() => ID, 'The journal’s entry: the bytes as they came are found by it.') entry!: string
  @Required(() => MapperVersion) mapper!: MapperVersion
  @Required(() => DateTime) receivedAt!: string
}

@ObjectType({ simpleResolvers: true, description: 'One version of a record, newest first; older ones stay readable.' })
export class Version {
  @Required(() => String, 'The source’s own version time, then the journal’s order.') version!: string
  @Required(() => DateTime, 'The source’s own version time.') versionTime!: string
  @Required(() => DateTime, 'From when it could be read: `asOf` goes by this.') committedAt!: string
  @Required(() => TellingManner) manner!: TellingManner
  @Optional(() => Json, 'The resource as it stood at this version; null where it was deleted.') resource?: unknown
  @Required(() => Provenance) provenance!: Provenance
}
