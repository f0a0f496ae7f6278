import type { Condition, Extension, Identifier, Patient, Period, Reference } from '../../src/model/fhir'
import { managedCondition } from './conditions'
import { tellInstitution, tellPractitioner } from './directory'
import { conceptExtension, extensionUrls, textExtension } from './extensions'
import { identifier } from './identifiers'
import { told, type Row } from './row'

/**
 * EHR_HealthRecord (居民健康档案) → Patient, in part: the archive number and its state, who manages the archive, death;
 * and the chronic diseases that the archive says it manages. A resident who moved has several rows, one per archive.
 */
export function mapHealthRecord(row: Row): void {
  row.versionTime = (row.date('lastModifyDate') ?? row.date('inputDate') ?? row.date('createDate'))?.instant
  const managing = tellInstitution(row, ['manaUnitId', 'createUnit'])
  const doctors = ['manaDoctorId', 'familyDoctorId'].flatMap(column => tellPractitioner(row, column) ?? [])
  const number = archiveNumber(row)
  const cancelled = row.text('status') === '1'
  const extension = [...grid(row), ...family(row), ...textExtension(extensionUrls.deathReason, row.text('deadReason'))]
  const patient: Patient = told({
    resourceType: 'Patient',
    id: row.patient,
    extension: extension.length > 0 ? extension : undefined,
    identifier: [identifier(row, '', row.text('empiId') ?? ''), ...(number ? [number] : [])],
    ...(cancelled ? {} : { generalPractitioner: unique(doctors), managingOrganization: managing }),
  })
  const removed = addDeath(row, patient)
  row.tell(patient, { manner: 'part', ...(removed.length > 0 ? { removed } : {}) })
  if (row.yes('isHypertension')) row.tell(archiveCondition(row, 'hypertension', '高血压'), { manner: 'part' })
  if (row.yes('isDiabetes')) row.tell(archiveCondition(row, 'diabetes', '糖尿病'), { manner: 'part' })
}

/**
 * phrId, the 17 digits of the archive number (6 county, 3 street, 3 committee, 5 sequence). Shorter ones hold only inside
 * the institution, so they stay under the source's own system. A cancelled archive's number is an old one.
 */
function archiveNumber(row: Row): Identifier | undefined {
  const value = row.text('phrId')
  if (value === undefined) return undefined
  const whole = /^\d{17}$/.test(value)
  if (!whole) row.issue('archive-number-shape', 'phrId', 'not the 17 digits of an archive number; kept as a local one')
  const cancelled = row.text('status') === '1'
  const period = archivePeriod(row, cancelled)
  const extension = [
    ...conceptExtension(extensionUrls.archiveState, row.concept('isSecondVerify', 'isSecondVerify')),
    ...conceptExtension(extensionUrls.cancellationReason, row.concept('cancellationReason', 'cancellationReason')),
  ]
  const creator = row.text('createUnit')
  return told({
    extension: extension.length > 0 ? extension : undefined,
    use: cancelled ? 'old' as const : undefined,
    ...(whole ? identifier(row, 'phrId', value) : { system: row.system('phrId'), value }),
    period: Object.keys(period).length > 0 ? period : undefined,
    assigner: creator === undefined ? undefined : { identifier: { system: row.system('manageUnit'), value: creator } },
  })
}

/** From the day on which the archive was made to the day on which it was cancelled; an end before the start is told by nobody. */
function archivePeriod(row: Row, cancelled: boolean): Period {
  const start = row.day('createDate')
  const end = cancelled ? row.day('cancellationDate') : undefined
  if (start === undefined || end === undefined || end >= start) return told({ start, end })
  row.issue('contradiction', 'cancellationDate', 'the archive was cancelled before it was made')
  return { start }
}

/** deadFlag and deadDate. A death that is taken back (`n` after `y`) empties the date too. */
function addDeath(row: Row, patient: Patient): string[] {
  const dead = row.yes('deadFlag')
  const date = row.date('deadDate')?.value
  if (dead === false) {
    if (date !== undefined) row.issue('contradiction', 'deadDate', 'a date of death, while deadFlag says that the resident lives')
    patient.deceasedBoolean = false
    return ['deceasedDateTime']
  }
  if (date !== undefined) patient.deceasedDateTime = date
  else if (dead) patient.deceasedBoolean = true
  return date !== undefined ? ['deceasedBoolean'] : []
}

function grid(row: Row): Extension[] {
  const [code, display] = [row.text('regionCode'), row.text('regionCode_text')]
  if (code === undefined && display === undefined) return []
  const coding = code === undefined ? undefined : [told({ system: row.system('areaGrid'), code, display })]
  return conceptExtension(extensionUrls.grid, told({ coding, text: display }))
}

/** The household and the next of kin, who are persons of this system themselves where their number (empiId) is told. */
function family(row: Row): Extension[] {
  const [familyId, head, relation] = [row.text('familyId'), row.yes('masterFlag'), row.concept('relaCode', 'relaCode')]
  const members = ['father', 'mother', 'partner'].flatMap(member => {
    const [person, display] = [row.text(`${member}Id`), row.text(`${member}Name`)]
    if (person === undefined && display === undefined) return []
    const reference = person === undefined ? undefined : `Patient/${row.id('Patient', person)}`
    return [{ url: member, valueReference: told({ reference, display }) }]
  })
  const extension = [
    ...textExtension('familyId', familyId),
    ...(head === undefined ? [] : [{ url: 'head', valueBoolean: head }]),
    ...conceptExtension('relationToHead', relation),
    ...members,
  ]
  return extension.length > 0 ? [{ url: extensionUrls.family, extension }] : []
}

function archiveCondition(row: Row, key: string, text: string): Condition {
  return managedCondition(row, { key, code: { text } })
}

function unique(references: Reference[]): Reference[] | undefined {
  const byId = new Map(references.map(reference => [reference.reference, reference]))
  return byId.size > 0 ? [...byId.values()] : undefined
}
