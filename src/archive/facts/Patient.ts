import type * as fhir4 from '../../model/fhir'
import type { ServedPatient } from '../../model/served'
import { projection } from './projection'

/** Basic data (个人基本信息). Never the same fact: each source patient stands beside the others (see person.ts). */
export const patient = projection<fhir4.Patient, ServedPatient>({
  type: 'Patient',
  isFact: () => true,
  fields: ['resourceType', 'active', 'identifier', 'name', 'telecom', 'gender', 'birthDate', 'deceasedBoolean',
    'deceasedDateTime', 'address', 'maritalStatus', 'contact', 'managingOrganization', 'link'],
  time: () => undefined,
  codes: () => [],
  same: () => undefined,
})
