/** FHIR R4 sources: transaction, batch and collection bundles, single resources, NDJSON lines. */
import { HutongError } from '../../src/model/errors'
import type { Extension, FhirResource } from '../../src/model/fhir'
import type { Dialect, Mapper, MappingIssue, Telling } from '../../src/model/mapping'
import type { MapperSource } from '../../src/model/source'
import { patientOf } from './compartment'
import { readEntries, type Entry } from './entries'
import { institutionIdentifierOf, institutionOf } from './institution'
import { medicineOf } from './medicine'
import { isObject, listOf, text, type JsonObject } from './json'
import { checkIdentityNumber } from './person'
import { readReferences, type References } from './references'
import { rewrite } from './rewrite'
import { hasIdentifiers, isDirectory, isMapped } from './types'
import { checkResource } from './validate'

/** Above this many, a record's issues are counted, not listed: one bad export must not fill the journal. */
const mostIssues = 200

interface Context {
  readonly source: MapperSource
  readonly references: References
  readonly issues: MappingIssue[]
  readonly timestamp?: string
  /** The patient that a record speaks of, where it is only one. */
  readonly onlyPatient?: string
}

/**
 * Every resource is told whole and given back as it came, but for its id, its references and what `meta` and `identifier`
 * keep of the original. Types that Hutong does not map are kept too, and counted. Throws MAPPING where nothing can be read,
 * or where a transaction holds an entry that cannot be read.
 */
const map: Mapper = (record, source) => {
  const { entries, issues: unreadable, timestamp } = readEntries(record.body)
  const references = readReferences(entries, source)
  const [onlyPatient, ...others] = new Set(entries.flatMap(entry => patientOf(entry, references) ?? []))
  const context: Context = { source, references, issues: [], timestamp, ...(others.length === 0 ? { onlyPatient } : {}) }
  const tellings = entries.flatMap(entry => (
    entry.resource ? tell(entry, entry.resource, context) : takeBack(entry, context)
  ))
  const issues = [...unreadable, ...countUnmapped(entries), ...context.issues]
  return { tellings, issues: cut(issues), unmapped: [] }
}

function tell(entry: Entry, resource: JsonObject, context: Context): Telling {
  const { references, source, issues } = context
  const report = (issue: MappingIssue): void => void issues.push(issue)
  const shaped = checkResource(entry.type, resource, entry.place, report)
  if (entry.type === 'Patient') checkIdentityNumber(shaped, entry.place, report)
  const rewritten = rewrite(shaped, { entry, references, report }) as JsonObject
  const patient = patientOf(entry, references)
  if (patient === undefined && isMapped(entry.type) && !isDirectory(entry.type)) {
    issues.push({ severity: 'warning', code: 'no-patient', place: entry.place, message: 'of no patient: kept, in no archive' })
  }
  const versionTime = instantOf(isObject(resource.meta) ? resource.meta.lastUpdated : undefined) ?? instantOf(context.timestamp)
  const institution = institutionOf(entry, references, source)
  const marks = [
    ...(institution === undefined
      ? mark('urn:hutong:institution-identifier', institutionIdentifierOf(entry, references, source))
      : mark('urn:hutong:institution', institution)),
    ...medicineOf(entry, references),
  ]
  const [id, original] = [references.idOf(entry), references.originalOf(entry)]
  return {
    resource: marked(entry, rewritten, { id, original, marks, source }),
    ...(patient === undefined ? {} : { patient }),
    ...(versionTime === undefined ? {} : { versionTime }),
    manner: 'whole',
  }
}

