import type {
  AllergyIntolerance, AllergyIntoleranceReaction, Condition, Immunization, MedicationRequest, Procedure,
} from '../../../src/model/fhir'
import { systems, told, type SyntheaRow } from './row'

const terminology = 'http://terminology.hl7.org/CodeSystem'
const status = (system: string, code: string) => ({ coding: [{ system: `${terminology}/${system}`, code }] })

/** conditions.csv → Condition, by the visit at which it was found. The days are the export's own. */
export function mapCondition(row: SyntheaRow): void {
  const [onset, abatement] = [row.date('START'), row.date('STOP')]
  const condition: Condition = told({
    resourceType: 'Condition' as const,
    id: row.id('Condition', row.person, row.text('ENCOUNTER'), row.text('CODE'), row.text('START')),
    clinicalStatus: status('condition-clinical', abatement === undefined ? 'active' : 'resolved'),
    verificationStatus: status('condition-ver-status', 'confirmed'),
    category: [status('condition-category', 'encounter-diagnosis')],
    code: conditionCode(row),
    subject: row.subject,
    encounter: row.encounter,
    onsetDateTime: onset,
    abatementDateTime: abatement,
    recordedDate: onset,
  })
  row.tell(condition)
}

/** Newer exports name the system of a condition. */
function conditionCode(row: SyntheaRow): Condition['code'] {
  const system = row.text('SYSTEM')
  return row.concept(system?.startsWith('http') ? system : systems.snomed)
}

/** procedures.csv → Procedure. Older exports have one DATE for START and STOP. */
export function mapProcedure(row: SyntheaRow): void {
  const reason = row.concept(systems.snomed, 'REASONCODE', 'REASONDESCRIPTION')
  const [start, end] = [row.date('START') ?? row.date('DATE'), row.date('STOP')]
  const procedure: Procedure = told({
    resourceType: 'Procedure' as const,
    id: row.id('Procedure', row.person, row.text('ENCOUNTER'), row.text('CODE'), row.either('START', 'DATE')),
    status: 'completed' as const,
    code: row.concept(systems.snomed),
    subject: row.subject,
    encounter: row.encounter,
    performedPeriod: start === undefined && end === undefined ? undefined : told({ start, end }),
    reasonCode: reason && [reason],
  })
  row.tell(procedure)
}

/**
 * medications.csv → MedicationRequest: what is prescribed at START; how it is taken is not in the table. One that ends when it
 * begins was ordered anew at the same visit: it is another than the one that goes on.
 */
export function mapMedication(row: SyntheaRow): void {
  const reason = row.concept(systems.snomed, 'REASONCODE', 'REASONDESCRIPTION')
  const [start, end] = [row.date('START'), row.date('STOP')]
  const isReplaced = start !== undefined && start === end
  const request: MedicationRequest = told({
    resourceType: 'MedicationRequest' as const,
    id: row.id('MedicationRequest', row.person, row.text('ENCOUNTER'), row.text('CODE'), row.text('START'), ...isReplaced ? ['replaced'] : []),
    status: end === undefined ? 'active' as const : 'stopped' as const,
    intent: 'order' as const,
    medicationCodeableConcept: row.concept(systems.rxnorm),
    subject: row.subject,
    encounter: row.encounter,
    authoredOn: start,
    reasonCode: reason && [reason],
    dosageInstruction: end === undefined ? undefined : [{ timing: { repeat: { boundsPeriod: told({ start, end }) } } }],
  })
  row.tell(request)
}

/** immunizations.csv → Immunization. */
export function mapImmunization(row: SyntheaRow): void {
  const immunization: Immunization = told({
    resourceType: 'Immunization' as const,
    id: row.id('Immunization', row.person, row.text('ENCOUNTER'), row.text('CODE'), row.text('DATE')),
    status: 'completed' as const,
    vaccineCode: row.concept(systems.cvx) ?? {},
    patient: row.subject,
    encounter: row.encounter,
    occurrenceDateTime: row.date('DATE'),
  })
  row.tell(immunization)
}

const severities: Readonly<Record<string, AllergyIntoleranceReaction['severity']>> = {
  MILD: 'mild', MODERATE: 'moderate', SEVERE: 'severe',
}
const types: ReadonlySet<string> = new Set(['allergy', 'intolerance'])
const categories: ReadonlySet<string> = new Set(['food', 'medication', 'environment', 'biologic'])

/** allergies.csv → AllergyIntolerance. */
export function mapAllergy(row: SyntheaRow): void {
  const [stop, kind, category] = [row.date('STOP'), row.text('TYPE'), row.text('CATEGORY')?.replace(/^drug$/, 'medication')]
  const reactions = ['1', '2'].flatMap(number => reactionOf(row, number))
  const allergy: AllergyIntolerance = told({
    resourceType: 'AllergyIntolerance' as const,
    id: row.id('AllergyIntolerance', row.person, row.text('CODE'), row.text('START')),
    clinicalStatus: status('allergyintolerance-clinical', stop === undefined ? 'active' : 'inactive'),
    verificationStatus: status('allergyintolerance-verification', 'confirmed'),
    type: kind !== undefined && types.has(kind) ? kind as AllergyIntolerance['type'] : undefined,
    category: category !== undefined && categories.has(category) ? [category as 'food'] : undefined,
    code: row.concept(/rxnorm/i.test(row.text('SYSTEM') ?? '') ? systems.rxnorm : systems.snomed),
    patient: row.subject,
    encounter: row.encounter,
    recordedDate: row.date('START'),
    reaction: reactions.length > 0 ? reactions : undefined,
  })
  row.tell(allergy)
}

function reactionOf(row: SyntheaRow, number: string): AllergyIntoleranceReaction[] {
  const manifestation = row.concept(systems.snomed, `REACTION${number}`, `DESCRIPTION${number}`)
  const severity = severities[row.text(`SEVERITY${number}`)?.toUpperCase() ?? '']
  return manifestation === undefined ? [] : [{ manifestation: [manifestation], ...(severity ? { severity } : {}) }]
}
