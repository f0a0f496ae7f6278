import type { Fact, FactType } from '../model/fact'
import type * as fhir4 from '../model/fhir'
import type { FhirResource } from '../model/fhir'
import { encodeGlobalId } from '../model/globalId'
import { resourceId } from '../model/ids'
import type { Served } from '../model/served'
import type { Source } from '../model/source'
import { allergyIntolerance } from './facts/AllergyIntolerance'
import { condition } from './facts/Condition'
import { diagnosticReport } from './facts/DiagnosticReport'
import { encounter } from './facts/Encounter'
import { immunization } from './facts/Immunization'
import { medicationRequest } from './facts/MedicationRequest'
import { medicationStatement } from './facts/MedicationStatement'
import { observation } from './facts/Observation'
import { patient } from './facts/Patient'
import { procedure } from './facts/Procedure'
import type { Projection, Telling } from './facts/projection'
import { followUp } from './facts/QuestionnaireResponse'
import { startOf } from './instants'

/** Raise it with every change of a projection: facts of another version are recomputed when they are read. */
export const currentProjection = 2

type AnyProjection = Projection<FhirResource, Served>

/** By resource type; a resource of any other type is kept whole, without a fact. */
const projections = {
  Patient: patient, Encounter: encounter, Condition: condition, Observation: observation, DiagnosticReport: diagnosticReport,
  MedicationRequest: medicationRequest, MedicationStatement: medicationStatement, AllergyIntolerance: allergyIntolerance,
  Immunization: immunization, Procedure: procedure, QuestionnaireResponse: followUp,
} as unknown as Readonly<Record<string, AnyProjection | undefined>>

/** The resource type behind each type of fact. */
export const resourceTypeOf = (type: FactType): string =>
  (type === 'LaboratoryResult' || type === 'VitalSign' ? 'Observation' : type === 'FollowUp' ? 'QuestionnaireResponse' : type)

export const refOf = (fact: Pick<Fact, 'type' | 'id'>): string => `${resourceTypeOf(fact.type)}/${fact.id}`

/** What a source's resources are projected with. */
export interface SourceContext {
  readonly source: string
  readonly institution: string
  /** The source's own, where what it tells without naming anybody was done by it. */
  readonly doer: string
  readonly institutionOf: Telling['institutionOf']
}

/** The institutions of a source are known by the ids that its mapper gives their Organizations. */
export function sourceContext(source: Source, idKey: string): SourceContext {
  const known = new Map([source.institution, ...source.institutions].map(({ id }) =>
    [`Organization/${resourceId({ id: source.id, idKey }, 'Organization', id)}`, id]))
  return {
    source: source.id,
    institution: source.institution.id,
    doer: source.institution.platform === true ? '' : source.institution.id,
    institutionOf: (reference) => (reference?.reference === undefined ? undefined : known.get(reference.reference)),
  }
}

/** What the archive serves of a resource; undefined where that is nothing. Pure. */
export function project(resource: FhirResource, patientId: string, context: SourceContext): Fact | undefined {
  const rules = projections[resource.resourceType]
  if (rules === undefined || resource.id === undefined || !rules.isFact(resource)) return undefined
  const type = typeof rules.type === 'function' ? rules.type(resource) : rules.type
  const told = markOf(resource, 'urn:hutong:institution')
  const telling: Telling = {
    institution: told ?? context.institution, institutionOf: context.institutionOf,
    doer: told ?? markOf(resource, 'urn:hutong:institution-identifier') ?? context.doer,
  }
  const same = rules.same(resource, telling)
  const apart = same === undefined ? [] : rules.apart?.(resource, telling) ?? []
  return {
    patient: patientId,
    type,
    time: startOf(rules.time(resource)),
    id: resource.id,
    projection: currentProjection,
    source: context.source,
    institution: rules.institution?.(resource, telling) ?? telling.institution,
    ...(same === undefined ? {} : { same }),
    ...(apart.some((part) => part !== '') ? { apart } : {}),
    record: serve(resource, encodeGlobalId(type, patientId, resource.id), rules),
  }
}

/** Codes to filter by, `system|code` (the system may be empty). */
export function codesOfFact({ record }: Fact): readonly string[] {
  return projections[record.resourceType]?.codes(record as unknown as FhirResource) ?? []
}

function serve(resource: FhirResource, id: string, rules: AnyProjection): Served {
  const served: Record<string, unknown> & { encounter?: fhir4.Reference } = { id }
  const told = resource as unknown as Readonly<Record<string, unknown>>
  for (const field of rules.fields) if (told[field] !== undefined) served[field] = told[field]
  if (served.encounter !== undefined) served.encounter = named(served.encounter)
  return (rules.extra === undefined ? served : Object.assign(served, rules.extra(resource))) as unknown as Served
}

/** The encounter's numbers are its own fact's to tell. */
function named(told: fhir4.Reference): fhir4.Reference {
  const { reference, display } = told
  return reference === undefined ? told : { reference, ...(display === undefined ? {} : { display }) }
}

function markOf(resource: FhirResource, mark: string): string | undefined {
  const meta = 'meta' in resource ? resource.meta : undefined
  return meta?.extension?.find(({ url }) => url === mark)?.valueString
}
