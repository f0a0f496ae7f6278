import type * as fhir4 from '../../model/fhir'
import type { ServedEncounter } from '../../model/served'
import { dayOf } from '../instants'
import { codesOf, sameKey } from '../same'
import { projection } from './projection'

/** A visit (就诊). A cancelled one stays, with its status: that it was cancelled is a fact. */
export const encounter = projection<fhir4.Encounter, ServedEncounter>({
  type: 'Encounter',
  isFact: ({ status }) => status !== 'entered-in-error',
  fields: ['resourceType', 'identifier', 'status', 'class', 'type', 'serviceType', 'priority', 'participant', 'period',
    'reasonCode', 'diagnosis', 'hospitalization', 'location', 'serviceProvider'],
  time: ({ period }) => period?.start ?? period?.end,
  codes: (resource) =>
    codesOf({ coding: [resource.class] }, ...resource.type ?? [], resource.serviceType, ...resource.reasonCode ?? []),
  institution: (resource, { institutionOf }) => institutionOf(resource.serviceProvider),
  same: ({ serviceProvider, class: kind, period }, { doer, institutionOf }) =>
    sameKey('encounter', institutionOf(serviceProvider) ?? doer, kind?.code, dayOf(period?.start)),
})
