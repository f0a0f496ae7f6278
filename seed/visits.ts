import { diagnoses, medicines, operations, type DiagnosisName, type MedicineName } from './clinical'
import {
  departments,
  firstHospital,
  laboratoryStaff,
  maternityHospital,
  maternityLaboratoryStaff,
  practitionersOf,
  secondHospital,
  type DepartmentName,
  type Institution,
} from './institutions'
import { draw, panels, tests, type PanelName, type TestName } from './laboratory'
import { Random } from './random'
import { ageAt, at as instant, day, dayOf, dayStampOf, hour, minute } from './time'
import type { Happening, LaboratoryReport, Person, Prescription, Visit } from './happenings'
import type { Span } from './district'

interface Complaint {
  readonly department: DepartmentName
  readonly diagnosis: DiagnosisName
  readonly text: string
  readonly panels: readonly PanelName[]
  readonly medicines: readonly MedicineName[]
  /** How much more often when the person has the condition. */
  readonly weight: (person: Person, age: number) => number
}

const complaint = (
  department: DepartmentName,
  diagnosis: DiagnosisName,
  text: string,
  panelNames: readonly PanelName[],
  medicineNames: readonly MedicineName[],
  weight: Complaint['weight'],
): Complaint => ({ department, diagnosis, text, panels: panelNames, medicines: medicineNames, weight })

const complaints: readonly Complaint[] = [
  complaint('cardiology', 'hypertension', '头晕', ['chemistry'], ['amlodipine', 'atorvastatin'], person =>
    person.hypertension ? 6 : 0,
  ),
  complaint('cardiology', 'coronary', '胸闷', ['chemistry', 'blood'], ['aspirin', 'atorvastatin'], (_, age) =>
    age > 60 ? 2 : 0,
  ),
  complaint('cardiology', 'lipids', '体检血脂高', ['lipids'], ['atorvastatin'], (_, age) => (age > 40 ? 1.5 : 0)),
  complaint('endocrinology', 'diabetes', '血糖升高', ['chemistry', 'sugar'], ['metformin', 'acarbose'], person =>
    person.diabetes ? 6 : 0,
  ),
  complaint('respiratory', 'bronchitis', '咳嗽咳痰', ['blood'], ['amoxicillin'], () => 2),
  complaint('respiratory', 'pneumonia', '发热咳嗽', ['blood', 'kidney'], ['amoxicillin'], (_, age) => (age > 65 ? 1.5 : 0.4)),
  complaint('digestive', 'gastritis', '上腹痛', ['blood'], ['omeprazole'], (_, age) => (age > 18 ? 2 : 0)),
  complaint('orthopaedics', 'knee', '膝痛', [], ['ibuprofen'], (_, age) => (age > 55 ? 2 : 0.3)),
  complaint('surgery', 'urinary', '尿频尿痛', ['blood', 'kidney'], [], (_, age) => (age > 18 ? 1 : 0)),
  complaint('emergency', 'chestPain', '胸痛待查', ['blood', 'kidney'], [], (_, age) => (age > 40 ? 0.8 : 0)),
]
const childhood = complaint('paediatrics', 'cold', '发热', ['blood'], ['ibuprofen'], () => 1)

/** Outpatient visits, emergencies and admissions of one resident, with the results and prescriptions that come of them. */
export function* visitsOf(
  person: Person,
  { seed, span, perYear }: { seed: number; span: Span; perYear: number },
): Generator<Happening> {
  const random = new Random(seed, 'visits', person.key)
  const start = Math.max(span.from, instant(person.birth) + 40 * day)
  const end = Math.min(span.until, person.died ?? span.until)
  let at = start
  for (let count = 1; ; count++) {
    at += Math.max(2 * day, random.around(365 / perYear, 120 / perYear) * day)
    if (at >= end - 12 * day) return
    const moment = dayOf(at) + random.whole(8, 16) * hour + random.whole(0, 59) * minute + random.whole(0, 59) * 1000
    yield* encounter({ person, at: moment, count, random })
  }
}

function* encounter({
  person,
  at,
  count,
  random,
}: {
  person: Person
  at: number
  count: number
  random: Random
}): Generator<Happening> {
  const age = ageAt(person.birth, at)
  const what = age < 15 ? childhood : random.weighted(complaints.map(each => [each, each.weight(person, age)] as const))
  const institution =
    age < 15
      ? maternityHospital
      : random.weighted<Institution>([
          [firstHospital, 55],
          [secondHospital, 25],
          [person.centre, 20],
        ])
  const admitted = institution !== person.centre && age > 40 && random.chance(0.12)
  const visit = visitOf({ person, at, count, what, institution, admitted, random })
  yield visit
  if (visit.cancelled !== undefined) return
  const panelNames = admitted
    ? [...new Set<PanelName>([...what.panels, 'chemistry', 'blood'])]
    : what.panels.filter(() => random.chance(0.7))
  for (const [place, name] of panelNames.entries()) yield reportOf({ visit, panel: name, place, random })
  if (what.medicines.length > 0 && random.chance(0.8)) yield prescriptionOf({ visit, what, random })
}

