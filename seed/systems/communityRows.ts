import { dateOf, hour } from '../time'
import type { Dose, FollowUp, Registration } from '../happenings'
import type { Medicine } from '../clinical'

/** A row before it is printed: dates as instants in `Moment`, so that each export writes them in the fashion of its time. */
export type Cell = string | number | Moment | undefined
export interface Moment {
  readonly date: number
  readonly withTime: boolean
}
export type Row = Readonly<Record<string, Cell>>

const on = (date: number): Moment => ({ date, withTime: false })
const stamp = (date: number): Moment => ({ date, withTime: true })
const birthday = (birth: string): Moment => on(Date.parse(`${birth}T00:00:00+08:00`))
const yes = (value: boolean) => (value ? 'y' : 'n')

/** Local codes of chis.dictionary: sex 1/2, marriage 1–4, blood 1 A, 2 B, 3 O, 4 AB, 5 unknown. */
export function demographicRow(registration: Registration): Row {
  const { person, at, centre } = registration
  const crowd = [person.hypertension ? '02' : '', person.diabetes ? '03' : '', person.birth < '1961' ? '01' : '']
    .filter(Boolean)
    .join(',')
  return {
    empiId: registration.empi,
    cardNo: person.healthCard,
    personName: registration.name,
    cardtype: registration.identity ? '01' : '08',
    idCard: registration.identity,
    sexCode: person.sex === 'M' ? '1' : '2',
    birthday: birthday(person.birth),
    mobileNumber: registration.phone,
    contact: person.contact?.name,
    contactPhone: person.contact?.phone,
    contactRelation: person.contact?.relation,
    registeredPermanent: person.identity.startsWith('350206') ? '1' : '2',
    nationCode: '01',
    bloodTypeCode: `${(Number(person.key.slice(-2)) % 5) + 1}`,
    rhBloodCode: '1',
    educationCode: person.birth < '1960' ? '2' : '4',
    workCode: 'Y',
    maritalStatusCode: person.marital,
    insuranceCode: person.birth < '1990' ? '01' : '02',
    zipCode: centre.postcode,
    address: registration.street,
    nationalityCode: 'CN',
    startWorkDate: '1900-01-01',
    createUnit: centre.unit,
    createUser: `${centre.unit}01`,
    createTime: stamp(person.registered + 9 * hour),
    lastModifyUnit: centre.unit,
    lastModifyTime: stamp(at),
    lastModifyUser: `${centre.unit}01`,
    status: '0',
    versionNumber: '1',
    crowdType: crowd,
    signFlag: '1',
  }
}

export function healthRecordRow(registration: Registration): Row {
  const { person, at, centre, closed } = registration
  const dead = closed?.reason === '1'
  return {
    phrId: registration.archive,
    empiId: registration.empi,
    regionCode: registration.archive.slice(0, 12),
    manaDoctorId: `${centre.unit}01`,
    manaUnitId: centre.unit,
    masterFlag: yes(!person.contact),
    familyId: person.household,
    motherId: person.mother?.empi,
    motherName: person.mother?.name,
    deadFlag: yes(dead),
    deadDate: dead && closed ? on(closed.date) : undefined,
    createUnit: centre.unit,
    createUser: `${centre.unit}01`,
    createDate: stamp(person.registered + 9 * hour),
    inputUnit: centre.unit,
    inputUser: `${centre.unit}01`,
    inputDate: stamp(person.registered + 9 * hour),
    lastModifyUnit: centre.unit,
    lastModifyUser: `${centre.unit}01`,
    lastModifyDate: stamp(at),
    cancellationUnit: closed ? centre.unit : undefined,
    cancellationUser: closed ? `${centre.unit}01` : undefined,
    cancellationDate: closed ? on(at) : undefined,
    status: closed ? '1' : '0',
    cancellationReason: closed?.reason,
    isDiabetes: yes(!!person.diabetes && person.diabetes <= at),
    isHypertension: yes(!!person.hypertension && person.hypertension <= at),
    isOffer: 'y',
    isFirstVerify: '1',
    isSecondVerify: '2',
    dataSource: '2',
  }
}

const units: Readonly<Record<Medicine['unit'], string>> = { 片: '1', 粒: '3', g: '4', mg: '7', ug: '8' }

