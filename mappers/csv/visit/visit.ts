import type { Reference } from '../../../src/model/fhir'
import type { Row } from '../row'

export type VisitTable = 'MDC_HypertensionVisit' | 'MDC_DiabetesVisit'

/** One follow-up visit (随访) while it is mapped. */
export interface Visit {
  readonly row: Row
  readonly table: VisitTable
  readonly visitId: string
  /** FHIR date or dateTime; absent where the row has none that can be read. */
  readonly date?: string
  readonly institution?: Reference
  readonly doctor?: Reference
  readonly encounter: Reference
}
