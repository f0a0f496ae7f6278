/** What docs/sharding.md says of a sharded cluster, held to what the gateway asks and writes. Needs no server. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { storyUploads } from '../../seed'
import { collections } from '../../src/store/collections'
import { fieldsOf } from '../../src/store/plan'
import type { Change, CollectionSpec, Condition, Fence, Find, KeyValue, Store, Tally } from '../../src/store/port'
import { ownArchive } from '../stories/archive'
import { openPipeline, type Pipeline } from '../support/pipeline'

const mockAsked: { verb: string; spec: CollectionSpec; fields: readonly string[] }[] = []
const mockCommits: { kind: string; places: ReadonlySet<string> }[] = []

jest.mock('../../src/store', () => {
  const real = jest.requireActual<typeof import('../../src/store')>('../../src/store')
  return { ...real, openStore: async (url: string) => mockRecorded(await real.openStore(url)) }
})

/** The same store; each question is noted with the fields that it names by equality, each commit with the shard keys that it writes. */
function mockRecorded(store: Store): Store {
  const equal = (where: Readonly<Record<string, Condition>>): string[] =>
    Object.entries(where).filter(([, condition]) => typeof condition !== 'object' || 'in' in condition).map(([field]) => field)
  const ask = (verb: string, spec: CollectionSpec, fields: readonly string[]): number => mockAsked.push({ verb, spec, fields })
  const keyFields = (spec: CollectionSpec): string[] => fieldsOf(spec.key).map(({ name }) => name)
  return {
    name: store.name,
    get: (spec, key) => (ask('get', spec, keyFields(spec)), store.get(spec, key)),
    getMany: (spec, keys) => (ask('getMany', spec, keyFields(spec)), store.getMany(spec, keys)),
    find: (spec, find: Find<never>) => (ask('find', spec, equal(find.where)), store.find(spec, find)),
    tally: (spec, tally: Tally) => (ask('tally', spec, equal(tally.where)), store.tally(spec, tally)),
    claim: (spec, claim) => store.claim(spec, claim),
    commit(id: string, changes: readonly Change[], fence?: Fence) {
      const places = new Set([...changes.map(placeOf), ...fence ? [`lane ${fence.key.join()}`] : []])
      mockCommits.push({ kind: id.split(':')[0] ?? '', places })
      return store.commit(id, changes, fence)
    },
    close: () => store.close(),
  }
}

/** `patient 3f…`: rows of all collections that are sharded by patient lie together, where the zones of docs/sharding.md are made. */
function placeOf(change: Change): string {
  const { collection: { key, shardKey } } = change
  const names = fieldsOf(key).map(({ name }) => name)
  const values = change.verb === 'remove' ? change.key : names.map(name => (change.row as Record<string, KeyValue>)[name])
  return shardKey.map(field => `${field} ${values[names.indexOf(field)]}`).join(' ')
}

const page = readFileSync(join(__dirname, '..', '..', 'docs', 'sharding.md'), 'utf8')

describe('a sharded cluster', () => {
  let pipeline: Pipeline
  let resident: string
  beforeAll(async () => {
    pipeline = await openPipeline({ uploads: storyUploads() })
    resident = await pipeline.residentOf('first-hospital', 'SY900001')
  }, 60_000)
  afterAll(() => pipeline.close())
  beforeEach(() => { mockAsked.length = 0 })

  it('has a shard key that begins the key, so that a key is on one shard and unique there', () => {
    for (const { name, key, shardKey } of collections) {
      expect([name, fieldsOf(key).map(field => field.name).slice(0, shardKey.length)]).toEqual([name, shardKey])
    }
  })
  it('is told by the page how each collection is sharded', () => {
    for (const { name, key, shardKey } of collections) {
      const [, told = '{}'] = new RegExp(`sh\\.shardCollection\\("hutong\\.${name}", (\\{[^}]*\\})\\)`).exec(page) ?? []
      const wanted = key.length === 1 ? ['_id'] : shardKey
      expect([name, [...told.matchAll(/(\w+):/g)].map(([, field]) => field).slice(0, wanted.length)]).toEqual([name, wanted])
    }
  })
  it('answers an archive from the shards of its patients; what scatters is the journal, and the page says so', async () => {
    await ownArchive(pipeline, resident)
    const scattered = mockAsked.filter(({ spec, fields }) => !spec.shardKey.every(field => fields.includes(field)))
    expect(mockAsked.length).toBeGreaterThan(4)
    expect([...new Set(scattered.map(({ verb, spec, fields }) => `${verb} ${spec.name} by ${fields.join()}`))].toSorted())
      .toEqual(['find entries by source', 'tally entries by patient,status', 'tally entries by status,source'])
  })
  it('asks no other shards when an archive is asked as of a day', async () => {
    await ownArchive(pipeline, resident, '2026-10-01T00:00:00+08:00')
    const scattered = mockAsked.filter(({ spec, fields }) => spec.name !== 'entries' && !spec.shardKey.every(field => fields.includes(field)))
    expect(scattered.map(({ verb, spec, fields }) => `${verb} ${spec.name} by ${fields.join()}`)).toEqual([])
  })
  it('writes these places in one commit, as the page says', () => {
    const kinds = [...new Set(mockCommits.map(({ kind }) => kind))].toSorted()
    const most = Object.fromEntries(kinds.map(kind => [kind, mostOfEach(mockCommits.filter(commit => commit.kind === kind))]))
    expect(most).toMatchObject({
      write: { patient: 1, lane: 1 }, mark: { lane: 1 }, journal: { upload: 1 }, lanes: { lane: 64 }, subject: { patient: 1 },
    })
    expect(Object.fromEntries(kinds.map(kind => [kind, Object.keys(most[kind] ?? {}).toSorted()]))).toEqual({
      alive: ['worker'], audit: ['asker', 'resident'], journal: ['entry', 'upload'], lanes: ['lane'], link: ['patient', 'resident', 'review'],
      mark: ['entry', 'lane'], subject: ['block', 'patient'], write: ['lane', 'patient', 'term', 'word'],
    })
    for (const kind of kinds) expect(page).toContain(`- **${kind}**:`)
  })
})

/** By field of the shard key: how many values of it one commit wrote at most. */
function mostOfEach(commits: typeof mockCommits): Record<string, number> {
  const most: Record<string, number> = {}
  for (const { places } of commits) {
    const counts: Record<string, number> = {}
    for (const [field = ''] of [...places].map(place => place.split(' '))) counts[field] = (counts[field] ?? 0) + 1
    for (const [field, count] of Object.entries(counts)) most[field] = Math.max(most[field] ?? 0, count)
  }
  return most
}
