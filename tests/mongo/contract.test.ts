import { openMongo } from '../../src/store/mongo/open'
import { contractCollections as collections } from '../contract/collections'
import { storeContract } from '../contract/storeContract'
import { describeMongo, dropDatabase, freshUrl } from './server'

const patience = 60_000
jest.setTimeout(patience)

describeMongo('mongodb', () => {
  storeContract('mongodb', async () => {
    const url = freshUrl()
    const store = await openMongo(url, { collections, patience: 10_000, steps: [] })
    return {
      store,
      async close() {
        await store.close()
        await dropDatabase(url)
      },
    }
  }, { patience })
})
