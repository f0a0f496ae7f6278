/** What only the referral platform says: referrals, slips, tasks and orders, kept whole as FHIR. */
import { concept, organizationReference, patient, patientReference, updated } from '../systems/platformResources'
import { transaction } from '../systems/regionalPlatform'
import { isoOf, minute } from '../time'
import type * as fhir4 from '../../src/model/fhir'
import type { Person } from '../happenings'
import type { Institution } from '../institutions'
import type { Sent } from '../upload'

export interface Referral {
  readonly id: string
  readonly person: Person
  readonly direction: '上转' | '下转'
  readonly from: Institution
  readonly to: Institution
  readonly at: number
  readonly reason: string
  readonly department?: string
  /** The referral that this one answers. */
  readonly answers?: string
}

export const referral = (given: Referral, at: number, status: fhir4.ServiceRequest['status']): fhir4.ServiceRequest => ({
  resourceType: 'ServiceRequest',
  id: given.id,
  meta: updated(at),
  identifier: [{ system: 'urn:hutong:regional-platform:referral', value: given.id }],
  status,
  intent: 'order',
  priority: 'routine',
  category: [{ text: `双向转诊（${given.direction}）` }],
  code: { text: given.department ? `转诊至${given.to.name}${given.department}` : `转诊至${given.to.name}` },
  subject: patientReference(given.person),
  authoredOn: isoOf(given.at),
  requester: organizationReference(given.from),
  performer: [organizationReference(given.to)],
  reasonCode: [{ text: given.reason }],
  ...(given.answers ? { basedOn: [{ reference: `ServiceRequest/${given.answers}` }] } : {}),
})

export const task = ({
  id,
  person,
  text,
  focus,
  status,
  owner,
  authored,
  at,
}: {
  id: string
  person: Person
  text: string
  focus: string
  status: fhir4.Task['status']
  owner: Institution
  authored: number
  at: number
}): fhir4.Task => ({
  resourceType: 'Task',
  id,
  meta: updated(at),
  status,
  intent: 'order',
  code: { text },
  focus: { reference: `ServiceRequest/${focus}` },
  for: patientReference(person),
  authoredOn: isoOf(authored),
  lastModified: isoOf(at),
  owner: organizationReference(owner),
})

export const appointment = ({
  id,
  person,
  start,
  with: text,
  basedOn,
  at,
}: {
  id: string
  person: Person
  start: number
  with: string
  basedOn: string
  at: number
}): fhir4.Appointment => ({
  resourceType: 'Appointment',
  id,
  meta: updated(at),
  status: 'booked',
  description: text,
  start: isoOf(start),
  end: isoOf(start + 10 * minute),
  basedOn: [{ reference: `ServiceRequest/${basedOn}` }],
  participant: [{ actor: patientReference(person), status: 'accepted' }],
})

/** 回转单: what the hospital found and advises, to the centre that referred. */
export const returnSlip = ({
  referral: given,
  at,
  text,
  record,
}: {
  referral: Referral
  at: number
  text: string
  record: string
}): fhir4.Communication => ({
  resourceType: 'Communication',
  id: `slip-${given.id}`,
  meta: updated(at),
  status: 'completed',
  basedOn: [{ reference: `ServiceRequest/${given.id}` }],
  category: [{ text: '回转单' }],
  subject: patientReference(given.person),
  sent: isoOf(at),
  sender: organizationReference(given.to),
  recipient: [organizationReference(given.from)],
  payload: [{ contentString: text }, { contentString: `住院病案号 ${record}` }],
})

export const laboratoryOrder = ({
  id,
  person,
  from,
  to,
  at,
  text,
}: {
  id: string
  person: Person
  from: Institution
  to: Institution
  at: number
  text: string
}): fhir4.ServiceRequest => ({
  resourceType: 'ServiceRequest',
  id,
  meta: updated(at),
  identifier: [{ system: 'urn:oid:2.16.156.10011.1.24', value: id }],
  status: 'active',
  intent: 'order',
  category: [concept('http://snomed.info/sct', '108252007', 'Laboratory procedure', '检验')],
  code: { text },
  subject: patientReference(person),
  authoredOn: isoOf(at),
  requester: organizationReference(from),
  performer: [organizationReference(to)],
})

/** One message of the platform about one person. */
export const said = (person: Person, name: string, at: number, resources: readonly fhir4.FhirResource[]): Sent => ({
  ...transaction({ name, at, arrived: at + minute, resources: [patient(person, at), ...resources] }),
  about: { key: person.key, identifier: person.platformId },
})
