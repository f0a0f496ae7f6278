import { dateOf, day, isoOf } from '../time'
import { asHeldBy } from '../heldAs'
import { firstHospital, maternityHospital, platform, type Institution } from '../institutions'
import { rangeFor } from '../laboratory'
import { surnameOf } from '../names'
import type * as fhir4 from '../../src/model/fhir'
import type { AllergyNoted, Dose, LaboratoryReport, Person, Prescription, Vaccination, Visit } from '../happenings'

/** The platform's resources, each under the platform's own id, updated by PUT. */
export const systems = {
  identity: 'urn:oid:2.16.156.10011.1.3',
  archive: 'urn:oid:2.16.156.10011.1.2',
  healthCard: 'urn:oid:2.16.156.10011.1.19',
  institution: 'urn:oid:2.16.156.10011.1.5',
  inpatient: 'urn:oid:2.16.156.10011.1.12',
  outpatient: 'urn:oid:2.16.156.10011.1.11',
  laboratoryReport: 'urn:oid:2.16.156.10011.1.33',
  diagnosis: 'urn:oid:2.16.156.10011.2.3.3.11',
  loinc: 'http://loinc.org',
  ucum: 'http://unitsofmeasure.org',
  atc: 'http://www.whocc.no/atc',
  cvx: 'http://hl7.org/fhir/sid/cvx',
} as const
const terminology = (name: string) => `http://terminology.hl7.org/CodeSystem/${name}`

export const organizationReference = ({ id, name }: Institution): fhir4.Reference => ({
  reference: `Organization/${id}`,
  identifier: { system: systems.institution, value: id },
  display: name,
})
export const patientReference = (person: Person): fhir4.Reference => ({ reference: `Patient/${person.platformId}` })
export const concept = (system: string, code: string, display: string, text = display): fhir4.CodeableConcept => ({
  coding: [{ system, code, display }],
  text,
})
export const updated = (at: number): fhir4.Meta => ({ lastUpdated: isoOf(at) })

export const organization = (institution: Institution, at: number): fhir4.Organization => ({
  resourceType: 'Organization',
  id: institution.id,
  meta: updated(at),
  active: true,
  name: institution.name,
  identifier: [{ system: systems.institution, value: institution.id }],
  type: [{ text: institution.level }],
  ...(institution === platform ? {} : { partOf: { display: '湖里区卫生健康局' } }),
})

/** What the platform holds of a person; a newborn stands under its mother's number until it is registered. */
export function patient(truly: Person, at: number, held: { name?: string; identity?: string } = {}): fhir4.Patient {
  const person = asHeldBy(truly, 'platform')
  const name = held.name ?? person.name
  return {
    resourceType: 'Patient',
    id: person.platformId,
    meta: updated(at),
    active: true,
    identifier: [
      ...(held.identity ?? person.identity ? [{ use: 'official' as const, system: systems.identity, value: held.identity ?? person.identity }] : []),
      ...(held.identity
        ? []
        : [
            { system: systems.archive, value: person.archive },
            { system: systems.healthCard, value: person.healthCard },
          ]),
    ],
    name: [{ use: 'official', text: name, family: surnameOf(name), given: [name.slice(surnameOf(name).length)] }],
    telecom: [{ system: 'phone', use: 'mobile', value: person.phone }],
    gender: person.sex === 'M' ? 'male' : 'female',
    birthDate: person.birth,
    address: [
      {
        use: 'home',
        text: `福建省厦门市${person.street}`,
        line: [person.street],
        city: '厦门市',
        district: '湖里区',
        country: 'CN',
      },
    ],
  }
}

const encounterClass = { O: ['AMB', 'ambulatory'], E: ['EMER', 'emergency'], I: ['IMP', 'inpatient encounter'] } as const
const encounterId = (visit: Visit) => `enc-${visit.number}`