function visitOf({
  person,
  at,
  count,
  what,
  institution,
  admitted,
  random,
}: {
  person: Person
  at: number
  count: number
  what: Complaint
  institution: Institution
  admitted: boolean
  random: Random
}): Visit {
  const department = departments[what.department]
  const own = institution === firstHospital || institution === maternityHospital
  const number = `${dayStampOf(at)}${person.key.slice(1)}${`0${count}`.slice(-2)}`
  const main = diagnoses[what.diagnosis]
  const others = [
    person.hypertension && at > person.hypertension ? diagnoses.hypertension : undefined,
    person.diabetes && at > person.diabetes ? diagnoses.diabetes : undefined,
  ].flatMap(each => (each && each !== main ? [each] : []))
  return {
    kind: 'visit',
    person,
    at,
    institution,
    department,
    doctor: random.pick(own ? department.doctors : practitionersOf(institution)),
    patientClass: admitted ? 'I' : what.department === 'emergency' ? 'E' : 'O',
    number: `V${number}`,
    record: `${admitted ? 'ZY' : 'MZ'}${number}`,
    complaint: what.text,
    diagnoses: [main],
    ...(random.chance(0.03) ? { cancelled: at + 20 * minute } : {}),
    ...(admitted ? stay(at, main, others, person, random) : {}),
  }
}

function stay(
  at: number,
  main: Visit['diagnoses'][number],
  others: Visit['diagnoses'],
  person: Person,
  random: Random,
): Partial<Visit> {
  const end = dayOf(at) + random.whole(4, 11) * day + random.whole(9, 11) * hour + random.whole(0, 59) * minute
  const leaving = random.weighted<NonNullable<Visit['leaving']>>([
    ['1', 70],
    ['3', 24],
    ['4', 4],
    ['9', 2],
  ])
  return {
    end,
    leaving,
    bed: `${random.whole(1, 20)}`.padStart(2, '0'),
    ...(leaving === '3' ? { leavingTo: person.centre.id } : {}),
    ...(others.length > 0 ? { frontPage: { at: end + random.whole(2, 7) * day, diagnoses: [main, ...others] } } : {}),
    ...(random.chance(0.3)
      ? { operations: [{ operation: random.pick(Object.values(operations)), at: at + day + 3 * hour }] }
      : {}),
    ...(random.chance(0.12) ? { discharges: [{ at: end - day, withdrawn: end - day + 2 * hour }] } : {}),
  }
}

/** A person's means move with what they have: glucose and HbA1c of diabetics, cholesterol of those treated for it. */
export function shiftsOf(person: Person, at: number): Partial<Record<TestName, number>> {
  return person.diabetes && at > person.diabetes ? { GLUF: 2.2, HBA1C: 1.9, TG: 0.5 } : {}
}

/** 市一院 prints the mark of recognition on the items for which it has passed the national assessment, from this day on. */
const assessed = instant('2023-07-01')
/** The platform collects the results of 市一院 from this day on. */
const collects = instant('2020-03-01')
const recognised: ReadonlySet<TestName> = new Set<TestName>(['K', 'NA', 'CREA', 'TC', 'TG', 'HBA1C', 'WBC', 'HGB'])

/** One laboratory report of a visit: collected, received, reported; the last three digits of the number tell the panels apart. */
export function reportOf({
  visit,
  panel: name,
  place,
  random,
}: {
  visit: Visit
  panel: PanelName
  place: number
  random: Random
}): LaboratoryReport {
  const { person, institution } = visit
  const staff = institution === maternityHospital ? maternityLaboratoryStaff : laboratoryStaff
  const collected = visit.at + random.whole(10, 50) * minute
  const received = collected + random.whole(8, 40) * minute
  const number = `L${visit.number.slice(1)}${place + 1}`
  const shifts = shiftsOf(person, visit.at)
  return {
    kind: 'laboratory',
    person,
    at: received + random.whole(45, 240) * minute,
    institution,
    visit,
    number,
    panel: panels[name],
    orderedBy: { doctor: visit.doctor, institution, order: number },
    collected,
    received,
    tester: random.pick(staff),
    verifier: random.pick(staff),
    results: panels[name].tests.map(each => {
      const result = draw(tests[each], person.sex, random, shifts[each as TestName])
      return institution === firstHospital && visit.at > assessed && recognised.has(each)
        ? { ...result, marks: ['全国HR'] }
        : result
    }),
    ...(visit.chart ? { chart: visit.chart } : {}),
    ...(institution === firstHospital && random.chance(0.35) && visit.at > collects ? { twice: true } : {}),
  }
}

function prescriptionOf({ visit, what, random }: { visit: Visit; what: Complaint; random: Random }): Prescription {
  const names = what.medicines.filter((_, place) => place === 0 || random.chance(0.5))
  return {
    kind: 'prescription',
    person: visit.person,
    at: (visit.end ?? visit.at) + 30 * minute,
    institution: visit.institution,
    number: `RX${visit.number.slice(1)}`,
    doctor: visit.doctor,
    category: visit.patientClass === 'I' ? 'discharge' : 'outpatient',
    doses: names.map(each => ({ medicine: medicines[each] })),
    days: random.pick([3, 7, 14, 28]),
    visit,
    ...(visit.diagnoses[0] ? { diagnosis: visit.diagnoses[0] } : {}),
  }
}
