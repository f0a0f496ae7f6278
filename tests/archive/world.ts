/** A small district for tests: a hospital, a community centre and a platform, over a store in memory. */
import { createArchive, type ArchiveOptions, type RecordedTelling, type WriteCompartment } from '../../src/archive/index'
import { createAudit } from '../../src/access/index'
import { createIdentity } from '../../src/identity/index'
import type { FhirResource, Patient } from '../../src/model/fhir'
import { resourceId } from '../../src/model/ids'
import type { SourceMapping } from '../../src/model/mapping'
import type { Asker } from '../../src/model/viewer'
import { instrument, openStore, type Observe } from '../../src/store'
import type { Store } from '../../src/store/port'

export const idKey = 'a key of the tests'
export const hospital = '12350206426600001U'
export const centre = '12350206426600011W'
export const platform = '12350206426600021X'
/** Valid by its check digit, of nobody: GB 11643's example. */
export const number = '11010519491231002X'
export const numberSystem = 'urn:oid:2.16.156.10011.1.3'

function mapping(id: string, institution: string, level: string, institutions: readonly string[] = [institution]): SourceMapping {
  return {
    source: {
      id, title: id, format: 'fhir', idKey, tables: {}, settings: {}, charsets: ['utf-8'], timeZone: 'Asia/Shanghai', silentAfterHours: 24,
      assigningAuthorities: {}, institution: { id: institution, name: institution, level, ...(level === '平台' ? { platform: true } : {}) },
      institutions: institutions.map((each) => ({ id: each, name: each, ...(each === centre ? { level: '社康' } : {}) })),
    },
    dialect: { map: () => ({ tellings: [], issues: [], unmapped: [] }), route: () => ({}) },
    mapper: { name: 'test', hash: 'aa' },
  }
}

export const sources = new Map([
  mapping('first-hospital', hospital, '三级甲等'),
  mapping('community-health', 'community-health', '', [centre]),
  mapping('regional-platform', platform, '平台', [platform, hospital, centre]),
].map((each) => [each.source.id, each]))

export const id = (source: string, type: string, name: string) => resourceId({ id: source, idKey }, type, name)
export const fromInstitution = (institution: string) => ({ extension: [{ url: 'urn:hutong:institution', valueString: institution }] })

export interface Word {
  readonly resource: FhirResource
  readonly manner?: 'whole' | 'part' | 'deleted'
  readonly removed?: readonly string[]
  /** The source's version time, and unless told the time of commit, too. */
  readonly at?: string
  readonly committedAt?: string
}

export async function createWorld(options: Partial<ArchiveOptions> & { observe?: Observe; wrap?: (store: Store) => Store } = {}) {
  const plain = await openStore('sqlite::memory:')
  const counted = options.observe === undefined ? plain : instrument(plain, options.observe)
  const store = options.wrap === undefined ? counted : options.wrap(counted)
  const now = options.now ?? (() => new Date('2026-11-20T02:00:00.000Z'))
  const identity = createIdentity({ store, idKey })
  const audit = createAudit({ store, now })
  const archive = createArchive({ store, identity, audit, idKey, sources, ...options, now })
  let arrivals = 0

  const compartment = (source: string, patient: string, words: readonly Word[]): WriteCompartment => {
    arrivals += 1
    const arrival = String(arrivals).padStart(10, '0')
    const tellings = words.map(({ resource, manner = 'part', removed, at = '2026-11-01T00:00:00.000Z', committedAt = at }): RecordedTelling => ({
      resource, manner, patient, source, arrival, versionTime: at, entry: `entry-${arrival}`, receivedAt: committedAt, committedAt,
      mapper: { name: 'test', hash: 'aa' }, ...(removed === undefined ? {} : { removed }),
    }))
    return { patient, tellings, lane: 0, sequence: arrivals, commitId: `write:${source}:${arrival}` }
  }

  const tell = async (source: string, patient: string, ...words: readonly Word[]) => {
    const written = await archive.write(compartment(source, patient, words))
    const at = words[0]?.committedAt ?? words[0]?.at ?? '2026-11-01T00:00:00.000Z'
    return { written, linked: written.person && await identity.link({ id: patient, source, resource: written.person }, at) }
  }

  return { store, identity, audit, archive, compartment, tell, close: () => store.close() }
}

export type World = Awaited<ReturnType<typeof createWorld>>

export const patient = (source: string, name: string, told: Partial<Patient> = {}): Patient =>
  ({ resourceType: 'Patient', id: id(source, 'Patient', name), ...told })

export const person: Partial<Patient> = {
  identifier: [{ system: numberSystem, value: number }], name: [{ text: '陈桂芳' }], gender: 'female', birthDate: '1949-12-31',
}

export const resident = (of: string): Asker => ({ viewer: { role: 'resident', id: 'r', resident: of }, purpose: 'PATRQT' })
export const clinician = (institution: string): Asker => ({ viewer: { role: 'clinician', id: 'doctor', institution }, purpose: 'TREAT' })
export const steward: Asker = { viewer: { role: 'steward', id: 'steward' }, purpose: 'HOPERAT' }
