/** One resident's archive, opened by one asker. */
import type { Grant } from '../access/index'
import { recordKey } from '../identity/index'
import { HutongError } from '../model/errors'
import type { Fact, FactType } from '../model/fact'
import { encodeGlobalId } from '../model/globalId'
import type { FhirResource } from '../model/fhir'
import type { ServedPatient } from '../model/served'
import type { SourceMapping } from '../model/mapping'
import type { ResourceRow } from '../store/collections'
import type { Store } from '../store/port'
import type {
  ArchiveFact, FactFilter, LookPage, OpenArchive, Page, PageArguments, Provenance, SourceCompleteness, Version,
} from './api'
import type { Completeness } from './completeness'
import { compose, composeVersions } from './compose'
import { filterFacts, rangeOf, widened, type Range } from './filter'
import type { History } from './history'
import { endOf } from './instants'
import type { Ledger } from './ledger'
import type { Loader } from './load'
import { readLooks } from './looks'
import { checkPage, pageOf, queryMark } from './page'
import { composePerson, inOrderOfPreference } from './person'
import { refOf } from './project'
import { mergeTellers, type Preference } from './tellers'
import { perTelling, type Work } from './work'

/** What all archives share. */
export interface Shelf {
  readonly store: Store
  readonly sources: ReadonlyMap<string, SourceMapping>
  readonly load: Loader
  readonly history: History
  readonly completeness: Completeness
  readonly preference: Preference
}

/** What was decided when the archive was opened. */
export interface Opening {
  readonly resident: string
  /** Source patients that are the resident, at `asOf` where that is asked. */
  readonly patients: readonly string[]
  /** Those that are the resident now: looks are kept with them. */
  readonly patientsNow: readonly string[]
  readonly grant: Grant
  readonly ledger: Ledger
  /** Records that the resident says are not theirs (identity's `recordKey`). */
  readonly withheld: ReadonlySet<string>
  /** Instant, UTC. */
  readonly asOf?: string
  readonly work: Work
}

export class OpenedArchive implements OpenArchive {
  readonly resident: string
  readonly asOf?: string
  /** What was asked already: an archive is opened for one request, which may ask the same under many aliases. */
  private readonly mergedOnce = new Map<string, Promise<ArchiveFact[]>>()

  constructor(private readonly shelf: Shelf, private readonly opening: Opening) {
    this.resident = opening.resident
    if (opening.asOf !== undefined) this.asOf = opening.asOf
  }

  audited(): Promise<void> {
    return this.opening.ledger.audited()
  }

  async person() {
    const [all] = await Promise.all([this.patientFacts(), this.opening.ledger.note(['Patient'])])
    const patients = all.filter((fact) => !this.isWithheld(fact))
    const { sources } = this.shelf
    return {
      served: composePerson(encodeGlobalId('Resident', this.resident), patients, sources),
      patients: inOrderOfPreference(patients, sources),
    }
  }

  async facts(types: readonly FactType[], filter: FactFilter, page: PageArguments): Promise<Page<ArchiveFact>> {
    this.require(types)
    checkPage(page)
    const range = rangeOf(filter)
    const mark = queryMark([this.resident, this.asOf, [...types].toSorted(), range, filter.code, filter.institution])
    const all = await this.merged(types, widened(range))
    if (range !== undefined || filter.code !== undefined || filter.institution !== undefined) this.opening.work.spend(all.length)
    const merged = filterFacts(all, filter, range)
    return pageOf(merged, ({ fact }) => fact, mark, page)
  }

  /** The merged fact of which one teller has this id. Throws NOT_FOUND. */
  async node(type: FactType, patient: string, id: string): Promise<ArchiveFact> {
    this.require([type])
    const merged = await this.merged([type])
    const found = merged.find(({ tellers }) => tellers.some((teller) => teller.patient === patient && teller.id === id))
    if (found === undefined) throw noRecord()
    return found
  }

  async resource(fact: Fact): Promise<FhirResource> {
    const resource = compose(await this.tellings(fact))
    if (resource === undefined) throw new HutongError('NOT_FOUND', 'The record was taken back.')
    return resource
  }

  async provenance(fact: Fact): Promise<Provenance> {
    if (this.asOf !== undefined) return provenanceOf(newestOf(await this.tellings(fact)), fact.institution)
    this.requireOwn(fact)
    const [newest] = await Promise.all([this.shelf.history.newest({ patient: fact.patient, ref: refOf(fact) }), this.audited()])
    return provenanceOf(newest, fact.institution)
  }

  async versions(fact: Fact): Promise<readonly Version[]> {
    return composeVersions(await this.tellings(fact)).toReversed().map(({ telling, resource }) => ({
      version: telling.version,
      versionTime: telling.version.slice(0, telling.version.indexOf('~')),
      committedAt: telling.committedAt,
      manner: telling.manner,
      ...(resource === undefined ? {} : { resource }),
      provenance: provenanceOf(telling, institutionOf(telling) ?? this.shelf.sources.get(telling.source)?.source.institution.id),
    }))
  }

