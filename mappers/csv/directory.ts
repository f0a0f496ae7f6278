import type { Organization, Practitioner, Reference } from '../../src/model/fhir'
import type { Row } from './row'

/** Institutions are known across sources by their unified social credit code. */
const creditCodeSystem = 'urn:oid:2.16.156.10011.1.5'

/**
 * manaUnitId, visitUnit … (chis.@manageUnit) → Organization. The first of `columns` that holds a unit speaks for the
 * row. A unit that the source's configuration does not know is told by its local code, with `unknown-institution`.
 */
export function tellInstitution(row: Row, columns: readonly string[]): Reference | undefined {
  const column = columns.find(name => row.text(name) !== undefined)
  const code = column && row.text(column)
  if (!column || !code) return undefined
  const known = row.source.institutions.find(institution => institution.id === code || institution.codes?.includes(code))
  if (!known) row.issue('unknown-institution', column, 'a unit that the source\'s configuration does not name')
  row.institution = known
  const organization: Organization = {
    resourceType: 'Organization',
    id: row.id('Organization', known?.id ?? code),
    identifier: [
      ...(known ? [{ system: creditCodeSystem, value: known.id }] : []),
      { system: row.system('manageUnit'), value: code },
    ],
    name: known?.name ?? code,
  }
  row.tell(organization, { patient: undefined })
  return { reference: `Organization/${organization.id}`, display: organization.name }
}

/**
 * visitDoctor, manaDoctorId … (chis.dictionary.user): the number of a user of the system. The name is not in the
 * export; where a name stands in the cell instead of a number, it is taken as one.
 */
export function tellPractitioner(row: Row, column: string): Reference | undefined {
  const cell = row.text(column)
  if (cell === undefined) return undefined
  const named = /\p{Script=Han}/u.test(cell)
  const practitioner: Practitioner = {
    resourceType: 'Practitioner',
    id: row.id('Practitioner', cell),
    ...(named ? { name: [{ text: cell }] } : { identifier: [{ system: row.system('user'), value: cell }] }),
  }
  row.tell(practitioner, { patient: undefined })
  return { reference: `Practitioner/${practitioner.id}`, display: cell }
}
