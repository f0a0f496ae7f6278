import type { FactType } from '../../model/fact'
import type * as fhir4 from '../../model/fhir'
import type { ServedObservation } from '../../model/served'
import { precise } from '../instants'
import { codesOf, itemKey, plain, sameKey } from '../same'
import { projection, type Telling } from './projection'

export const recognitionMark = 'urn:hutong:recognition-mark'

/** http://terminology.hl7.org/CodeSystem/observation-category decides which kind of fact an Observation is. */
function typeOf({ category }: fhir4.Observation): FactType {
  const codes = (category ?? []).flatMap(({ coding }) => (coding ?? []).map(({ code }) => code))
  return codes.includes('laboratory') ? 'LaboratoryResult' : codes.includes('vital-signs') ? 'VitalSign' : 'Observation'
}

/** When it was seen: for a laboratory result, when the specimen was taken. */
const seen = (resource: fhir4.Observation) =>
  resource.effectiveDateTime ?? resource.effectiveInstant ?? resource.effectivePeriod?.start

/**
 * The item: a code in a shared system, else its name with its unit and specimen, since a name alone is not an item
 * (检验项目 = analyte + specimen + timing + property).
 */
function item(resource: fhir4.Observation): string | undefined {
  const key = itemKey(resource.code)
  if (key === undefined || key.includes('|')) return key
  return `${key}~${plain(resource.valueQuantity?.unit ?? '')}~${plain(resource.specimen?.display ?? '')}`
}

function performer(resource: fhir4.Observation, { institutionOf, doer }: Telling): string {
  return resource.performer?.map(institutionOf).find((known) => known !== undefined) ?? doer
}

/** A laboratory result (检验结果), a vital sign (体征) or another observation; one that was entered in error is none. */
export const observation = projection<fhir4.Observation, ServedObservation>({
  type: typeOf,
  isFact: ({ status }) => status !== 'entered-in-error',
  fields: ['resourceType', 'identifier', 'basedOn', 'status', 'category', 'code', 'encounter', 'effectiveDateTime',
    'effectivePeriod', 'effectiveInstant', 'issued', 'performer', 'valueQuantity', 'valueCodeableConcept', 'valueString',
    'valueBoolean', 'valueInteger', 'valueRange', 'valueRatio', 'valueDateTime', 'dataAbsentReason', 'interpretation', 'note',
    'bodySite', 'method', 'specimen', 'device', 'referenceRange', 'component'],
  extra: ({ extension }) => {
    const marks = extension?.filter(({ url }) => url === recognitionMark).flatMap(({ valueString }) => valueString ?? [])
    return marks === undefined || marks.length === 0 ? {} : { recognitionMarks: marks }
  },
  time: (resource) => seen(resource) ?? resource.issued,
  codes: ({ code, component }) => codesOf(code, ...(component ?? []).map((part) => part.code)),
  same: (resource) => sameKey('observation', item(resource), precise(seen(resource))),
  apart: (resource, telling) => [performer(resource, telling)],
})
