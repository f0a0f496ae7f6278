import type * as fhir4 from '../../../src/model/fhir'
import type { Hl7Field } from '../../../src/model/record'
import { given } from '../given'
import type { Mapping } from '../mapping'

/** Types of HL7 tables 0191 and 0291 as media types; an unknown pair has none. */
const mediaTypes: ReadonlyMap<string, string> = new Map([
  ['pdf', 'application/pdf'], ['rtf', 'text/rtf'], ['html', 'text/html'], ['xml', 'text/xml'],
  ['plain', 'text/plain'], ['txt', 'text/plain'], ['dicom', 'application/dicom'],
  ['jpeg', 'image/jpeg'], ['jpg', 'image/jpeg'], ['png', 'image/png'], ['gif', 'image/gif'], ['tiff', 'image/tiff'],
])

/** HL7 v2-to-FHIR, data type ED[Attachment]: a document in Base64. Anything else that ED holds is none (undefined). */
export function ED_Attachment(
  mapping: Mapping, field: Hl7Field, { place, title }: { readonly place: string; readonly title: string | undefined },
): fhir4.Attachment | undefined {
  const data = field.text(5)?.replace(/\s+/g, '')
  if (data === undefined || !/^base64$/i.test(field.text(4) ?? '')) return undefined
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(data) || data.length % 4 !== 0) {
    mapping.note('warning', 'invalid-base64', place, 'The document is no Base64: it was left out.')
    return undefined
  }
  const subtype = (field.text(3) ?? field.text(2) ?? '').toLowerCase()
  return given({ contentType: mediaTypes.get(subtype) ?? mediaTypes.get((field.text(2) ?? '').toLowerCase()), data, title })
}
