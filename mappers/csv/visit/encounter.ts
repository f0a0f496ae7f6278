import type { Encounter } from '../../../src/model/fhir'
import { identifier } from '../identifiers'
import { told } from '../row'
import type { Visit } from './visit'

const absent = 'http://hl7.org/fhir/StructureDefinition/data-absent-reason'

/**
 * visitWay (随访方式) becomes the class (AMB at the centre or in the community, HH at home, VR by phone) and, as the form
 * codes it, the type: only visits in person count as face to face. A resident who could not be found (visitEffect 2, or
 * a noVisitReason) was not visited: the encounter is cancelled.
 */
export function tellEncounter({ row, table, visitId, date, institution, doctor, encounter }: Visit): void {
  const way = row.concept('visitWay', 'visitWay')
  const kind = row.tables.maps.visitWay[row.text('visitWay') ?? '']
  const notFound = row.text('visitEffect') === '2' || row.text('noVisitReason') !== undefined
  const archive = row.text('phrId')
  const resource: Encounter = told({
    resourceType: 'Encounter',
    id: encounter.reference?.slice('Encounter/'.length),
    identifier: [{ system: row.system(table), value: visitId }],
    status: notFound ? 'cancelled' as const : 'finished' as const,
    class: kind ?? { extension: [{ url: absent, valueCode: 'unknown' }] },
    type: way ? [way] : undefined,
    serviceType: { text: row.tables[table].title },
    subject: { ...row.subject, ...(isWhole(archive) ? { identifier: identifier(row, 'phrId', archive) } : {}) },
    participant: doctor ? [{ individual: doctor }] : undefined,
    period: date ? { start: date, end: date } : undefined,
    serviceProvider: institution,
  })
  row.tell(resource)
}

/** The 17 digits of an archive number; the last eight that some forms carry say nothing outside the institution. */
const isWhole = (archive: string | undefined): archive is string => archive !== undefined && /^\d{17}$/.test(archive)
