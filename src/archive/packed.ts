/** Facts as they are kept: what the rest already says is left out, since an archive's cost is the bytes that are read. Pure. */
import type { Fact, FactType } from '../model/fact'
import type { CodeableConcept } from '../model/fhir'
import { encodeGlobalId } from '../model/globalId'
import { contentHash } from '../model/ids'
import type { Served } from '../model/served'

const observationCategory = (code: string): readonly CodeableConcept[] =>
  [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/observation-category', code }] }]

/** The category that nearly every Observation of the type has, word for word. */
const usualCategory: Partial<Record<FactType, readonly CodeableConcept[]>> = {
  LaboratoryResult: observationCategory('laboratory'), VitalSign: observationCategory('vital-signs'),
}
const usualCategoryText = new Map(Object.entries(usualCategory).map(([type, category]) => [type, JSON.stringify(category)]))

/** Without the record's id and usual category; the key of the same fact as a hash. */
export function packFact(fact: Fact): Fact {
  const { id: _, ...record } = fact.record
  const category = 'category' in record ? record.category : undefined
  const isUsual = category !== undefined && JSON.stringify(category) === usualCategoryText.get(fact.type)
  if (isUsual) delete (record as { category?: unknown }).category
  const same = fact.same === undefined ? {} : { same: contentHash([fact.same]).slice(0, 16) }
  return { ...fact, record: record as Served, ...same }
}

/** The fact again, made in the row itself: rows are read anew each time. */
export function unpackFact(row: Fact): Fact {
  const record = row.record as unknown as Record<string, unknown>
  record.id = encodeGlobalId(row.type, row.patient, row.id)
  if (record.category === undefined && usualCategory[row.type] !== undefined) record.category = usualCategory[row.type]
  return row
}
