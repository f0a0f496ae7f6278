import { HutongError } from '../../src/model/errors'
import type { MappingIssue } from '../../src/model/mapping'
import { isKnownType } from './types'
import { isObject, text, type JsonObject } from './json'

/** A resource in a record, or the taking back of one, with what its bundle says of it. */
export interface Entry {
  /** `Bundle.entry[4].resource`, or the type of a resource that came alone. */
  readonly place: string
  readonly type: string
  /** Absent for a DELETE. */
  readonly resource?: JsonObject
  readonly fullUrl?: string
  /** Of a transaction or batch: POST, PUT, DELETE. */
  readonly method?: string
  readonly url?: string
  readonly ifNoneExist?: string
}

export interface Entries {
  readonly entries: readonly Entry[]
  readonly issues: readonly MappingIssue[]
  /** Bundle.timestamp */
  readonly timestamp?: string
}

/**
 * The entries of a bundle (transaction, batch, collection, searchset, history …), or the one resource that came alone.
 * An entry that cannot be read throws MAPPING in a transaction, which is all or nothing; elsewhere it raises an
 * `invalid-entry` error and its siblings are mapped.
 */
export function readEntries(body: unknown): Entries {
  if (!isObject(body)) throw new HutongError('MAPPING', 'not a FHIR resource: no JSON object', '')
  if (body.resourceType !== 'Bundle') {
    return { entries: [readResource(body, { place: text(body.resourceType) ?? '' })], issues: [] }
  }
  const list = body.entry ?? []
  if (!Array.isArray(list)) throw new HutongError('MAPPING', 'not a list', 'Bundle.entry')
  const issues: MappingIssue[] = []
  const entries = list.flatMap((entry: unknown, index) => {
    try {
      return readEntry(entry, `Bundle.entry[${index}]`) ?? []
    } catch (error) {
      if (!(error instanceof HutongError) || body.type === 'transaction') throw error
      issues.push({ severity: 'error', code: 'invalid-entry', place: error.place ?? '', message: error.message })
      return []
    }
  })
  if (entries.length === 0 && issues[0]) throw new HutongError('MAPPING', issues[0].message, issues[0].place)
  return { entries, issues, timestamp: text(body.timestamp) }
}

/** Undefined where the entry says nothing of a resource: a GET in a batch, the outcome of a search. */
function readEntry(entry: unknown, place: string): Entry | undefined {
  if (!isObject(entry)) throw new HutongError('MAPPING', 'not an object', place)
  const request = isObject(entry.request) ? entry.request : {}
  const search = isObject(entry.search) ? entry.search : {}
  const [method, url] = [text(request.method)?.toUpperCase(), text(request.url)]
  if (method === 'GET' || method === 'HEAD' || search.mode === 'outcome') return undefined
  if (method === 'DELETE') return readDeletion(url, { place, fullUrl: text(entry.fullUrl), method, url })
  if (method === 'PATCH') throw new HutongError('MAPPING', 'a PATCH does not hold the resource', `${place}.request`)
  if (!isObject(entry.resource)) throw new HutongError('MAPPING', 'no resource', `${place}.resource`)
  return readResource(entry.resource, {
    place: `${place}.resource`, fullUrl: text(entry.fullUrl), method, url, ifNoneExist: text(request.ifNoneExist),
  })
}

function readDeletion(url: string | undefined, told: Omit<Entry, 'type'>): Entry {
  const type = /^(?:.*\/)?([A-Z]\w+)[/?]/.exec(url ?? '')?.[1]
  if (!type || !isKnownType(type)) {
    throw new HutongError('MAPPING', 'a DELETE that names no resource', `${told.place}.request.url`)
  }
  return { ...told, type }
}

function readResource(resource: JsonObject, told: Omit<Entry, 'type' | 'resource'>): Entry {
  const type = text(resource.resourceType)
  const place = told.place === '' ? 'resourceType' : `${told.place}.resourceType`
  if (type === undefined) throw new HutongError('MAPPING', 'a resource without resourceType', place)
  if (!isKnownType(type)) throw new HutongError('MAPPING', 'not a resource type of FHIR R4', place)
  return { ...told, type, resource }
}
