import { z } from 'zod'
import { HutongError } from '../../../src/model/errors'
import type { CodeableConcept, Observation } from '../../../src/model/fhir'
import type { MapperSource } from '../../../src/model/source'
import { systems, told, type SyntheaRow } from './row'

const categorySystem = 'http://terminology.hl7.org/CodeSystem/observation-category'
const panelsTable = z.record(z.string(), z.union([z.string(), z.object({ display: z.string(), parts: z.array(z.string()) })]))

/**
 * observations.csv → Observation. A row that is part of a panel (systolic and diastolic pressure, the answers of a form) tells
 * a component of the panel's Observation: the rows of one patient, visit and time make one.
 */
export function mapObservation(row: SyntheaRow): void {
  const [code, at] = [row.text('CODE'), row.text('DATE')]
  const category = row.text('CATEGORY')
  const panel = code === undefined ? undefined : panelsOf(row.source).get(code)
  const base = {
    resourceType: 'Observation' as const,
    status: 'final' as const,
    category: category === undefined ? undefined : [{ coding: [{ system: categorySystem, code: category }] }],
    subject: row.subject,
    encounter: row.encounter,
    effectiveDateTime: row.date('DATE'),
  }
  const idOf = (item: string | undefined) => row.id('Observation', row.person, row.text('ENCOUNTER'), item, at)
  const item = itemOf(row)
  if (panel === undefined) {
    row.tell(told({ ...base, id: idOf(code), code: item, ...valueOf(row) }) as Observation)
    return
  }
  const concept = { coding: [{ system: systems.loinc, code: panel.code, display: panel.display }], text: panel.display }
  const component = [{ code: item, ...valueOf(row) }]
  row.tell(told({ ...base, id: idOf(panel.code), code: concept, component }) as Observation, { manner: 'part' })
}

/** LOINC codes are digits and a check digit; QALY and its like are Synthea's own. */
function itemOf(row: SyntheaRow): CodeableConcept {
  const isLoinc = /^\d+-\d$/.test(row.text('CODE') ?? '')
  return row.concept(isLoinc ? systems.loinc : `urn:hutong:${row.source.id}:observation`) ?? {}
}

function valueOf(row: SyntheaRow): Pick<Observation, 'valueQuantity' | 'valueString'> {
  const unit = row.text('UNITS')
  const isNumeric = row.text('TYPE') === 'numeric'
  const value = isNumeric ? row.number('VALUE') : row.text('VALUE')
  if (value === undefined) return {}
  if (typeof value === 'string') return { valueString: value }
  return { valueQuantity: { value, ...(unit === undefined ? {} : { unit, system: systems.ucum, code: unit }) } }
}

interface Panel { readonly code: string; readonly display: string }

const parsed = new WeakMap<MapperSource, ReadonlyMap<string, Panel>>()

/** By the code of a part. */
function panelsOf(source: MapperSource): ReadonlyMap<string, Panel> {
  const known = parsed.get(source)
  if (known) return known
  const read = panelsTable.safeParse(source.tables['panels'])
  if (!read.success) throw new HutongError('CONFIGURATION', z.prettifyError(read.error), `${source.id}/tables/panels.json`)
  const panels = new Map(Object.entries(read.data).flatMap(([code, panel]) =>
    (typeof panel === 'string' ? [] : panel.parts.map(part => [part, { code, display: panel.display }] as const))))
  parsed.set(source, panels)
  return panels
}
