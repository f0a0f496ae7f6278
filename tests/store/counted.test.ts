import { instrument, openStore } from '../../src/store'
import { contractCollections, lanes, tasks } from '../contract/collections'

describe('an instrumented store', () => {
  it('tells of each call once, with what it took, and of failed ones too', async () => {
    const calls: string[] = []
    const plain = await openStore('sqlite::memory:', { collections: contractCollections })
    const store = instrument(plain, (verb, collection, milliseconds) => {
      expect(milliseconds).toBeGreaterThanOrEqual(0)
      calls.push(`${verb} ${collection}`)
    })
    await store.commit('1', [{ verb: 'put', collection: lanes, row: { lane: 1, last: 0 } }])
    await store.claim(lanes, { where: {}, n: 1, now: 0, until: 1 })
    await store.get(lanes, [1])
    await store.getMany(lanes, [[1]])
    await store.find(lanes, { where: {}, limit: 1 })
    await store.tally(lanes, { where: {}, by: [] })
    await expect(store.find(tasks, { where: { size: 1 }, limit: 1 })).rejects.toMatchObject({ code: 'NO_INDEX' })
    await store.close()
    expect(store.name).toBe('sqlite')
    expect(calls)
      .toEqual(['commit lanes', 'claim lanes', 'get lanes', 'getMany lanes', 'find lanes', 'tally lanes', 'find tasks'])
  })
})
