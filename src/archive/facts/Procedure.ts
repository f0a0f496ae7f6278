import type * as fhir4 from '../../model/fhir'
import type { ServedProcedure } from '../../model/served'
import { dayOf } from '../instants'
import { codesOf, itemKey, sameKey } from '../same'
import { projection } from './projection'

const performed = (resource: fhir4.Procedure) => resource.performedDateTime ?? resource.performedPeriod?.start

/** An operation or procedure (手术操作). */
export const procedure = projection<fhir4.Procedure, ServedProcedure>({
  type: 'Procedure',
  isFact: ({ status }) => status !== 'entered-in-error',
  fields: ['resourceType', 'identifier', 'status', 'category', 'code', 'encounter', 'performedDateTime', 'performedPeriod',
    'performedString', 'recorder', 'performer', 'location', 'reasonCode', 'bodySite', 'outcome', 'note'],
  time: performed,
  codes: ({ code, category }) => codesOf(code, category),
  same: (resource) => sameKey('procedure', itemKey(resource.code), dayOf(performed(resource))),
  apart: (_, { doer }) => [doer],
})
