import { asHeldBy } from '../heldAs'
import { escaped, header, segment } from './hl7'
import { dayStampOf, stampOf } from '../time'
import type { Department, Worker } from '../institutions'
import type { Happening, LaboratoryReport, Person, Visit, ChartMerge } from '../happenings'

/** What two hospitals' HL7 differs in. */
export interface HospitalDialect {
  readonly facility: string
  readonly time: (at: number) => string
  readonly version: (application: 'HIS' | 'LIS', at: number) => string
  readonly charset: (application: 'HIS' | 'LIS', at: number) => string | undefined
  readonly chartOf: (person: Person) => string
  readonly name: (text: string) => string
  readonly phone: (person: Person) => string
  /** PID-19 instead of PID-3 for the identity number. */
  readonly identityInPid19: (at: number) => boolean
  readonly observations: (report: LaboratoryReport, told: Told) => string[]
}

/** One telling of a report: the first, or what became of it. */
export interface Told {
  readonly at: number
  readonly results: LaboratoryReport['results']
  readonly status: 'F' | 'C'
  readonly notes: Readonly<Record<string, string>>
}

/** A message with the instant of its MSH-7. */
export interface Message {
  readonly control: string
  readonly at: number
  readonly segments: readonly string[]
  readonly person: Person
  readonly twice?: boolean
}

/** The messages by which a hospital tells of one happening, each at its own time; what is not the hospital's gives none. */
export function* messagesOf(happening: Happening, dialect: HospitalDialect): Generator<Message> {
  if (happening.kind === 'visit') yield* visitMessages(happening, dialect)
  else if (happening.kind === 'laboratory') yield* reportMessages(happening, dialect)
  else if (happening.kind === 'merge') yield mergeMessage(happening, dialect)
}

function* visitMessages(visit: Visit, dialect: HospitalDialect): Generator<Message> {
  const inpatient = visit.patientClass === 'I'
  yield admission(visit, inpatient ? 'A01' : 'A04', visit.at, dialect)
  if (visit.cancelled !== undefined) {
    yield admission(visit, 'A11', visit.cancelled, dialect)
    return
  }
  if (!inpatient || visit.end === undefined) return
  for (const [turn, early] of (visit.discharges ?? []).entries()) {
    yield admission({ ...visit, end: early.at }, 'A03', early.at, dialect, turn + 1)
    yield admission(visit, 'A13', early.withdrawn, dialect, turn + 1)
  }
  yield admission(visit, 'A03', visit.end, dialect)
  if (visit.frontPage) yield admission({ ...visit, diagnoses: visit.frontPage.diagnoses }, 'A08', visit.frontPage.at, dialect)
}

type Trigger = 'A01' | 'A03' | 'A04' | 'A08' | 'A11' | 'A13'

function admission(visit: Visit, trigger: Trigger, at: number, dialect: HospitalDialect, turn = 0): Message {
  const { person } = visit
  const control = `${dialect.facility}${visit.number.replace(/\D/g, '')}${trigger.slice(1)}${turn || ''}`
  const final = trigger === 'A03' || trigger === 'A08'
  const bare = trigger === 'A11' || trigger === 'A13'
  return {
    control,
    at,
    person,
    ...(visit.sentTwice === trigger ? { twice: true } : {}),
    segments: [
      headerOf('HIS', `ADT^${trigger}`, control, at + 2000, dialect),
      segment('EVN', { 1: trigger, 2: stampOf(at), 6: trigger === 'A01' || trigger === 'A03' ? stampOf(at) : undefined }),
      visit.newborn ? newbornPid(visit, dialect) : fullPid(person, visit.chart, at, dialect),
      ...(trigger === 'A01' && person.contact && !visit.newborn ? [nextOfKin(person)] : []),
      visitSegment(visit, final, dialect),
      ...(bare ? [] : visit.diagnoses.map((each, place) => diagnosisSegment(visit, each, place, final))),
      ...(trigger === 'A01'
        ? (visit.allergies ?? []).map((each, place) =>
            segment('AL1', {
              1: `${place + 1}`,
              2: `${each.kind}^${each.kind === 'DA' ? '药物过敏' : '食物过敏'}`,
              3: `^${each.name}`,
              4: each.severity,
              5: each.reaction,
            }),
          )
        : []),
      ...(final
        ? (visit.operations ?? []).map(({ operation, at: when }, place) =>
            segment('PR1', {
              1: `${place + 1}`,
              3: `${operation.code}^${operation.name}^ICD9CM3`,
              5: stampOf(when),
              6: 'D',
              11: worker(visit.doctor),
            }),
          )
        : []),
    ],
  }
}

const headerOf = (application: 'HIS' | 'LIS', type: string, control: string, at: number, dialect: HospitalDialect) => {
  const charset = dialect.charset(application, at)
  return header({
    application,
    facility: dialect.facility,
    time: dialect.time(at),
    type,
    control,
    version: dialect.version(application, at),
    ...(charset ? { charset } : {}),
  })
}

const chartIdentifier = (number: string, dialect: HospitalDialect) => `${number}^^^${dialect.facility}^MR`

