import { HutongError } from '../../src/model/errors'
import type { Dialect, MappingResult } from '../../src/model/mapping'
import type { Hl7Message, SourceRecord } from '../../src/model/record'
import type { MapperSource } from '../../src/model/source'
import { requirePatient } from './chart'
import { Mapping } from './mapping'
import { ADT_A01 } from './messages/ADT_A01'
import { ADT_A40 } from './messages/ADT_A40'
import { ORU_R01 } from './messages/ORU_R01'
import { isMappable, route } from './route'

/**
 * Maps ADT^A01–A08, A11, A13, A28, A31, A40 and ORU^R01 of HL7 v2.3 to 2.7, of any sender, after HL7's v2-to-FHIR tables; the
 * sender's own ways are in its source.json (`settings`, see settings.ts) and tables. Throws UNSUPPORTED for another message
 * type and PATIENT_MISSING where no patient is named; everything else is mapped as far as it goes, with issues.
 */
function map(record: SourceRecord, source: MapperSource): MappingResult {
  const message = record.body as Hl7Message
  if (!isMappable(message)) throw new HutongError('UNSUPPORTED', 'The message type is not one that is mapped.', 'MSH-9')
  const patient = requirePatient(source, message)
  const mapping = new Mapping(message, source)
  if (message.code === 'ORU') ORU_R01(mapping, patient)
  else if (message.trigger === 'A40') ADT_A40(mapping, patient)
  else ADT_A01(mapping, patient)
  return mapping.result()
}

export const dialect: Dialect = { map, route }
