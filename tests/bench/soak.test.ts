import { judge } from '../../bench/soak/ledger'
import { noTries, retrying } from '../../bench/soak/retrying'
import { changes, entries, resources, residents, uploads, links } from '../../src/store/collections'
import type { Change, Store } from '../../src/store/port'
import { openStore } from '../../src/store'

let store: Store
beforeEach(async () => { store = await openStore('sqlite::memory:') })
afterEach(() => store.close())

const put = (collection: Change['collection'], row: object): Change => ({ verb: 'put', collection, row })
const upload = { upload: 'u', source: 's', receivedAt: 't', size: 1, context: {}, bytes: new Uint8Array(1) }
const entry = {
  entry: 'e', source: 's', upload: 'u', start: 0, end: 1, arrival: 'a', receivedAt: 't', day: '2026-11-20', lane: 1, status: 'mapped', patient: 'p', controlId: '', attempts: 0,
  resources: ['Observation/o'],
}
const telling = { patient: 'p', ref: 'Observation/o', version: 'v', source: 's', entry: 'e', manner: 'whole', receivedAt: 't', committedAt: 't' }
const well = [put(uploads, upload), put(entries, entry), put(resources, telling), put(links, { patient: 'p', at: 't', resident: 'r' }),
  put(residents, { resident: 'r', version: 1, patients: ['p'] }), put(changes, { lane: 1, seq: 1, patient: 'p', at: 't', entry: 'e', refs: ['Observation/o'] })]

/** What does not hold of a store that is well but for `more`. */
async function failing(more: readonly Change[], acknowledged: readonly string[] = ['e']): Promise<string[]> {
  await store.commit('rows', [...well, ...more])
  return (await judge(store, { acknowledged: new Set(acknowledged), sources: ['s'] })).filter(({ holds }) => !holds).map(({ what }) => what)
}

describe('the ledger of a soak', () => {
  it('holds where everything is there once', async () => {
    expect(await failing([])).toEqual([])
  })

  it.each<[string, readonly Change[], readonly string[], RegExp]>([
    ['an acknowledged record that is nowhere', [], ['e', 'f'], /^lost: acknowledged/],
    ['a record that nobody was told of', [put(entries, { ...entry, entry: 'x' })], ['e'], /^doubled: records/],
    ['a record without its bytes', [{ verb: 'remove', collection: uploads, key: ['u'] }], ['e'], /bytes/],
    ['a record that was never worked', [put(entries, { ...entry, status: 'received' })], ['e'], /unworked/],
    ['a telling that is gone', [{ verb: 'remove', collection: resources, key: ['p', 'Observation/o', 'v'] }], ['e'], /^lost: resources/],
    ['a telling that is there twice', [put(resources, { ...telling, version: 'w' })], ['e'], /^doubled: resources/],
    ['a change that is told twice', [put(changes, { lane: 1, seq: 2, patient: 'p', at: 't', entry: 'e', refs: ['Observation/o'] })], ['e'], /^doubled: changes/],
    ['a patient without a resident', [put(residents, { resident: 'r', version: 1, patients: [] })], ['e'], /^lost: linked/],
    ['a patient of two residents', [put(residents, { resident: 'q', version: 1, patients: ['p'] })], ['e'], /^doubled: patients/],
  ])('finds %s', async (_what, more, acknowledged, said) => {
    expect(await failing(more, acknowledged)).toEqual(expect.arrayContaining([expect.stringMatching(said)]))
  })
})

describe('a client that tries again', () => {
  it('asks the next gateway, and counts what it did', async () => {
    const tries = noTries()
    const asked: string[] = []
    const answer = await retrying(tries, ['a', 'b'], async gateway => {
      asked.push(gateway)
      if (asked.length < 3) throw new Error('away')
      return 'well'
    })
    expect([answer, asked, tries.done, tries.retries, tries.errors]).toEqual(['well', ['a', 'b', 'a'], 1, 2, 0])
  })
})