/** A DELETE. Whose the resource was must be said by it or by its bundle: a store keeps resources by patient. */
function takeBack(entry: Entry, { references, issues, timestamp, onlyPatient }: Context): Telling[] {
  const patient = isDirectory(entry.type) ? undefined : patientOf(entry, references) ?? onlyPatient
  const conditional = entry.url?.includes('?') === true && !entry.url.includes('identifier=')
  if (conditional || (patient === undefined && !isDirectory(entry.type))) {
    const message = conditional ? 'a deletion by search cannot be mapped' : 'a deletion that does not say whose resource it was'
    issues.push({ severity: 'error', code: 'deletion-not-mapped', place: `${entry.place}.request.url`, message })
    return []
  }
  const resource = { resourceType: entry.type, id: references.idOf(entry) } as FhirResource
  const versionTime = instantOf(timestamp)
  return [{
    resource,
    ...(patient === undefined ? {} : { patient }),
    ...(versionTime === undefined ? {} : { versionTime }),
    manner: 'deleted',
  }]
}

interface Marks { readonly id: string; readonly original?: string; readonly marks: readonly Extension[]; readonly source: MapperSource }

const mark = (url: string, valueString: string | undefined): Extension[] => (valueString === undefined ? [] : [{ url, valueString }])

/** The original id as an identifier (where the type has a list of them, else in `meta`), institution and medicine in `meta`. */
function marked(entry: Entry, resource: JsonObject, { id, original, marks, source }: Marks): FhirResource {
  const listed = original !== undefined && hasIdentifiers(entry.type)
  const identifier = { system: `urn:hutong:${source.id}:${entry.type}`, value: original }
  const extension = [
    ...marks,
    ...(original === undefined || listed ? [] : [{ url: 'urn:hutong:original-id', valueString: original }]),
  ]
  const meta = isObject(resource.meta) ? resource.meta : {}
  return {
    ...resource,
    id,
    ...(extension.length > 0 ? { meta: { ...meta, extension: [...listOf(meta.extension), ...extension] } } : {}),
    ...(listed ? { identifier: [...listOf(resource.identifier), identifier] } : {}),
  } as unknown as FhirResource
}

function countUnmapped(entries: readonly Entry[]): MappingIssue[] {
  const counts = new Map<string, number>()
  for (const { type } of entries) if (!isMapped(type)) counts.set(type, (counts.get(type) ?? 0) + 1)
  return [...counts].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([type, count]) => ({
    severity: 'information', code: 'unmapped-type', place: type, message: `${count} kept whole, without facts`,
  }))
}

function cut(issues: MappingIssue[]): MappingIssue[] {
  if (issues.length <= mostIssues) return issues
  const message = `${issues.length - mostIssues} more issues are not listed`
  return [...issues.slice(0, mostIssues), { severity: 'warning', code: 'issues-cut', place: '', message }]
}

function instantOf(value: unknown): string | undefined {
  const instant = text(value)
  if (instant === undefined || !/^\d{4}-\d\d-\d\dT/.test(instant)) return undefined
  const time = Date.parse(instant)
  return Number.isNaN(time) ? undefined : new Date(time).toISOString()
}

/** The record's patient, so that its records are worked in order; of a bundle of several, the first. */
const route: Dialect['route'] = (record, source) => {
  const body = isObject(record.body) ? record.body : {}
  const identifier = isObject(body.identifier) ? text(body.identifier.value) : undefined
  const controlId = body.resourceType === 'Bundle' ? identifier ?? text(body.id) : undefined
  const patient = firstPatient(record.body, source)
  return { ...(patient === undefined ? {} : { patient }), ...(controlId === undefined ? {} : { controlId }) }
}

/** What cannot be read has no route; that it is unreadable is said when it is mapped. */
function firstPatient(body: unknown, source: MapperSource): string | undefined {
  try {
    const { entries } = readEntries(body)
    const references = readReferences(entries, source)
    const person = entries.find(entry => entry.type === 'Patient')
    if (person) return references.idOf(person)
    for (const entry of entries) {
      const patient = patientOf(entry, references)
      if (patient !== undefined) return patient
    }
    return undefined
  } catch (error) {
    if (error instanceof HutongError) return undefined
    throw error
  }
}

export const dialect: Dialect = { map, route }
