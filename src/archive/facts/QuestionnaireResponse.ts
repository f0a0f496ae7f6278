import type * as fhir4 from '../../model/fhir'
import type { ServedQuestionnaireResponse } from '../../model/served'
import { dayOf } from '../instants'
import { sameKey } from '../same'
import { projection } from './projection'

/** A follow-up form (随访). */
export const followUp = projection<fhir4.QuestionnaireResponse, ServedQuestionnaireResponse>({
  type: 'FollowUp',
  isFact: ({ status }) => status !== 'entered-in-error',
  fields: ['resourceType', 'identifier', 'questionnaire', 'status', 'encounter', 'authored', 'author', 'source', 'item'],
  time: ({ authored }) => authored,
  codes: ({ questionnaire }) => (questionnaire === undefined ? [] : [`|${questionnaire}`]),
  same: (resource) => sameKey('follow-up', resource.questionnaire, dayOf(resource.authored)),
  apart: (_, { doer }) => [doer],
})
