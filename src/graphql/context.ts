import type { Rate } from '../access/index'
import { Work } from '../archive'
import type { Archive, ArchiveFact, OpenArchive } from '../archive/api'
import type { Asking, Stewarding } from '../identity/api'
import type { Source, Institution } from '../model/source'
import type { Asker } from '../model/viewer'
import { publishedName } from './operations'
import type { Stewardship } from './stewardship'

/** What the resolvers stand on; the same for all requests. */
export interface Gateway {
  readonly archive: Archive
  readonly stewardship: Stewardship
  readonly identity: Stewarding & Asking
  /** How often a source may ask who somebody is. */
  readonly matching: Rate
  readonly sources: readonly Source[]
  /** The gateway's time, in ms: what a person decides is dated by it. */
  readonly now: () => number
}

/** Whence a served record came: asked by the fields that are not plain properties. */
export interface Binding {
  readonly fact: ArchiveFact
  readonly archive: OpenArchive
}

type Who = { readonly resident: string } | { readonly identifier: string; readonly system?: string }

/** One request: who asks, and what was opened for it. Archives are opened once per resident and `asOf`. */
export class RequestContext {
  private readonly opened = new Map<string, Promise<OpenArchive>>()
  private readonly looked: OpenArchive[] = []
  private readonly bindings = new Map<object, Binding>()
  private asked?: Promise<Asker>
  /** Of the whole request, whatever archives it opens. */
  private readonly work = new Work()

  /** The operation's name, where it is a published one. */
  readonly operation: string | undefined

  constructor(readonly gateway: Gateway, private readonly authenticate: () => Promise<Asker>, operation?: string) {
    this.operation = publishedName(operation)
  }

  /** Throws UNAUTHENTICATED where the token is missing or not good: only fields that hold data ask. */
  asker(): Promise<Asker> {
    this.asked ??= this.authenticate()
    return this.asked
  }

  /** `field`: which asks, where it is not `resident`. */
  async open(who: Who, asOf?: string, field?: string): Promise<OpenArchive> {
    const asker = await this.asker()
    const options = { work: this.work, ...(field !== undefined && { field }), ...(asOf !== undefined && { asOf }), ...(this.operation !== undefined && { operation: this.operation }) }
    return this.once(JSON.stringify([who, asOf]), () => this.gateway.archive.open(asker, who, options))
  }

  private once(key: string, open: () => Promise<OpenArchive>): Promise<OpenArchive> {
    const opened = this.opened.get(key) ?? open().then(archive => this.looking(archive))
    this.opened.set(key, opened)
    return opened
  }

  /** Notes an archive that was looked into. */
  looking(archive: OpenArchive): OpenArchive {
    this.looked.push(archive)
    return archive
  }

  /** Resolves when every look of this request is in the ledger; rejects where one cannot be: then nothing may be shown. */
  async audited(): Promise<void> {
    await Promise.all(this.looked.map(archive => archive.audited()))
  }

  /**
   * Remembers whence a record came, and gives the object to serve: the record itself, or a copy where the same object is
   * already served from another archive (another `asOf`) in this request. Never kept on the record: caches share records
   * between askers.
   */
  bind(record: object, binding: Binding): object {
    const known = this.bindings.get(record)
    const served = known !== undefined && known.archive !== binding.archive ? { ...record } : record
    this.bindings.set(served, binding)
    return served
  }

  bindingOf(record: object): Binding {
    const binding = this.bindings.get(record)
    if (binding === undefined) throw new Error('a record is served that was never bound to its archive')
    return binding
  }

  /** The institution as the configuration knows it; by its id alone where it does not. */
  institution(id: string | undefined): Institution | undefined {
    return id === undefined ? undefined : institutionsOf(this.gateway).get(id) ?? { id, name: id }
  }
}

const directories = new WeakMap<Gateway, ReadonlyMap<string, Institution>>()

/** All institutions of all sources, by id. */
export function institutionsOf(gateway: Gateway): ReadonlyMap<string, Institution> {
  const known = directories.get(gateway)
  if (known !== undefined) return known
  const all = gateway.sources.flatMap(source => [source.institution, ...source.institutions])
  const directory = new Map(all.map(institution => [institution.id, institution]))
  directories.set(gateway, directory)
  return directory
}
