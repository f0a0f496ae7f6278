import { diagnoses, medicines } from './clinical'
import { departments, firstHospital, practitionersOf, secondHospital } from './institutions'
import { draw, panels, tests } from './laboratory'
import { Random } from './random'
import { day, dayOf, dayStampOf, hour, minute } from './time'
import { reportOf } from './visits'
import type { FollowUp, Happening, Person, Prescription, Visit } from './happenings'
import type { Living } from './illness'

/**
 * The archive that benchmarks ask for: three linked sources, 100 observations and 30 other records, about a tenth of the
 * facts told twice, and every system knows everybody as they are. 社康: one archive row with the blood group, and visits of hypertension (pressure, pulse, weight, BMI).
 * 市一院: eight visits with a diagnosis each and nine reports; the platform tells one of the reports again, and prescriptions.
 */
export function* benchLifeOf(person: Person, { seed, span }: Living): Generator<Happening> {
  const random = new Random(seed, 'bench', person.key)
  const resident: Person = { ...person, heldAs: undefined, registered: span.from + random.whole(1, 300) * day, hypertension: span.from + 310 * day }
  const { centre, archive, empi, phone, street, name, identity, registered } = resident
  yield {
    kind: 'registration',
    person: resident,
    at: registered + 9 * hour,
    centre,
    archive,
    empi,
    phone,
    street,
    name,
    identity,
  }
  const step = Math.floor((span.until - span.from - 420 * day) / 9)
  for (let turn = 0; turn < 8; turn++) {
    const at =
      dayOf(span.from + 330 * day + turn * step + random.whole(0, 90) * day) +
      random.whole(8, 16) * hour +
      random.whole(0, 59) * minute
    if (turn < 6) yield followUp(resident, at + 20 * day, turn, random)
    yield* hospitalVisit(resident, at, turn, random)
  }
}

function followUp(person: Person, at: number, turn: number, random: Random): FollowUp {
  const systolic = random.whole(118, 158)
  return {
    kind: 'follow-up',
    disease: 'hypertension',
    person,
    at,
    visit: `HY${person.key.slice(1)}${turn}`,
    centre: person.centre,
    archive: person.archive,
    empi: person.empi,
    doctor: random.pick(practitionersOf(person.centre)),
    way: '1',
    height: 165,
    weight: random.whole(50, 85),
    heartRate: random.whole(60, 90),
    pressure: [systolic, random.whole(68, 92)],
    evaluation: systolic < 140 ? '1' : '2',
    doses: [],
    next: at + 90 * day,
  }
}

function* hospitalVisit(person: Person, at: number, turn: number, random: Random): Generator<Happening> {
  const department = random.pick([departments.cardiology, departments.endocrinology, departments.respiratory])
  const number = `${dayStampOf(at)}${person.key.slice(1)}${turn}`
  const visit: Visit = {
    kind: 'visit',
    person,
    at,
    institution: firstHospital,
    department,
    doctor: random.pick(department.doctors),
    patientClass: 'O',
    number: `V${number}`,
    record: `MZ${number}`,
    complaint: '复诊',
    diagnoses: [random.pick([diagnoses.hypertension, diagnoses.lipids, diagnoses.bronchitis])],
  }
  yield visit
  const report = reportOf({ visit, panel: 'chemistry', place: 0, random })
  const few = turn % 2 === 0 ? panels.chemistry.tests.slice(0, 10) : panels.chemistry.tests.slice(3, 12)
  yield { ...report, results: few.map(each => draw(tests[each], person.sex, random)), twice: turn === 2 }
  const prescription: Prescription = {
    kind: 'prescription',
    person,
    at: at + hour,
    institution: turn % 2 ? firstHospital : secondHospital,
    number: `RX${number}`,
    doctor: visit.doctor,
    category: 'outpatient',
    doses: [{ medicine: random.pick([medicines.amlodipine, medicines.valsartan, medicines.atorvastatin]) }],
    days: 28,
  }
  yield prescription
}
