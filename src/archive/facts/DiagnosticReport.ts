import type * as fhir4 from '../../model/fhir'
import type { ServedDiagnosticReport } from '../../model/served'
import { precise } from '../instants'
import { codesOf, itemKey, sameKey } from '../same'
import { projection } from './projection'

const effective = (resource: fhir4.DiagnosticReport) => resource.effectiveDateTime ?? resource.effectivePeriod?.start

/** An examination or laboratory report (检查检验报告). */
export const diagnosticReport = projection<fhir4.DiagnosticReport, ServedDiagnosticReport>({
  type: 'DiagnosticReport',
  isFact: ({ status }) => status !== 'entered-in-error',
  fields: ['resourceType', 'identifier', 'status', 'category', 'code', 'encounter', 'effectiveDateTime', 'effectivePeriod',
    'issued', 'performer', 'resultsInterpreter', 'specimen', 'result', 'conclusion', 'conclusionCode'],
  time: (resource) => effective(resource) ?? resource.issued,
  codes: ({ code, category }) => codesOf(code, ...category ?? []),
  same: (resource) => sameKey('report', itemKey(resource.code), precise(effective(resource) ?? resource.issued)),
  apart: ({ performer }, { doer, institutionOf }) =>
    [performer?.map(institutionOf).find((known) => known !== undefined) ?? doer],
})
