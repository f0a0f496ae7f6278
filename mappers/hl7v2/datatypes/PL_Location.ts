import type * as fhir4 from '../../../src/model/fhir'
import type { Hl7Field } from '../../../src/model/record'
import { given, givenOrNone, list } from '../given'
import type { Mapping } from '../mapping'

/**
 * HL7 v2-to-FHIR, data type PL[Location], as one Encounter.location: ward, room and bed are told as the identifier within
 * the source and, with the department or facility, as what one reads.
 */
export function PL_Location(
  mapping: Mapping, field: Hl7Field | undefined, status: 'active' | 'completed',
): fhir4.EncounterLocation | undefined {
  if (!field) return undefined
  const place = [1, 2, 3].map(component => field.text(component)).filter(part => part !== undefined)
  const display = list(field.text(4), field.text(7), ...place, field.text(9))?.join(' ')
  const location = givenOrNone({
    identifier: place.length > 0 ? { system: `urn:hutong:${mapping.source.id}:location`, value: place.join('-') } : undefined,
    display,
  })
  return location && given({ location, status })
}