function fullPid(truly: Person, chart: string | undefined, at: number, dialect: HospitalDialect): string {
  const person = asHeldBy(truly, dialect.facility === 'SYY' ? 'hospital' : 'maternity')
  const own = chartIdentifier(chart ?? dialect.chartOf(person), dialect)
  const apart = !person.permit && dialect.identityInPid19(at)
  const identity = person.permit ? `~${person.permit.number}^^^HKMAC^PPN` : person.identity && `~${person.identity}^^^CN^NI`
  const died = person.died !== undefined && person.died <= at ? person.died : undefined
  return segment('PID', {
    1: '1',
    3: apart ? own : `${own}${identity}${chart || person.permit ? '' : `~${person.healthCard}^^^JKK^HC`}`,
    5: person.permit ? person.permit.name : dialect.name(person.name),
    7: person.birth.replaceAll('-', ''),
    8: person.sex,
    11: `${escaped(person.street)}^^厦门^福建^${person.centre.postcode ?? '361000'}`,
    13: dialect.phone(person),
    19: apart && person.identity ? person.identity : undefined,
    29: died === undefined ? undefined : stampOf(died),
    30: died === undefined ? undefined : 'Y',
  })
}

/** A newborn has a chart of its own and, until it is registered, its mother's identity number. */
function newbornPid(visit: Visit, dialect: HospitalDialect): string {
  const { person, newborn } = visit
  const { mother } = person
  const borrowed = mother && newborn?.order !== undefined ? `~${mother.identity}^^^CN^NI` : ''
  return segment('PID', {
    1: '1',
    3: `${chartIdentifier(dialect.chartOf(person), dialect)}${borrowed}`,
    5: newborn ? dialect.name(newborn.name) : undefined,
    7: stampOf(visit.at).slice(0, 12),
    8: person.sex,
    11: `${escaped(person.street)}^^厦门^福建^${person.centre.postcode ?? '361000'}`,
    13: mother?.phone,
    21: mother ? chartIdentifier(dialect.chartOf(mother), dialect) : undefined,
    24: newborn?.order === undefined ? undefined : 'Y',
    25: newborn?.order === undefined ? undefined : `${newborn.order}`,
  })
}

const nextOfKin = ({ contact }: Person) =>
  segment('NK1', {
    1: '1',
    2: contact?.name,
    3: contact
      ? contact.relation === '配偶'
        ? 'SPO^配偶'
        : contact.relation === '母亲'
          ? 'MTH^母亲'
          : `OTH^${contact.relation}`
      : undefined,
    5: contact?.phone,
  })

const worker = ({ code, name }: Worker) => `${code}^${name}`
const place = (department: Department, bed: string | undefined) =>
  bed ? `${department.code}^${bed}^${bed}^${department.ward}` : `${department.code}^^^${department.clinic}`

const visitSegment = (visit: Visit, final: boolean, dialect: HospitalDialect) =>
  segment('PV1', {
    1: '1',
    2: visit.patientClass,
    3: place(visit.department, visit.bed),
    7: worker(visit.doctor),
    14: visit.patientClass === 'I' ? '2' : undefined,
    17: visit.patientClass === 'I' ? worker(visit.doctor) : undefined,
    19: visitNumber(visit, dialect),
    36: final ? visit.leaving : undefined,
    37: final ? visit.leavingTo : undefined,
    44: stampOf(visit.at),
    45: final && visit.end !== undefined ? stampOf(visit.end) : undefined,
    50: `${visit.record}^^^${visit.patientClass === 'I' ? 'ZYH' : 'MZH'}`,
  })
const visitNumber = (visit: Visit, dialect: HospitalDialect) => `${visit.number}^^^${dialect.facility}^VN`

const diagnosisSegment = (visit: Visit, each: Visit['diagnoses'][number], order: number, final: boolean) =>
  segment('DG1', {
    1: `${order + 1}`,
    3: `${each.code}^${each.name}^ICD10CN`,
    4: final || order > 0 ? undefined : visit.complaint,
    5: dayStampOf(visit.at),
    6: visit.patientClass === 'I' ? (final ? 'F' : 'A') : 'W',
    15: order === 0 ? '1' : '2',
  })

function* reportMessages(report: LaboratoryReport, dialect: HospitalDialect): Generator<Message> {
  const tellings: Told[] = [
    { at: report.at, results: report.results, status: 'F', notes: {} },
    ...(report.later ?? []).map(each => ({ at: each.at, results: each.results, status: each.status, notes: each.notes ?? {} })),
  ]
  for (const [turn, told] of tellings.entries()) {
    const control = `${dialect.facility}LIS${report.number.slice(1)}${turn || ''}`
    yield {
      control,
      at: told.at,
      person: report.person,
      segments: [
        headerOf('LIS', 'ORU^R01', control, told.at, dialect),
        segment('PID', {
          1: '1',
          3: chartIdentifier(report.chart ?? dialect.chartOf(report.person), dialect),
          5: report.person.permit ? report.person.permit.name : dialect.name(report.person.name),
          8: report.person.sex,
        }),
        ...(report.visit
          ? [
              segment('PV1', {
                1: '1',
                2: report.visit.patientClass,
                3: place(report.visit.department, report.visit.bed),
                19: visitNumber(report.visit, dialect),
              }),
            ]
          : []),
        ...dialect.observations(report, told),
      ],
    }
  }
}

function mergeMessage({ person, at, retired }: ChartMerge, dialect: HospitalDialect): Message {
  const control = `${dialect.facility}${stampOf(at)}${person.key.slice(1)}40`
  return {
    control,
    at,
    person,
    segments: [
      headerOf('HIS', 'ADT^A40', control, at, dialect),
      segment('EVN', { 1: 'A40', 2: stampOf(at) }),
      fullPid(person, undefined, at, dialect),
      segment('MRG', { 1: chartIdentifier(retired, dialect), 7: dialect.name(person.name) }),
    ],
  }
}
