/** What truly happened in the district: systems tell of it, each in its own way and only what it would know. */
import type { Allergen, Diagnosis, Medicine, Operation, Vaccine } from './clinical'
import type { Department, Institution, Worker } from './institutions'
import type { Panel, Result } from './laboratory'

export type Sex = 'M' | 'F'

export interface Person {
  /** `r00012`: the key of the truth. */
  readonly key: string
  /** Which of the stories this resident is in. */
  readonly story?: string
  readonly name: string
  readonly sex: Sex
  /** `1956-03-04` */
  readonly birth: string
  readonly identity: string
  /** Home-return permit that a hospital holds instead of the identity number, with the name as it is printed there. */
  readonly permit?: { readonly number: string; readonly name: string }
  readonly phone: string
  readonly street: string
  readonly centre: Institution
  readonly archive: string
  readonly healthCard: string
  /** GB/T 2261.2-like local code of the community system: 1 single, 2 married, 3 widowed, 4 divorced. */
  readonly marital: '1' | '2' | '3' | '4'
  readonly household: string
  readonly contact?: { readonly name: string; readonly phone: string; readonly relation: string }
  /** The mother, of children born in the district. */
  readonly mother?: Person
  /** Of those who were born together. */
  readonly birthOrder?: 1 | 2
  /** What single systems hold of the person instead of the truth: a number that was not asked for or misread, an old name, address or telephone. */
  readonly heldAs?: Readonly<Partial<Record<'community' | 'hospital' | 'maternity' | 'platform', Held>>>
  /** Numbers under which each system keeps the person. */
  readonly chart: string
  readonly maternityChart: string
  readonly empi: string
  readonly platformId: string
  readonly registered: number
  readonly died?: number
  /** Long-term conditions, which decide who is followed up. */
  readonly hypertension?: number
  readonly diabetes?: number
}

/** `identity` '' is none. */
export type Held = Partial<Pick<Person, 'name' | 'identity' | 'phone' | 'street' | 'birth'>>

interface Happened {
  readonly person: Person
  readonly at: number
}

/** A record that a hospital keeps under a chart number; absent, the person's own. */
interface Charted extends Happened {
  readonly chart?: string
}

/** A community centre opens or changes a resident's archive. */
export interface Registration extends Happened {
  readonly kind: 'registration'
  /** The archive's own words where they differ from the person's (an older address, another centre). */
  readonly centre: Institution
  readonly archive: string
  readonly empi: string
  readonly phone: string
  readonly street: string
  readonly name: string
  readonly identity: string
  readonly closed?: { readonly reason: '1' | '2' | '3'; readonly date: number }
}

export interface Dose {
  readonly medicine: Medicine
  readonly dose?: number
  readonly timesADay?: number
}

export interface FollowUp extends Happened {
  readonly kind: 'follow-up'
  readonly disease: 'hypertension' | 'diabetes'
  readonly visit: string
  readonly centre: Institution
  readonly archive: string
  readonly empi: string
  readonly doctor: Worker
  /** chis.dictionary.visitWay: 1 clinic, 3 community, 4 at home, 5 telephone. */
  readonly way: '1' | '3' | '4' | '5'
  readonly pressure?: readonly [number, number]
  readonly heartRate?: number
  readonly weight?: number
  readonly height: number
  /** 1 controlled, 2 uncontrolled, 3 adverse reaction, 4 complication. */
  readonly evaluation: '1' | '2' | '3' | '4'
  readonly doses: readonly Dose[]
  readonly referral?: { readonly to: string; readonly reason: string }
  readonly next: number
  /** mmol/L; the way of measuring is 1 finger-stick or 2 plasma. */
  readonly fasting?: readonly [number, '1' | '2']
  readonly random?: readonly [number, '1' | '2']
  readonly hba1c?: number
  readonly adverse?: boolean
  readonly note?: string
  /** When the row was changed afterwards, and into what. */
  readonly corrected?: { readonly at: number; readonly pressure: readonly [number, number] }
}

export interface Visit extends Charted {
  readonly kind: 'visit'
  readonly institution: Institution
  readonly patientClass: 'O' | 'E' | 'I'
  readonly department: Department
  readonly doctor: Worker
  /** The visit's number, and 住院号 or 门诊号. */
  readonly number: string
  readonly record: string
  readonly end?: number
  readonly diagnoses: readonly Diagnosis[]
  readonly complaint?: string
  readonly bed?: string
  readonly operations?: readonly { readonly operation: Operation; readonly at: number }[]
  readonly allergies?: readonly Allergen[]
  readonly leaving?: '1' | '2' | '3' | '4' | '5' | '9'
  readonly leavingTo?: string
  /** The coded front page comes later and may add diagnoses. */
  readonly frontPage?: { readonly at: number; readonly diagnoses: readonly Diagnosis[] }
  /** The visit was entered by mistake. */
  readonly cancelled?: number
  /** The discharge was withdrawn, then repeated at `end`. */
  readonly discharges?: readonly { readonly at: number; readonly withdrawn: number }[]
  /** The message of this event is sent again, byte for byte, a while later. */
  readonly sentTwice?: 'A03'
  /** Newborns: under the mother's number. */
  readonly newborn?: { readonly name: string; readonly order?: number }
}

export interface LaboratoryReport extends Charted {
  readonly kind: 'laboratory'
  readonly institution: Institution
  readonly visit?: Visit
  readonly number: string
  readonly panel: Panel
  readonly orderedBy: { readonly doctor: Worker; readonly institution: Institution; readonly order: string }
  readonly collected: number
  readonly received: number
  readonly tester: Worker
  readonly verifier: Worker
  readonly results: readonly Result[]
  /** What became of it: acknowledged critical values, corrected results. Told as a message of its own each. */
  readonly later?: readonly {
    readonly at: number
    readonly results: readonly Result[]
    readonly status: 'F' | 'C'
    readonly notes?: Readonly<Record<string, string>>
  }[]
  /** The platform tells it as well. */
  readonly twice?: boolean
}

export interface Prescription extends Happened {
  readonly kind: 'prescription'
  readonly institution: Institution
  readonly number: string
  readonly doctor: Worker
  readonly category: 'outpatient' | 'discharge' | 'community'
  readonly doses: readonly Dose[]
  readonly days: number
  readonly diagnosis?: Diagnosis
  readonly note?: string
  readonly visit?: Visit
}

export interface Vaccination extends Happened {
  readonly kind: 'vaccination'
  readonly institution: Institution
  readonly vaccine: Vaccine
  readonly lot: string
}

export interface AllergyNoted extends Happened {
  readonly kind: 'allergy'
  readonly institution: Institution
  readonly allergen: Allergen
}

/** 市一院 finds that a person has two charts, and retires one. */
export interface ChartMerge extends Happened {
  readonly kind: 'merge'
  readonly retired: string
}

export type Happening =
  ChartMerge | Registration | FollowUp | Visit | LaboratoryReport | Prescription | Vaccination | AllergyNoted