export function encounter(visit: Visit, at: number): fhir4.Encounter {
  const [code, display] = encounterClass[visit.patientClass]
  const inpatient = visit.patientClass === 'I'
  return {
    resourceType: 'Encounter',
    id: encounterId(visit),
    meta: updated(at),
    identifier: [
      {
        system: inpatient ? systems.inpatient : systems.outpatient,
        value: visit.record,
        assigner: { display: visit.institution.name },
      },
    ],
    status: visit.cancelled === undefined ? 'finished' : 'cancelled',
    class: { system: terminology('v3-ActCode'), code, display },
    subject: patientReference(visit.person),
    serviceType: { text: inpatient ? visit.department.ward : visit.department.clinic },
    participant: [{ individual: { display: visit.doctor.name } }],
    period: { start: isoOf(visit.at), end: isoOf(visit.end ?? visit.at + 30 * 60_000) },
    ...(visit.complaint ? { reasonCode: [{ text: visit.complaint }] } : {}),
    diagnosis: visit.diagnoses.map((_, place) => ({
      condition: { reference: `Condition/${conditionId(visit, place)}` },
      rank: place + 1,
    })),
    serviceProvider: organizationReference(visit.institution),
  }
}

const conditionId = (visit: Visit, place: number) => `con-${visit.number}-${place + 1}`

export const conditions = (visit: Visit, at: number): fhir4.Condition[] =>
  visit.diagnoses.map((each, place) => ({
    resourceType: 'Condition',
    id: conditionId(visit, place),
    meta: updated(at),
    clinicalStatus: concept(terminology('condition-clinical'), 'active', 'Active', '活动'),
    verificationStatus: concept(terminology('condition-ver-status'), 'confirmed', 'Confirmed', '确诊'),
    category: [concept(terminology('condition-category'), 'encounter-diagnosis', 'Encounter Diagnosis', '就诊诊断')],
    code: concept(systems.diagnosis, each.code, each.name),
    subject: patientReference(visit.person),
    encounter: { reference: `Encounter/${encounterId(visit)}` },
    recordedDate: isoOf(visit.at),
    recorder: { display: visit.doctor.name },
  }))

const doseText = ({ medicine, dose, timesADay }: Dose) =>
  `每次${dose ?? medicine.dose}${medicine.unit} 每日${timesADay ?? medicine.timesADay}次 ${medicine.route}`
const ucumOfDose: Readonly<Record<string, string>> = { mg: 'mg', g: 'g', ug: 'ug', 片: '{tbl}', 粒: '{cap}' }

/** One request for each medicine; how long it was meant for is in `expectedSupplyDuration` (days). */
export const medicationRequests = (prescription: Prescription, at: number): fhir4.MedicationRequest[] =>
  prescription.doses.map((dose, place) => {
    const { medicine } = dose
    const category =
      prescription.category === 'discharge'
        ? (['discharge', 'Discharge'] as const)
        : prescription.category === 'outpatient'
          ? (['outpatient', 'Outpatient'] as const)
          : (['community', 'Community'] as const)
    return {
      resourceType: 'MedicationRequest',
      id: `med-${prescription.number}-${place + 1}`,
      meta: updated(at),
      identifier: [{ system: 'urn:oid:2.16.156.10011.1.20', value: `${prescription.number}-${place + 1}` }],
      status: prescription.at + prescription.days * day > at ? 'active' : 'completed',
      intent: 'order',
      category: [concept(terminology('medicationrequest-category'), category[0], category[1])],
      medicationCodeableConcept: {
        coding: [{ system: systems.atc, code: medicine.atc }],
        text: `${medicine.name} ${medicine.strength}`,
      },
      subject: patientReference(prescription.person),
      authoredOn: isoOf(prescription.at),
      ...(prescription.visit && isTold(prescription.visit)
        ? { encounter: { reference: `Encounter/${encounterId(prescription.visit)}` } }
        : {}),
      requester: {
        ...organizationReference(prescription.institution),
        display: `${prescription.institution.name} ${prescription.doctor.name}`,
      },
      ...(prescription.diagnosis
        ? { reasonCode: [concept(systems.diagnosis, prescription.diagnosis.code, prescription.diagnosis.name)] }
        : {}),
      ...(prescription.note ? { note: [{ text: prescription.note }] } : {}),
      dosageInstruction: [
        {
          text: doseText(dose),
          timing: { repeat: { frequency: dose.timesADay ?? medicine.timesADay, period: 1, periodUnit: 'd' } },
          route: { text: medicine.route },
          doseAndRate: [
            {
              doseQuantity: {
                value: dose.dose ?? medicine.dose,
                unit: medicine.unit,
                system: systems.ucum,
                code: ucumOfDose[medicine.unit],
              },
            },
          ],
        },
      ],
      dispenseRequest: {
        expectedSupplyDuration: { value: prescription.days, unit: '天', system: systems.ucum, code: 'd' },
        performer: organizationReference(prescription.institution),
      },
    }
  })

