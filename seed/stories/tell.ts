/** Short ways to say what happens in a story. */
import { firstHospital, laboratoryStaff, practitionersOf, type Institution, type Worker } from '../institutions'
import { panels, resultOf, tests, type PanelName, type TestName } from '../laboratory'
import { at, day, minute } from '../time'
import type { FollowUp, LaboratoryReport, Person, Visit } from '../happenings'

type Needed<T, Keys extends keyof T> = Pick<T, Keys> & Partial<Omit<T, Keys | 'kind'>>

const staff = (place: number): Worker => laboratoryStaff[place] ?? { code: 'J0007', name: '林秋萍' }

/** The first of a department's or centre's doctors. */
export function doctorOf(workers: readonly Worker[]): Worker {
  const [doctor] = workers
  if (!doctor) throw new RangeError('Nobody works there.')
  return doctor
}

/** A visit at 市一院 unless said otherwise; its numbers follow from the day and the person. */
export function visit(
  given: Needed<Visit, 'person' | 'department' | 'diagnoses' | 'patientClass'> & { readonly on: string },
): Visit {
  const { on, ...rest } = given
  const number = `${on.slice(0, 10).replaceAll('-', '')}${given.person.key.slice(1)}`
  return {
    kind: 'visit',
    at: at(on),
    institution: firstHospital,
    doctor: doctorOf(given.department.doctors),
    number: `V${number}`,
    record: `${given.patientClass === 'I' ? 'ZY' : 'MZ'}${number}`,
    ...rest,
  }
}

/** Results by the tests' names; collected and received before the time of the report. */
export function report(given: {
  readonly person: Person
  readonly reported: string
  readonly collected: string
  readonly panel: PanelName
  readonly values: Partial<Record<TestName, number>>
  readonly marked?: readonly TestName[]
  readonly institution?: Institution
  readonly visit?: Visit
  readonly orderedBy?: LaboratoryReport['orderedBy']
  readonly more?: Partial<LaboratoryReport>
}): LaboratoryReport {
  const { person, panel } = given
  const institution = given.institution ?? firstHospital
  const number = `L${given.reported.slice(0, 10).replaceAll('-', '')}${person.key.slice(1)}${panel.length}`
  const doctor = given.visit?.doctor ?? doctorOf(practitionersOf(institution))
  return {
    kind: 'laboratory',
    person,
    at: at(given.reported),
    institution,
    number,
    panel: panels[panel],
    orderedBy: given.orderedBy ?? { doctor, institution, order: number },
    collected: at(given.collected),
    received: at(given.collected) + 25 * minute,
    tester: staff(0),
    verifier: staff(1),
    results: results(person, given.values, given.marked),
    ...(given.visit ? { visit: given.visit } : {}),
    ...given.more,
  }
}

export function results(
  person: Person,
  values: Partial<Record<TestName, number>>,
  marked: readonly TestName[] = [],
): LaboratoryReport['results'] {
  const names = Object.keys(values) as TestName[]
  return names.map(name => resultOf(tests[name], values[name] ?? 0, person.sex, marked.includes(name) ? ['全国HR'] : undefined))
}

/** A follow-up at the person's centre: by default in person; again in three months, or in two weeks if uncontrolled. */
export function followUp(
  given: Needed<FollowUp, 'person' | 'disease' | 'evaluation' | 'doses'> & { readonly on: string },
): FollowUp {
  const { on, ...rest } = given
  const moment = at(on)
  const centre = given.centre ?? given.person.centre
  return {
    kind: 'follow-up',
    at: moment,
    centre,
    archive: given.person.archive,
    empi: given.person.empi,
    way: '1',
    height: 160,
    visit: `${given.disease === 'hypertension' ? 'HY' : 'DM'}${on.slice(2, 10).replaceAll('-', '')}${given.person.key.slice(3)}`,
    doctor: doctorOf(practitionersOf(centre)),
    next: moment + (given.evaluation === '1' ? 90 : 14) * day,
    ...rest,
  }
}
