import { Float, ID, ObjectType } from 'type-graphql'
import { List, Optional, Required } from './fields'

@ObjectType({ simpleResolvers: true, description: 'A health institution (医疗卫生机构).' })
export class Institution {
  @Required(() => ID, 'Unified social credit code (统一社会信用代码), or a stable local id where none is known.') id!: string
  @Required(() => String) name!: string
  @Optional(() => String, 'Its grade, e.g. 三级甲等, 社康.') level?: string
}

@ObjectType({ simpleResolvers: true, description: 'A system that sends records.' })
export class Source {
  @Required(() => ID) id!: string
  @Required(() => String) title!: string
  @Required(() => String, 'hl7v2, csv, fhir …') format!: string
  @Required(() => Institution, 'The institution that speaks where a record names none.') institution!: Institution
  @List(() => Institution, 'Every institution that its records may name.') institutions!: Institution[]
  @Required(() => String, 'IANA zone of its local times.') timeZone!: string
  @Required(() => Float, 'Hours of silence after which it counts as not connected.') silentAfterHours!: number
}
