import type * as fhir4 from '../../model/fhir'
import type { ServedMedicationRequest } from '../../model/served'
import { dayOf } from '../instants'
import { codesOf, doseKey, itemKey, sameKey } from '../same'
import { medicationOf, withMedicationName } from './medication'
import { projection } from './projection'

/** A prescription (处方). A cancelled or stopped one stays, with its status. */
export const medicationRequest = projection<fhir4.MedicationRequest, ServedMedicationRequest>({
  type: 'MedicationRequest',
  isFact: ({ status }) => status !== 'entered-in-error',
  fields: ['resourceType', 'identifier', 'status', 'intent', 'category', 'medicationCodeableConcept', 'medicationReference',
    'encounter', 'authoredOn', 'requester', 'reasonCode', 'note', 'dosageInstruction', 'dispenseRequest'],
  extra: withMedicationName,
  time: ({ authoredOn }) => authoredOn,
  codes: (resource) => codesOf(medicationOf(resource), ...resource.reasonCode ?? []),
  same: (resource) => sameKey('prescription', itemKey(medicationOf(resource)), dayOf(resource.authoredOn)),
  apart: (resource, { doer }) => [doer, doseKey(resource.dosageInstruction?.[0])],
})
