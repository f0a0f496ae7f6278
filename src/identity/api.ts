import type * as fhir4 from '../model/fhir'
import type { Grade, ResidentLink } from '../model/link'
import type { MappingIssue } from '../model/mapping'
import type { Change } from '../store/port'
import type { ReviewRow, SubjectRow } from '../store/collections'

export interface Identity {
  /**
   * Decides which resident a source patient is and appends the link if it is new; safe to repeat and to race.
   * `at`: the instant from which the link is in force. `turn`: what fails where `resource` is not what is current of the patient
   * any more; then throws CONFLICT.
   */
  link(
    patient: { readonly id: string; readonly source: string; readonly resource: fhir4.Patient },
    at: string,
    turn?: Change,
  ): Promise<{ readonly link: ResidentLink; readonly issues: readonly MappingIssue[] }>
  /** Source patients of a resident, now or as of an instant. */
  patientsOf(resident: string, asOf?: string): Promise<readonly string[]>
  /** The resident of a source patient now. */
  residentOf(patient: string): Promise<string | undefined>
}

/** A person's decision: when, by whom, and why. */
export interface Word {
  readonly at: string
  readonly by: string
  readonly reason: string
}

/** One teller's record: the source patient, and the fact within it. */
export interface RecordKey {
  readonly patient: string
  readonly type: string
  readonly id: string
}
export const recordKey = ({ patient, type, id }: RecordKey): string => `${patient} ${type}/${id}`

/** By which chart a resident is known to a source. */
export interface KnownAs { readonly source: string; readonly patient: string }

export interface CrossReference {
  readonly resident: string
  readonly patients: readonly KnownAs[]
}

export interface Match extends CrossReference {
  readonly grade: Grade
  readonly probability: number
  readonly evidence: readonly { readonly feature: string; readonly weight: number }[]
  readonly against: readonly string[]
}

/**
 * What systems ask. `by`: the source that asks, else a steward does. A source is told only of residents of whom it has a chart, by
 * its own charts; in `match` also, with no chart, of whom a record of its own on its way certainly is: one in the journal whose
 * patient has not come yet, named by an identifier of the question. It gets no evidence, and no probability but the least that the
 * grade stands for. What a resident said is not theirs finds nobody. Whoever is unknown, or not for the asker, is absent, for as many
 * calls of the store.
 */
export interface Asking {
  /** Who has the identifier, and by which source patients they are known (PIXm in meaning). */
  crossReference(identifier: { readonly system: string; readonly value: string }, by?: string): Promise<readonly CrossReference[]>
  /**
   * Residents who may be the person told, the likeliest first (PDQm and FHIR $match in meaning); nothing is kept of the
   * question.
   */
  match(person: Partial<fhir4.Patient>, limit: number, by?: string): Promise<readonly Match[]>
}

/** What a person decides is remembered: the machine never makes a link that was cut, nor cuts one that was made. */
export interface Stewarding {
  /** Open questions, oldest first. */
  reviewQueue(page: { readonly limit: number; readonly after?: Pick<ReviewRow, 'at' | 'review'> }): Promise<readonly ReviewRow[]>
  /** What is compared of source patients, in their order. */
  subjectsOf(patients: readonly string[]): Promise<readonly Pick<SubjectRow, 'patient' | 'source' | 'resident' | 'features'>[]>
  /** Throws NOT_FOUND. */
  decideReview(review: string, verdict: 'joined' | 'cut', word: Word): Promise<ReviewRow>
  /**
   * The resident that both are now, by any id that they ever had; the other's id keeps resolving. Throws NOT_FOUND, BAD_ARGUMENT.
   */
  mergeResidents(one: string, other: string, word: Word): Promise<string>
  /** Takes source patients, together, out of their resident; answers whom they are now. Throws NOT_FOUND, BAD_ARGUMENT. */
  splitPatient(patients: string | readonly string[], word: Word): Promise<string>
  /** A case for stewards; the record is in no answer meanwhile. Throws NOT_FOUND. */
  reportNotMine(report: { readonly resident: string; readonly records: readonly RecordKey[] }, word: Word): Promise<ReviewRow>
  /** Every link that a source patient ever had, oldest first. */
  linkHistory(patient: string): Promise<readonly ResidentLink[]>
}
