import { HutongError } from '../../../src/model/errors'
import { managedCondition, type ManagedDisease } from '../conditions'
import { tellInstitution, tellPractitioner } from '../directory'
import type { Row } from '../row'
import { tellEncounter } from './encounter'
import { tellMeasurements } from './measurements'
import { tellMedicines } from './medicines'
import { tellQuestionnaire } from './questionnaire'
import type { Visit, VisitTable } from './visit'

/**
 * MDC_HypertensionVisit, MDC_DiabetesVisit → Encounter, what was measured as Observations, the medicines as
 * MedicationStatements, the managed disease as Condition, the rest of the form as a QuestionnaireResponse.
 * Throws MAPPING for a row without visitId: it could not be told from another visit.
 */
export function mapVisit(row: Row, table: VisitTable): void {
  const visitId = row.text('visitId')
  if (visitId === undefined) throw new HutongError('MAPPING', 'the visit has no number', row.cells.place('visitId'))
  const visited = row.date('visitDate')
  row.versionTime = (row.date('lastModifyDate') ?? row.date('inputDate') ?? visited)?.instant
  const institution = tellInstitution(row, ['visitUnit', 'manaUnitId', 'inputUnit'])
  const doctor = tellPractitioner(row, 'visitDoctor')
  const encounter = { reference: `Encounter/${row.id('Encounter', `${table}/${visitId}`)}` }
  const visit: Visit = { row, table, visitId, date: visited?.value, institution, doctor, encounter }
  tellEncounter(visit)
  tellMeasurements(visit)
  tellMedicines(visit)
  tellQuestionnaire(visit)
  const disease = table === 'MDC_DiabetesVisit' ? diabetes(row) : hypertension
  row.tell(managedCondition(row, { ...disease, active: row.text('visitEffect') === '1' }), { manner: 'part' })
}

const hypertension = { key: 'hypertension', code: { text: '高血压' } }

/** The form names the type of diabetes (病例种类); without it, it is diabetes as the archive says it. */
function diabetes(row: Row): ManagedDisease {
  const types = row.tables.dictionaries.diabetesType ?? {}
  const type = row.text('diabetesType')
  const display = types[type ?? '']
  if (type === undefined || display === undefined) return { key: 'diabetes', code: { text: '糖尿病' } }
  const coding = [{ system: row.system('diabetesType'), code: type, display }]
  return { key: `diabetes/${type}`, code: { coding, text: display } }
}
