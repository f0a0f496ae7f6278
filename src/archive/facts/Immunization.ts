import type * as fhir4 from '../../model/fhir'
import type { ServedImmunization } from '../../model/served'
import { dayOf } from '../instants'
import { codesOf, itemKey, sameKey } from '../same'
import { projection } from './projection'

const dose = ({ protocolApplied }: fhir4.Immunization): string => {
  const [protocol] = protocolApplied ?? []
  return String(protocol?.doseNumberPositiveInt ?? protocol?.doseNumberString ?? '')
}

/** A vaccination (预防接种). One that was not done stays, with its status. */
export const immunization = projection<fhir4.Immunization, ServedImmunization>({
  type: 'Immunization',
  isFact: ({ status }) => status !== 'entered-in-error',
  fields: ['resourceType', 'status', 'statusReason', 'vaccineCode', 'encounter', 'occurrenceDateTime', 'occurrenceString',
    'recorded', 'primarySource', 'location', 'lotNumber', 'expirationDate', 'site', 'route', 'doseQuantity', 'performer', 'note',
    'protocolApplied'],
  time: ({ occurrenceDateTime, recorded }) => occurrenceDateTime ?? recorded,
  codes: ({ vaccineCode }) => codesOf(vaccineCode),
  same: (resource) => sameKey('immunization', itemKey(resource.vaccineCode), dayOf(resource.occurrenceDateTime)),
  apart: (resource) => [dose(resource)],
})
