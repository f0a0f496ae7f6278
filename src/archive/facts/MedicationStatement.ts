import type * as fhir4 from '../../model/fhir'
import type { ServedMedicationStatement } from '../../model/served'
import { dayOf } from '../instants'
import { codesOf, doseKey, itemKey, sameKey } from '../same'
import { medicationOf, withMedicationName } from './medication'
import { projection } from './projection'

const taken = (resource: fhir4.MedicationStatement) =>
  resource.effectiveDateTime ?? resource.effectivePeriod?.start ?? resource.dateAsserted

/** What a resident takes (用药情况), as a follow-up visit lists it. */
export const medicationStatement = projection<fhir4.MedicationStatement, ServedMedicationStatement>({
  type: 'MedicationStatement',
  isFact: ({ status }) => status !== 'entered-in-error',
  fields: ['resourceType', 'status', 'category', 'medicationCodeableConcept', 'medicationReference', 'context',
    'effectiveDateTime', 'effectivePeriod', 'dateAsserted', 'informationSource', 'reasonCode', 'note', 'dosage'],
  extra: withMedicationName,
  time: taken,
  codes: (resource) => codesOf(medicationOf(resource), ...resource.reasonCode ?? []),
  same: (resource) => sameKey('medication', itemKey(medicationOf(resource)), dayOf(taken(resource))),
  apart: (resource, { doer }) => [doer, doseKey(resource.dosage?.[0])],
})
