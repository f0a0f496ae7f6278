import type * as fhir4 from '../model/fhir'
import type { ResidentLink } from '../model/link'
import type { MappingIssue } from '../model/mapping'

export interface Identity {
  /**
   * Decides which resident a source patient is and appends the link if it is new; safe to repeat and to race.
   * `at`: the instant from which the link is in force.
   */
  link(patient: { readonly id: string; readonly source: string; readonly resource: fhir4.Patient }, at: string):
    Promise<{ readonly link: ResidentLink; readonly issues: readonly MappingIssue[] }>
  /** Source patients of a resident, now or as of an instant. */
  patientsOf(resident: string, asOf?: string): Promise<readonly string[]>
  /** The resident of a source patient now. */
  residentOf(patient: string): Promise<string | undefined>
}
