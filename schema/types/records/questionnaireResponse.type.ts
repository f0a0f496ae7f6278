import { Float, Int, ObjectType } from 'type-graphql'
import type * as fhir4 from '../../../src/model/fhir'
import type { ServedQuestionnaireResponse } from '../../../src/model/served'
import { FhirDateTime } from '../../scalars/fhirDateTime.scalar'
import { Coding, Identifier, Quantity, Reference } from '../datatypes'
import { Many, Optional } from '../fields'
import { ArchiveRecord, recordInterfaces } from '../record.type'

@ObjectType({ simpleResolvers: true, description: 'One answer to a question of a form.' })
export class QuestionnaireAnswer implements fhir4.QuestionnaireResponseItemAnswer {
  @Optional(() => Boolean) valueBoolean?: boolean
  @Optional(() => Float) valueDecimal?: number
  @Optional(() => Int) valueInteger?: number
  @Optional(() => FhirDateTime) valueDate?: string
  @Optional(() => FhirDateTime) valueDateTime?: string
  @Optional(() => String) valueTime?: string
  @Optional(() => String) valueString?: string
  @Optional(() => String) valueUri?: string
  @Optional(() => Coding) valueCoding?: Coding
  @Optional(() => Quantity) valueQuantity?: Quantity
  @Optional(() => Reference) valueReference?: Reference
  @Many(() => QuestionnaireItem) item?: QuestionnaireItem[]
}

@ObjectType({ simpleResolvers: true, description: 'A question of a form, or a group of them.' })
export class QuestionnaireItem implements fhir4.QuestionnaireResponseItem {
  @Optional(() => String) linkId!: string
  @Optional(() => String) definition?: string
  @Optional(() => String) text?: string
  @Many(() => QuestionnaireAnswer) answer?: QuestionnaireAnswer[]
  @Many(() => QuestionnaireItem) item?: QuestionnaireItem[]
}

@ObjectType({ simpleResolvers: true, implements: recordInterfaces, description: 'A filled form: what a follow-up visit (随访) asked beyond what it measured.' })
export class QuestionnaireResponse extends ArchiveRecord implements ServedQuestionnaireResponse {
  declare resourceType: 'QuestionnaireResponse'
  @Optional(() => Identifier) identifier?: Identifier
  @Optional(() => String) questionnaire?: string
  @Optional(() => String) status!: ServedQuestionnaireResponse['status']
  @Optional(() => Reference) encounter?: Reference
  @Optional(() => FhirDateTime) authored?: string
  @Optional(() => Reference) author?: Reference
  @Optional(() => Reference) source?: Reference
  @Many(() => QuestionnaireItem) item?: QuestionnaireItem[]
}