function medicineColumns(doses: readonly Dose[], disease: FollowUp['disease']): Row {
  const cells: Record<string, Cell> = {}
  for (const [place, { medicine, dose, timesADay }] of doses.entries()) {
    const n = place + 1
    cells[`drugNames${n}`] = medicine.name
    cells[`medicineType${n}`] = medicine.kind?.[disease] ?? (disease === 'hypertension' ? '0' : '8')
    cells[`everyDayTime${n}`] = timesADay ?? medicine.timesADay
    cells[`oneDosage${n}`] = dose ?? medicine.dose
    cells[`medicineUnit${n}`] = units[medicine.unit]
  }
  return cells
}

/** The part that both forms share; `changed` is when the row was last written. */
function visitColumns(visit: FollowUp, changed: number): Row {
  const bmi = visit.weight === undefined ? undefined : (visit.weight / (visit.height / 100) ** 2).toFixed(1)
  const met = visit.way !== '5'
  return {
    visitId: visit.visit,
    phrId: visit.archive,
    empiId: visit.empi,
    visitDate: on(visit.at),
    visitWay: visit.way,
    visitEffect: '1',
    constriction: visit.pressure?.[0],
    diastolic: visit.pressure?.[1],
    weight: visit.weight,
    targetWeight: visit.weight,
    bmi,
    targetBmi: met ? '23.9' : undefined,
    smokeCount: '0',
    targetSmokeCount: '0',
    drinkCount: '0',
    targetDrinkCount: '0',
    trainTimesWeek: '3',
    targetTrainTimesWeek: '5',
    trainMinute: '30',
    targetTrainMinute: '30',
    medicine: '1',
    psychologyChange: '1',
    obeyDoctor: '1',
    nextDate: on(visit.next),
    visitDoctor: visit.doctor.code,
    visitUnit: visit.centre.unit,
    manaUnitId: visit.centre.unit,
    notes: visit.note,
    inputUnit: visit.centre.unit,
    inputUser: visit.doctor.code,
    inputDate: stamp(visit.at + hour),
    lateInput: visit.disease === 'hypertension' ? 'n' : '2',
    lastModifyUser: visit.doctor.code,
    lastModifyUnit: visit.centre.unit,
    lastModifyDate: stamp(changed),
    ...medicineColumns(visit.doses, visit.disease),
  }
}

export function hypertensionRow(visit: FollowUp, changed: number): Row {
  return {
    ...visitColumns(visit, changed),
    currentSymptoms: visit.evaluation === '2' ? '2' : '1',
    heartRate: visit.heartRate,
    targetHeartRate: '70',
    loseWeight: '1',
    salt: '2',
    targetSalt: '1',
    medicineBadEffect: yes(!!visit.adverse),
    visitEvaluate: visit.evaluation,
    riskLevel: '3',
    complication: '16',
    complicationIncrease: 'n',
    healthProposal: '1-2,2-1',
    treatEffect: visit.evaluation === '1' ? '1' : '2',
    agencyAndDept: visit.referral?.to,
    referralReason: visit.referral?.reason,
    manaDoctorId: visit.doctor.code,
    hypertensionGroup: '02',
  }
}

/** `loseWeight` and `adverseReactions` mean here the reverse of what they mean in other forms: 1 = needs to, 1 = none. */
export function diabetesRow(visit: FollowUp, changed: number): Row {
  const met = visit.way !== '5'
  return {
    ...visitColumns(visit, changed),
    symptoms: visit.evaluation === '2' ? '2' : '1',
    diabetesGroup: '02',
    diabetesType: '2',
    diabetesChange: 'n',
    pulsation: met ? '1' : undefined,
    diet: '1',
    loseWeight: '2',
    food: '250',
    targetFood: '250',
    fbs: visit.fasting?.[0].toFixed(1),
    fbsTest: visit.fasting?.[1],
    rbs: visit.random?.[0].toFixed(1),
    rbsTest: visit.random?.[1],
    unit: visit.fasting || visit.random ? '1' : undefined,
    hbA1c: visit.hba1c?.toFixed(1),
    testDate: visit.hba1c === undefined ? undefined : dateOf(visit.at),
    adverseReactions: visit.adverse ? '2' : '1',
    glycopenia: '1',
    visitType: visit.evaluation,
    healthProposal: '1,4,7',
    complicationChange: '3',
    referralOffice: visit.referral?.to,
    referralReason: visit.referral?.reason,
  }
}
