import { openStore, type Step } from '../../src/store'
import { workers } from '../../src/store/collections'
import { moveRows } from '../../src/store/layout'
import type { Collection, Store } from '../../src/store/port'
import { describeMongo, dropDatabase, freshUrl } from './server'

interface Look { readonly patient: string; readonly look: string }
const old: Collection<Look> = { name: 'glances', key: ['patient', 'look'], shardKey: ['patient'], why: 'As it was.' }
const now: Collection<Look> = { name: 'glanced', key: ['look'], shardKey: ['look'], why: 'As it is.' }
const step = (stopAfter = Infinity): Step => ({
  to: 2, why: 'keyed by look', retired: [old],
  run: work => {
    let pages = 0
    return moveRows(work, old, async rows => {
      if (pages++ >= stopAfter) throw new Error('killed')
      return rows.map(row => ({ verb: 'put', collection: now, row }))
    })
  },
})

jest.setTimeout(180_000)

describeMongo('a MongoDB of an older layout', () => {
  let url: string
  beforeEach(async () => {
    url = freshUrl()
    const store = await openStore(url, { collections: [old, workers], steps: [] })
    await store.commit('old', Array.from({ length: 520 }, (_, i) => ({ verb: 'insert', collection: old, row: { patient: 'p', look: `l${i}` } })))
    await store.close()
  })
  afterEach(() => dropDatabase(url))
  const newer = (steps = [step()], patience = 90_000): Promise<Store> => openStore(url, { collections: [now, workers], steps, patience })
  const count = async (store: Store): Promise<unknown> => (await store.tally(now, { where: {}, by: [] }))[0]?.count

  it('is finished where it broke off, by whoever comes next, and refused to a version that is older', async () => {
    await expect(newer([step(1)])).rejects.toThrow('killed')
    const store = await newer()
    expect(await count(store)).toBe(520)
    await store.close()
    await expect(openStore(url, { collections: [old, workers], steps: [] })).rejects.toMatchObject({ code: 'CONFIGURATION' })
  })

  it('is migrated by one of two that come at once', async () => {
    const stores = await Promise.all([openStore(url, { collections: [now, workers], steps: [step()], patience: 90_000 }), openStore(url, { collections: [now, workers], steps: [step()], patience: 90_000 })])
    expect(await Promise.all(stores.map(count))).toEqual([520, 520])
    for (const store of stores) await store.close()
  })

  it('is let be while a gateway works on it', async () => {
    const store = await openStore(url, { collections: [old, workers], steps: [] })
    await store.commit('worker', [{ verb: 'put', collection: workers, row: { worker: 'w', until: Date.now() + 60_000 } }])
    await expect(newer([step()], 500)).rejects.toMatchObject({ code: 'STORE_BUSY' })
    expect(await store.tally(old, { where: {}, by: [] })).toMatchObject([{ count: 520 }])
    await store.close()
  })
})
