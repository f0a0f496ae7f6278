import type * as fhir4 from '../../model/fhir'
import type { ServedCondition } from '../../model/served'
import { dayOf } from '../instants'
import { codesOf, itemKey, sameKey } from '../same'
import { projection } from './projection'

const isError = (status: fhir4.CodeableConcept | undefined) =>
  status?.coding?.some(({ code }) => code === 'entered-in-error') ?? false
const onset = (resource: fhir4.Condition) => resource.onsetDateTime ?? resource.onsetPeriod?.start

/** A diagnosis (诊断). Codes of two versions of ICD-10 are two facts, however alike they look. */
export const condition = projection<fhir4.Condition, ServedCondition>({
  type: 'Condition',
  isFact: ({ verificationStatus }) => !isError(verificationStatus),
  fields: ['resourceType', 'clinicalStatus', 'verificationStatus', 'category', 'severity', 'code', 'bodySite', 'encounter',
    'onsetDateTime', 'onsetPeriod', 'onsetString', 'abatementDateTime', 'recordedDate', 'recorder', 'asserter', 'note'],
  time: (resource) => onset(resource) ?? resource.recordedDate,
  codes: ({ code, category }) => codesOf(code, ...category ?? []),
  same: (resource) => sameKey('condition', itemKey(resource.code), dayOf(onset(resource) ?? resource.recordedDate)),
  apart: (_, { doer }) => [doer],
})
