import { institutions, firstHospital, maternityHospital } from '../institutions'
import { day, firstOf, hour, isoOf, minute, monthOf, stampOf, yearOf } from '../time'
import {
  allergy,
  conditions,
  encounter,
  immunization,
  isTold,
  medicationRequests,
  observations,
  organization,
  patient,
} from './platformResources'
import type * as fhir4 from '../../src/model/fhir'
import type { Happening, LaboratoryReport, Person } from '../happenings'
import type { Span } from '../district'
import type { Sent } from '../upload'

export const regionalPlatformSource = 'regional-platform'
const base = 'https://platform.huli.example/fhir'
const encoder = new TextEncoder()

/**
 * 市级健康信息平台: FHIR R4. Transactions for the visits of institutions without a feed of their own, with their diagnoses and
 * prescriptions; monthly NDJSON for immunisations, allergies and the results that it collects from 市一院 as well.
 */
export function* tellRegionalPlatform(
  happenings: readonly Happening[],
  span: Span,
  options: { directory: boolean },
): Generator<Sent> {
  if (options.directory) yield directory(span.from)
  const byVisit = new Map<string, Happening[]>()
  const monthly = new Map<number, Happening[]>()
  for (const happening of happenings) {
    const visit = visitOf(happening)
    if (isOwnReport(happening)) yield* reportTransactions(happening, span.until)
    else if (visit) addTo(byVisit, visit.number, happening)
    else if (isMonthly(happening)) addTo(monthly, firstOf(yearOf(happening.at), monthOf(happening.at) + 1), happening)
  }
  for (const told of byVisit.values()) yield* visitBundle(told, span.until)
  for (const [month, told] of monthly) yield* monthlyFile(month, told, span.until)
}

function addTo<Key>(map: Map<Key, Happening[]>, key: Key, happening: Happening): void {
  const list = map.get(key)
  if (list) list.push(happening)
  else map.set(key, [happening])
}

const visitOf = (happening: Happening) => {
  const visit =
    happening.kind === 'visit'
      ? happening
      : happening.kind === 'prescription' || happening.kind === 'laboratory'
        ? happening.visit
        : undefined
  return visit && isTold(visit) ? visit : undefined
}

const isMonthly = (happening: Happening) =>
  happening.kind === 'vaccination' ||
  happening.kind === 'allergy' ||
  happening.kind === 'prescription' ||
  (happening.kind === 'laboratory' && happening.twice === true)

/** A report of a laboratory without a feed of its own, on no visit: told at once, and again when it is amended. */
const isOwnReport = (happening: Happening): happening is LaboratoryReport =>
  happening.kind === 'laboratory' &&
  !happening.visit &&
  happening.institution !== firstHospital &&
  happening.institution !== maternityHospital

function* reportTransactions(report: LaboratoryReport, until: number): Generator<Sent> {
  const told = [{ at: report.at, results: report.results, status: 'F' }, ...(report.later ?? [])]
  for (const [turn, { at, results, status }] of told.entries()) {
    if (at > until) return
    yield transaction({
      name: `report-${report.number}${turn ? `-${turn + 1}` : ''}`,
      at,
      arrived: at + minute,
      resources: [
        patient(report.person, at),
        ...observations(report, {
          at,
          issued: at,
          results,
          status: turn === 0 ? 'final' : status === 'C' ? 'corrected' : 'amended',
        }),
      ],
    })
  }
}

/** Resources that PUT makes or replaces, as one transaction of one person. */
export function transaction({
  name,
  at,
  arrived,
  resources,
}: {
  name: string
  at: number
  arrived: number
  resources: readonly fhir4.FhirResource[]
}): Sent {
  const bundle: fhir4.Bundle = {
    resourceType: 'Bundle',
    type: 'transaction',
    identifier: { system: `${base}/bundle`, value: name },
    timestamp: isoOf(at),
    entry: resources.map(resource => ({
      fullUrl: `${base}/${resource.resourceType}/${resource.id}`,
      resource,
      request: { method: 'PUT', url: `${resource.resourceType}/${resource.id}` },
    })),
  }
  return { source: regionalPlatformSource, name: `${name}.json`, arrived, bytes: encoder.encode(JSON.stringify(bundle)) }
}

const directory = (at: number) =>
  transaction({
    name: 'institutions',
    at,
    arrived: at + minute,
    resources: institutions.map(institution => organization(institution, at)),
  })

function* visitBundle(told: readonly Happening[], until: number): Generator<Sent> {
  const [visit] = told.flatMap(each => (each.kind === 'visit' ? [each] : []))
  if (!visit) return
  const at = Math.max(...told.map(each => each.at), visit.end ?? visit.at) + 2 * hour
  if (at > until) return
  const name = `visit-${visit.number}`
  yield transaction({
    name,
    at,
    arrived: at + 3 * minute,
    resources: [
      patient(visit.person, at),
      encounter(visit, at),
      ...(visit.cancelled === undefined ? conditions(visit, at) : []),
      ...told.flatMap(each => (each.kind === 'prescription' ? medicationRequests(each, at) : [])),
      ...told.flatMap(each => (each.kind === 'laboratory' ? observations(each, { at, status: 'final' }) : [])),
    ],
  })
}

function* monthlyFile(month: number, told: readonly Happening[], until: number): Generator<Sent> {
  const at = Math.min(month, until - day) + 3 * hour + 20 * minute
  if (at > until) return
  const known = new Map<string, Person>(told.map(each => [each.person.key, each.person]))
  const resources: fhir4.FhirResource[] = [...known.values()].map(person => patient(person, at))
  for (const each of told) {
    if (each.kind === 'vaccination') resources.push(immunization(each, at))
    else if (each.kind === 'allergy') resources.push(allergy(each))
    else if (each.kind === 'prescription') resources.push(...medicationRequests(each, at))
    else if (each.kind === 'laboratory') resources.push(...observations(each, { at, status: 'final' }))
  }
  const text = resources.map(resource => `${JSON.stringify(resource)}\n`).join('')
  yield {
    source: regionalPlatformSource,
    name: `monthly-${stampOf(month - 1).slice(0, 6)}.ndjson`,
    arrived: at,
    bytes: encoder.encode(text),
  }
}
