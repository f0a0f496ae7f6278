import type { Store } from './port'

export type Verb = 'get' | 'getMany' | 'find' | 'tally' | 'commit' | 'claim'
/** Told of each call when it is done, also of one that failed; a commit counts once, under the collection it changes first. */
export type Observe = (verb: Verb, collection: string, milliseconds: number) => void

/** The same store, each call of which is observed: for metrics, and for tests that count a query's calls. */
export function instrument(store: Store, observe: Observe): Store {
  async function observed<T>(verb: Verb, collection: string, call: () => Promise<T>): Promise<T> {
    const start = performance.now()
    try {
      return await call()
    } finally {
      observe(verb, collection, performance.now() - start)
    }
  }
  return {
    name: store.name,
    get: (collection, key) => observed('get', collection.name, () => store.get(collection, key)),
    getMany: (collection, keys) => observed('getMany', collection.name, () => store.getMany(collection, keys)),
    find: (collection, find) => observed('find', collection.name, () => store.find(collection, find)),
    tally: (collection, tally) => observed('tally', collection.name, () => store.tally(collection, tally)),
    commit: (id, changes, fence) =>
      observed('commit', changes[0]?.collection.name ?? fence?.collection.name ?? '', () => store.commit(id, changes, fence)),
    claim: (collection, claim) => observed('claim', collection.name, () => store.claim(collection, claim)),
    close: () => store.close(),
  }
}
