/** Who asks: read from a signed token, never from the request's body. */
export type Viewer =
  | { readonly role: 'resident'; readonly id: string; readonly resident: string }
  | { readonly role: 'clinician'; readonly id: string; readonly institution: string }
  | { readonly role: 'source'; readonly id: string; readonly source: string }
  | { readonly role: 'steward'; readonly id: string }
  | { readonly role: 'app'; readonly id: string; readonly resident: string }

/** Codes of http://terminology.hl7.org/CodeSystem/v3-ActReason that Hutong knows. */
export type Purpose = 'TREAT' | 'PATRQT' | 'HOPERAT' | 'COVERAGE'

export interface Asker {
  readonly viewer: Viewer
  readonly purpose: Purpose
}