  async completeness(): Promise<readonly SourceCompleteness[]> {
    const [patients] = await Promise.all([this.patientFacts(), this.opening.ledger.note(['completeness'])])
    const linked = new Map<string, string[]>()
    for (const { source, patient } of patients) linked.set(source, [...linked.get(source) ?? [], patient])
    return this.shelf.completeness.of(linked, this.opening.grant.withheld)
  }

  async looks(page: PageArguments): Promise<LookPage> {
    if (!this.opening.grant.looks) this.refuse('looks')
    await this.opening.ledger.note(['looks'])
    return readLooks(this.shelf.store, { resident: this.resident, patients: this.opening.patientsNow }, page, this.opening.work)
  }

  /** Access first, then tellers: who may not see a record set learns nothing of what would have been the same. */
  private merged(types: readonly FactType[], range?: Range): Promise<ArchiveFact[]> {
    const key = JSON.stringify([[...types].toSorted(), range])
    const known = this.mergedOnce.get(key) ?? this.merge(types, range)
    this.mergedOnce.set(key, known)
    return known
  }

  private async merge(types: readonly FactType[], range?: Range): Promise<ArchiveFact[]> {
    const { patients, ledger, work } = this.opening
    const wanted = types.includes('Patient') ? types : [...types, 'Patient' as const]
    const [facts] = await Promise.all([
      this.shelf.load({ owner: this, patients, types: wanted, ...(range === undefined ? {} : { range }), ...this.at() }),
      ledger.note(types),
    ])
    work.spend(facts.length)
    const asked = new Set(types)
    const merged = mergeTellers(facts.filter((fact) => asked.has(fact.type) && !this.isWithheld(fact)), this.shelf.preference)
    const persons = facts.filter((fact) => fact.type === 'Patient' && !this.isWithheld(fact)) as Fact<ServedPatient>[]
    return closeByDeath(merged, persons)
  }

  private async patientFacts(): Promise<Fact<ServedPatient>[]> {
    const facts = await this.shelf.load({ owner: this, patients: this.opening.patients, types: ['Patient'], ...this.at() })
    return facts as Fact<ServedPatient>[]
  }

  private async tellings(fact: Fact): Promise<readonly ResourceRow[]> {
    this.requireOwn(fact)
    const [rows] = await Promise.all([this.shelf.history.tellings({ patient: fact.patient, ref: refOf(fact) }), this.audited()])
    this.opening.work.spend(perTelling * rows.length)
    const { asOf } = this
    return asOf === undefined ? rows : rows.filter(({ committedAt }) => committedAt <= asOf)
  }

  private at() {
    return this.asOf === undefined ? {} : { asOf: this.asOf, work: this.opening.work }
  }

  private require(types: readonly FactType[]): void {
    if (types.length === 0) throw new HutongError('BAD_ARGUMENT', 'Name at least one type of records.', 'types')
    const kept = types.find((type) => !this.opening.grant.facts.has(type))
    if (kept !== undefined) this.refuse(kept)
  }

  /** It is in the ledger when `audited` resolves, which is before the answer leaves. */
  private refuse(what: string): never {
    this.opening.ledger.refuse(what)
    throw new HutongError('FORBIDDEN', 'You may not see this part of an archive.', what)
  }

  /** A fact of another archive is not served through this one. */
  private requireOwn(fact: Fact): void {
    this.require([fact.type])
    if (!this.opening.patients.includes(fact.patient) || this.isWithheld(fact)) throw noRecord()
  }

  private isWithheld(fact: Fact): boolean {
    const { withheld } = this.opening
    return withheld.size > 0 && withheld.has(recordKey(fact))
  }
}

const noRecord = () => new HutongError('NOT_FOUND', 'There is no such record, or you may not know of it.')

/** A record later than the death that any source tells of is flagged; the day of death is in life. */
function closeByDeath(facts: ArchiveFact[], patients: readonly Fact<ServedPatient>[]): ArchiveFact[] {
  const [closed] = patients.flatMap(({ record }) => endOf(record.deceasedDateTime) || []).toSorted()
  return closed === undefined ? facts : facts.map((each) => (each.fact.time > closed ? { ...each, afterDeath: true } : each))
}

const newestOf = (rows: readonly ResourceRow[]) => rows.toSorted((a, b) => (a.version < b.version ? -1 : 1)).at(-1)

function provenanceOf(row: ResourceRow | undefined, institution: string | undefined): Provenance {
  if (row === undefined) throw noRecord()
  const { source, entry, mapper, receivedAt } = row
  return { source, entry, mapper, receivedAt, ...(institution === undefined ? {} : { institution }) }
}

const institutionOf = ({ resource }: ResourceRow): string | undefined =>
  resource.meta?.extension?.find(({ url }) => url === 'urn:hutong:institution')?.valueString