/** The platform tells encounters only of institutions that do not speak for themselves. */
export const isTold = (visit: Visit): boolean => visit.institution !== firstHospital && visit.institution !== maternityHospital

export const immunization = ({ person, vaccine, at, lot, institution }: Vaccination, told: number): fhir4.Immunization => ({
  resourceType: 'Immunization',
  id: `imm-${person.platformId}-${isoOf(at).slice(0, 10)}-${vaccine.dose}-${vaccine.cvx ?? vaccine.month}`,
  meta: updated(told),
  status: 'completed',
  vaccineCode: { ...(vaccine.cvx ? { coding: [{ system: systems.cvx, code: vaccine.cvx }] } : {}), text: vaccine.name },
  patient: patientReference(person),
  occurrenceDateTime: isoOf(at),
  recorded: dateOf(told),
  primarySource: true,
  lotNumber: lot,
  performer: [{ actor: organizationReference(institution) }],
  protocolApplied: [{ doseNumberPositiveInt: vaccine.dose }],
})

export const allergy = ({ person, at, allergen, institution }: AllergyNoted): fhir4.AllergyIntolerance => ({
  resourceType: 'AllergyIntolerance',
  id: `alg-${person.platformId}`,
  meta: updated(at),
  clinicalStatus: concept(terminology('allergyintolerance-clinical'), 'active', 'Active', '活动'),
  verificationStatus: concept(terminology('allergyintolerance-verification'), 'confirmed', 'Confirmed', '确诊'),
  type: 'allergy',
  category: [allergen.kind === 'DA' ? 'medication' : 'food'],
  criticality: allergen.severity === 'SV' ? 'high' : 'low',
  code: { text: allergen.name },
  patient: patientReference(person),
  recordedDate: isoOf(at),
  recorder: { display: institution.name },
  reaction: [{ manifestation: [{ text: allergen.reaction }], severity: allergen.severity === 'SV' ? 'severe' : 'moderate' }],
})

const flagDisplay = { N: 'Normal', H: 'High', L: 'Low', HH: 'Critical high', LL: 'Critical low' } as const

/** `at` is when the platform was told; `issued` when this version was reported, where that is not the report's own time. */
export interface ToldResults {
  readonly at: number
  readonly status: 'final' | 'amended' | 'corrected'
  readonly issued?: number
  readonly results?: LaboratoryReport['results']
}

/** The results of a report; `status` amended or corrected where the laboratory changed its word. */
export const observations = (report: LaboratoryReport, told: ToldResults): fhir4.Observation[] =>
  (told.results ?? report.results).map(({ test, value, flag, marks }) => ({
    resourceType: 'Observation',
    id: `obs-${report.number}-${test.code}`,
    meta: updated(told.at),
    ...(marks ? { extension: marks.map(each => ({ url: 'urn:hutong:recognition-mark', valueString: each })) } : {}),
    identifier: [
      {
        system: systems.laboratoryReport,
        value: `${report.number}-${test.code}`,
        assigner: { display: report.institution.name },
      },
    ],
    status: told.status,
    category: [concept(terminology('observation-category'), 'laboratory', 'Laboratory', '检验')],
    code: { ...(test.loinc ? { coding: [{ system: systems.loinc, code: test.loinc }] } : {}), text: test.name },
    subject: patientReference(report.person),
    effectiveDateTime: isoOf(report.collected),
    issued: isoOf(told.issued ?? report.at),
    performer: [organizationReference(report.institution)],
    valueQuantity: { value: Number(value), unit: test.unit.replace('μ', 'u'), system: systems.ucum, code: test.ucum },
    interpretation: [concept(terminology('v3-ObservationInterpretation'), flag, flagDisplay[flag])],
    specimen: { display: report.panel.specimen[1] },
    referenceRange: [referenceRange(report, test)],
  }))

function referenceRange(
  report: LaboratoryReport,
  test: LaboratoryReport['results'][number]['test'],
): fhir4.ObservationReferenceRange {
  const [low, high] = rangeFor(test, report.person.sex)
  const quantity = (value: number) => ({ value, unit: test.unit.replace('μ', 'u'), system: systems.ucum, code: test.ucum })
  return { low: quantity(low), high: quantity(high) }
}
