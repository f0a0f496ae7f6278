import { storyUploads } from '../../seed'
import type { Viewer } from '../../src/model/viewer'
import { openPipeline, type Answer, type Pipeline } from '../support/pipeline'

/** A story's messages through the whole gateway, at the instant for which all stories are told. */
export const openStory = (name: string): Promise<Pipeline> => openPipeline({ uploads: storyUploads([name]) })

export const clinicianOf = (institution: string): Viewer => ({ role: 'clinician', id: 'a-clinician', institution })
export const steward: Viewer = { role: 'steward', id: 'a-steward' }
export const residentViewer = (resident: string): Viewer => ({ role: 'resident', id: 'a-resident', resident })

const everything = `
  encounters(first: 200) { nodes {
    status class { code } serviceType { text } period { start end } serviceProvider { display }
    hospitalization { dischargeDisposition { text coding { code } } }
    tellers { source institution { name } } versions { manner } } }
  conditions(first: 200) { nodes { code { text coding { system code } } tellers { source institution { name } } } }
  laboratoryResults(first: 200) { nodes {
    id status code { text coding { system code } } effectiveDateTime issued valueQuantity { value unit }
    interpretation { coding { code } }
    performer { display } specimen { display } note { text } recognitionMarks tellers { source institution { name } }
    versions { committedAt provenance { source } resource } } }
  vitalSigns(first: 200) { nodes {
    code { text } effectiveDateTime valueQuantity { value } component { code { text } valueQuantity { value } } } }
  medicationRequests(first: 200) { nodes {
    status authoredOn afterDeath medicationCodeableConcept { text } dosageInstruction { text }
    dispenseRequest { expectedSupplyDuration { value unit } } tellers { source institution { name } } } }
  medicationStatements(first: 200) { nodes { status effectiveDateTime medicationCodeableConcept { text } dosage { text } } }
  immunizations(first: 200) { nodes {
    occurrenceDateTime vaccineCode { text } lotNumber protocolApplied { doseNumberPositiveInt } } }
  followUps(first: 200) { nodes { authored item { linkId text answer { valueString valueCoding { code display } } item {
    linkId text answer { valueString valueCoding { code display } } } } } }
  completeness { source linked waiting quarantined }
`

/** What a resident sees of themselves: `{ name, birthDate, deceasedDateTime, patients, archive }`. */
export async function ownArchive(pipeline: Pipeline, resident: string, asOf?: string): Promise<Own> {
  const moment = asOf === undefined ? '' : `(asOf: "${asOf}")`
  const { data, errors } = await pipeline.graphql(
    `{ me { resident {
    id name { text } gender birthDate deceasedDateTime deceasedBoolean identifier { system value }
    patients { name { text } birthDate identifier { system value } provenance { source } }
    archive${moment} { ${everything} } } } }`,
    {},
    residentViewer(resident),
  )
  if (errors) throw new Error(JSON.stringify(errors))
  return data.me.resident
}

interface Coding {
  readonly system: string
  readonly code: string
  readonly display?: string
}
interface Concept {
  readonly text: string
  readonly coding: readonly Coding[] | null
}
interface Quantity {
  readonly value: number
  readonly unit: string
}
interface Reference {
  readonly display: string
}
interface Nodes<T> {
  readonly nodes: readonly (T & { readonly tellers: readonly { source: string; institution: { name: string } }[] })[]
}
export interface Question {
  readonly linkId: string
  readonly text: string
  readonly answer: readonly { readonly valueString: string | null; readonly valueCoding: Coding | null }[] | null
  readonly item?: readonly Question[] | null
}
interface SeenObservation {
  readonly status: string
  readonly code: Concept
  readonly effectiveDateTime: string | null
  readonly issued: string | null
  readonly valueQuantity: Quantity | null
  readonly interpretation: readonly Concept[] | null
  readonly performer: readonly Reference[] | null
  readonly specimen: Reference | null
  readonly note: readonly { text: string }[] | null
  readonly component: readonly { code: Concept; valueQuantity: Quantity }[] | null
  readonly recognitionMarks: readonly string[] | null
  readonly versions: readonly { committedAt: string; resource: { status: string; valueQuantity: Quantity; issued: string } }[]
}
interface SeenMedication {
  readonly status: string
  readonly medicationCodeableConcept: Concept
  readonly authoredOn: string
  readonly afterDeath: boolean
  readonly dosageInstruction: readonly { text: string }[]
  readonly dispenseRequest: { expectedSupplyDuration: Quantity } | null
}
interface SeenEncounter {
  readonly status: string
  readonly class: Coding
  readonly serviceType: { text: string } | null
  readonly period: { start: string; end: string | null }
  readonly serviceProvider: Reference | null
  readonly hospitalization: { dischargeDisposition: Concept | null } | null
  readonly versions: readonly { manner: string }[]
}
interface SeenPatient {
  readonly name: readonly { text: string }[]
  readonly birthDate: string
  readonly identifier: readonly { system: string; value: string }[]
}

/** A resident and their archive, as the operation of this file asks for them. */
export interface Own extends SeenPatient {
  readonly deceasedDateTime: string | null
  readonly patients: readonly (SeenPatient & { readonly provenance: { source: string } })[]
  readonly archive: {
    readonly encounters: Nodes<SeenEncounter>
    readonly conditions: Nodes<{ readonly code: Concept }>
    readonly laboratoryResults: Nodes<SeenObservation>
    readonly vitalSigns: Nodes<SeenObservation>
    readonly medicationRequests: Nodes<SeenMedication>
    readonly immunizations: Nodes<{ readonly occurrenceDateTime: string; readonly vaccineCode: Concept }>
    readonly followUps: Nodes<{ readonly item: readonly Question[] }>
    readonly completeness: readonly { source: string; linked: boolean; waiting: number; quarantined: number }[]
  }
}

/** What a clinician gets who asks by the identity number. */
export const askedBy = (pipeline: Pipeline, institution: string, identifier: string): Promise<Answer> =>
  pipeline.graphql(
    `query ($identifier: String) { resident(identifier: $identifier) { id name { text } archive {
    conditions { nodes { code { text } } } laboratoryResults { nodes { code { text } valueQuantity { value } } } } } }`,
    { identifier },
    clinicianOf(institution),
  )

/** Residents of the story: how many there are for these source patients. */
export async function residentsFor(
  pipeline: Pipeline,
  patients: readonly { source: string; identifier: string }[],
): Promise<string[]> {
  const residents = await Promise.all(patients.map(({ source, identifier }) => pipeline.residentOf(source, identifier)))
  return [...new Set(residents)]
}
