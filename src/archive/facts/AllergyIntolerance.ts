import type * as fhir4 from '../../model/fhir'
import type { ServedAllergyIntolerance } from '../../model/served'
import { codesOf, itemKey, sameKey } from '../same'
import { projection } from './projection'

/** An allergy (过敏史): the same substance is the same allergy, whoever tells it and whenever. */
export const allergyIntolerance = projection<fhir4.AllergyIntolerance, ServedAllergyIntolerance>({
  type: 'AllergyIntolerance',
  isFact: ({ verificationStatus }) => verificationStatus?.coding?.some(({ code }) => code === 'entered-in-error') !== true,
  fields: ['resourceType', 'clinicalStatus', 'verificationStatus', 'type', 'category', 'criticality', 'code', 'encounter',
    'onsetDateTime', 'recordedDate', 'recorder', 'lastOccurrence', 'note', 'reaction'],
  time: ({ onsetDateTime, onsetPeriod, recordedDate }) => onsetDateTime ?? onsetPeriod?.start ?? recordedDate,
  codes: ({ code }) => codesOf(code),
  same: ({ code }) => sameKey('allergy', itemKey(code)),
})
