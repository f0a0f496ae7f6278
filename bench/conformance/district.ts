import { loadSources } from '../../mappers'
import { generateDistrict } from '../../seed'
import type { DistrictOptions } from '../../seed'
import { compose } from '../../src/archive/compose'
import type { Told } from '../../src/archive/compose'
import { createIdentity } from '../../src/identity'
import { isHutongError } from '../../src/model/errors'
import { resourceId } from '../../src/model/ids'
import type { MappingResult, SourceMapping } from '../../src/model/mapping'
import type { SourceRecord } from '../../src/model/record'
import type * as fhir4 from '../../src/model/fhir'
import { openStore } from '../../src/store'
import { reviews } from '../../src/store/collections'
import { grammars } from '../../src/wire'
import { measure } from './linkage/measures'
import { idKey } from './sources'

export interface DistrictFigures {
  readonly residents: number
  readonly patients: number
  readonly precision: number
  readonly recall: number
  /** Open questions of two patients, and the patients in them, whom a steward has to look at. */
  readonly questions: number
  readonly asked: number
  /** Keys of the truth: people in one archive with somebody else, and people in several. */
  readonly mixed: readonly string[]
  readonly split: readonly string[]
}

/**
 * Links a synthetic district's patients from its systems' raw messages, in order of arrival, and compares with who is who.
 * Wire, mappers, composition and identity are the gateway's; journal and archive are left out.
 */
export async function linkDistrict(options: DistrictOptions): Promise<DistrictFigures> {
  const store = await openStore('sqlite::memory:')
  try {
    const sources = loadSources({ idKey })
    const identity = createIdentity({ store, idKey })
    const tellings = new Map<string, Told[]>()
    const district = generateDistrict(options)
    for (const upload of district) {
      const mapping = sources.get(upload.source)
      if (mapping === undefined) continue
      for (const { telling, arrival } of patientsIn(mapping, upload)) {
        const { id = '' } = telling.resource
        const told = [...tellings.get(id) ?? [], { ...telling, version: `${telling.versionTime ?? upload.arrivedAt}~${upload.arrivedAt}-${arrival}` }]
        tellings.set(id, told)
        const resource = compose(told) as fhir4.Patient | undefined
        if (resource !== undefined) await identity.link({ id, source: upload.source, resource }, upload.arrivedAt)
      }
    }
    const open = await store.find(reviews, { where: { status: 'open' }, limit: 1_000_000 })
    return await compare(district.truth().residents, { identity, open, known: new Set(tellings.keys()) })
  } finally {
    await store.close()
  }
}

interface Upload { readonly name: string; readonly bytes: Uint8Array }

/** What the records of an upload tell of patients; a record that cannot be read or mapped tells nothing. */
function* patientsIn({ source, dialect }: SourceMapping, { name, bytes }: Upload): Generator<{ telling: MappingResult['tellings'][number]; arrival: string }> {
  const grammar = grammars.get(source.format)
  if (grammar === undefined) return
  const { context, pieces } = grammar.split(bytes, { source, context: { name }, last: true })
  for (const [index, { start, end, error }] of pieces.entries()) {
    const result = error === undefined ? mapped(() => dialect.map(grammar.read(bytes.subarray(start, end), { source, context }) as SourceRecord, source)) : undefined
    for (const telling of result?.tellings ?? []) {
      if (telling.resource.resourceType === 'Patient') yield { telling, arrival: String(index).padStart(6, '0') }
    }
  }
}

function mapped(action: () => MappingResult): MappingResult | undefined {
  try {
    return action()
  } catch (error) {
    if (isHutongError(error)) return undefined
    throw error
  }
}

interface Linked {
  readonly identity: ReturnType<typeof createIdentity>
  readonly open: readonly { readonly patient: string; readonly other: string }[]
  readonly known: ReadonlySet<string>
}

type People = ReturnType<ReturnType<typeof generateDistrict>['truth']>['residents']

async function compare(people: People, { identity, open, known }: Linked): Promise<DistrictFigures> {
  const truth: string[] = []
  const groups: string[] = []
  const archives = new Map<string, Set<string>>()
  const split: string[] = []
  for (const { key, patients } of people) {
    const own = new Set<string>()
    for (const { source, identifier } of patients) {
      const id = resourceId({ id: source, idKey }, 'Patient', identifier)
      if (!known.has(id)) continue
      const resident = await identity.residentOf(id) ?? id
      truth.push(key)
      groups.push(resident)
      own.add(resident)
      archives.set(resident, (archives.get(resident) ?? new Set()).add(key))
    }
    if (own.size > 1) split.push(key)
  }
  const { precision, recall } = measure(groups, truth)
  return {
    residents: people.length, patients: truth.length, precision, recall, questions: open.length,
    asked: new Set(open.flatMap(({ patient, other }) => [patient, other])).size,
    mixed: [...archives.values()].filter(({ size }) => size > 1).map(keys => [...keys].join(' ')), split,
  }
}
