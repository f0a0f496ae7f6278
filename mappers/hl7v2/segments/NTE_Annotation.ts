import type * as fhir4 from '../../../src/model/fhir'
import type { Hl7Segment } from '../../../src/model/record'
import { tidyLines } from '../datatypes/text'

/** HL7 v2-to-FHIR, segment NTE: its comments as one annotation, each repetition a line. */
export function NTE_Annotation(nte: Hl7Segment): fhir4.Annotation | undefined {
  const text = nte.field(3).map(field => field.text(1)).filter(line => line !== undefined).join('\n')
  return text === '' ? undefined : { text: tidyLines(text) }
}

/** The notes that say something. */
export const annotationsOf = (notes: readonly Hl7Segment[]): fhir4.Annotation[] =>
  notes.map(NTE_Annotation).filter(note => note !== undefined)
