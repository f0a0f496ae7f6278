/** A small archive in memory that keeps the promises of src/archive/api.ts as far as GraphQL can see them. */
import type {
  Archive, ArchiveFact, FactFilter, Look, OpenArchive, Page, PageArguments, Provenance, ResidentSummary, SourceCompleteness, Version,
} from '../../../src/archive/api'
import type { Work } from '../../../src/archive'
import { HutongError } from '../../../src/model/errors'
import type { Fact, FactType } from '../../../src/model/fact'
import type { FhirResource } from '../../../src/model/fhir'
import type { ServedPatient } from '../../../src/model/served'
import type { Asker } from '../../../src/model/viewer'

export interface FakeResident {
  readonly id: string
  readonly identifiers: readonly string[]
  readonly patients: readonly Fact<ServedPatient>[]
  readonly facts: readonly ArchiveFact[]
}

export interface Opened { readonly resident: string; readonly asOf?: string; readonly operation?: string; readonly by: string }

export class FakeArchive implements Archive {
  readonly opened: Opened[] = []
  readonly lookedAt: { readonly residents: readonly string[]; readonly asked: readonly string[] }[] = []
  /** What the requests that opened archives may still go over. */
  readonly works = new Set<Work>()
  /** Rejects where the ledger cannot be written. */
  ledger: () => Promise<void> = async () => undefined
  looks: readonly Look[] = []
  completeness: readonly SourceCompleteness[] = []

  constructor(private readonly residents: readonly FakeResident[]) {}

  async open(asker: Asker, who: { resident: string } | { identifier: string; system?: string }, { work, ...options }: { asOf?: string; operation?: string; work?: Work } = {}) {
    if (work !== undefined) this.works.add(work)
    const resident = this.residents.find(({ id, identifiers }) => ('resident' in who ? id === who.resident : identifiers.includes(who.identifier)))
    if (resident === undefined || !maySee(asker, resident)) throw notFound()
    this.opened.push({ resident: resident.id, by: asker.viewer.id, ...options })
    return this.archiveOf(resident, options.asOf)
  }

  async search(_asker: Asker, text: string, limit: number): Promise<readonly ResidentSummary[]> {
    return this.residents.filter(({ patients }) => patients[0]?.record.name?.[0]?.text?.includes(text))
      .slice(0, limit).map(({ id, patients }) => ({ resident: id, person: patients[0]!.record }))
  }

  async looked(asker: Asker, residents: readonly string[], asked: readonly string[]): Promise<void> {
    this.lookedAt.push({ residents, asked })
    for (const resident of residents) this.opened.push({ resident, by: asker.viewer.id })
    await this.ledger()
  }

  async fact(asker: Asker, { type, patient, id }: { type: FactType; patient: string; id: string }, open = (resident: string) => this.open(asker, { resident })) {
    const whose = this.residents.find(({ facts }) => facts.some(({ fact }) => fact.patient === patient && fact.id === id))
    const archive = await open(whose?.id ?? patient)
    return { ...await archive.node(type, patient, id), archive }
  }

  private archiveOf(resident: FakeResident, asOf?: string): OpenArchive {
    const all = resident.facts.filter(({ fact }) => asOf === undefined || fact.time <= asOf)
    return {
      resident: resident.id,
      ...(asOf !== undefined && { asOf }),
      audited: async () => this.ledger(),
      person: async () => ({ served: resident.patients[0]!.record, patients: resident.patients }),
      facts: async (types, filter, page) => pageOf(all.filter(matching(types, filter)), page, `${types.join()}${JSON.stringify(filter)}`, f => f.fact.id),
      node: async (type, patient, id) => {
        const found = all.find(({ fact }) => fact.id === id && fact.type === type && fact.patient === patient)
        if (found === undefined) throw notFound()
        return found
      },
      resource: async fact => fact.record as unknown as FhirResource,
      provenance: async fact => provenanceOf(fact),
      versions: async fact => [versionOf(fact)],
      completeness: async () => this.completeness,
      looks: async page => pageOf(this.looks, page, 'looks', look => look.when),
    }
  }
}

const maySee = ({ viewer }: Asker, { id }: FakeResident): boolean =>
  (viewer.role === 'resident' || viewer.role === 'app' ? viewer.resident === id : viewer.role === 'clinician')

const notFound = () => new HutongError('NOT_FOUND', 'There is no such resident, or you may not see them.')

const matching = (types: readonly FactType[], { period, code, institution }: FactFilter) => ({ fact }: ArchiveFact): boolean =>
  types.includes(fact.type)
  && (period?.from === undefined || fact.time >= period.from) && (period?.to === undefined || fact.time <= period.to)
  && (code === undefined || (fact.codes ?? []).some(known => known === code || known.endsWith(`|${code}`)))
  && (institution === undefined || fact.institution === institution)

export const provenanceOf = (fact: Fact): Provenance => ({
  source: fact.source, ...(fact.institution !== undefined && { institution: fact.institution }), entry: `entry-${fact.id}`,
  mapper: { name: 'hl7v2', hash: 'a'.repeat(64) }, receivedAt: '2026-11-04T08:30:00.000Z',
})

const versionOf = (fact: Fact): Version => ({
  version: `${fact.time}~1`, versionTime: fact.time, committedAt: '2026-11-04T08:31:00.000Z', manner: 'whole',
  resource: fact.record as unknown as FhirResource, provenance: provenanceOf(fact),
})

/** Pages with cursors that know their query. Throws BAD_CURSOR. */
export function pageOf<T>(items: readonly T[], page: PageArguments, query: string, keyOf: (item: T) => string): Page<T> {
  const cursorOf = (item: T) => Buffer.from(`${query}#${keyOf(item)}`).toString('base64url')
  const at = (cursor: string) => {
    const index = items.findIndex(item => cursorOf(item) === cursor)
    if (index < 0) throw new HutongError('BAD_CURSOR', 'The cursor belongs to another query.', 'after')
    return index
  }
  let from = page.after === undefined ? 0 : at(page.after) + 1
  let to = page.before === undefined ? items.length : at(page.before)
  if (page.first !== undefined) to = Math.min(to, from + page.first)
  if (page.last !== undefined) from = Math.max(from, to - page.last)
  return {
    items: items.slice(from, to).map(item => ({ cursor: cursorOf(item), item })),
    hasPreviousPage: from > 0, hasNextPage: to < items.length, totalCount: items.length,
  }
}
