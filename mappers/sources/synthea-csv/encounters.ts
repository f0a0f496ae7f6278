import { z } from 'zod'
import { HutongError } from '../../../src/model/errors'
import type { Encounter } from '../../../src/model/fhir'
import type { MapperSource } from '../../../src/model/source'
import { institutionMark, systems, told, type SyntheaRow } from './row'

const classTable = z.object({ system: z.string(), codes: z.record(z.string(), z.string()) })

/** encounters.csv → Encounter. Costs and payers are not told. */
export function mapEncounter(row: SyntheaRow): void {
  const [visit, organization, provider] = [row.text('Id'), row.text('ORGANIZATION'), row.text('PROVIDER')]
  if (visit === undefined) throw new HutongError('MAPPING', 'the visit has no id', row.cells.place('Id'))
  const type = row.concept(systems.snomed)
  const reason = row.concept(systems.snomed, 'REASONCODE', 'REASONDESCRIPTION')
  const [start, end] = [row.date('START'), row.date('STOP')]
  const encounter: Encounter = told({
    resourceType: 'Encounter' as const,
    id: row.id('Encounter', visit),
    meta: organization === undefined ? undefined : institutionMark(row, organization),
    identifier: [{ system: row.source.assigningAuthorities['']?.system, value: visit }],
    status: end === undefined ? 'in-progress' as const : 'finished' as const,
    class: classOf(row),
    type: type && [type],
    subject: row.subject,
    participant: provider === undefined ? undefined
      : [{ individual: { reference: `Practitioner/${row.id('Practitioner', provider)}` } }],
    period: start === undefined && end === undefined ? undefined : told({ start, end }),
    reasonCode: reason && [reason],
    serviceProvider: organization === undefined ? undefined
      : { reference: `Organization/${row.id('Organization', organization)}` },
  })
  row.tell(encounter)
}

function classOf(row: SyntheaRow): Encounter['class'] {
  const { system, codes } = tableOf(row.source)
  const kind = row.text('ENCOUNTERCLASS')
  const code = kind === undefined ? undefined : codes[kind.toLowerCase()]
  if (code !== undefined) return { system, code }
  if (kind === undefined) return { display: 'not told' }
  row.issue('unknown-code', 'ENCOUNTERCLASS', 'a class that the table does not have')
  return { system: `urn:hutong:${row.source.id}:ENCOUNTERCLASS`, code: kind }
}

const parsed = new WeakMap<MapperSource, z.infer<typeof classTable>>()

function tableOf(source: MapperSource): z.infer<typeof classTable> {
  const known = parsed.get(source)
  if (known) return known
  const read = classTable.safeParse(source.tables['encounterClass'])
  if (!read.success) throw new HutongError('CONFIGURATION', z.prettifyError(read.error), `${source.id}/tables/encounterClass.json`)
  parsed.set(source, read.data)
  return read.data
}
