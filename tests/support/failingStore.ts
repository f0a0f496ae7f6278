import { HutongError } from '../../src/model/errors'
import type { Store } from '../../src/store/port'

/** A store of which one call fails, the nth after `failAt(n)`, as when its disk does; all others are the store's own. */
export function failing(store: Store): { readonly store: Store; failAt(n: number | undefined): void; readonly calls: () => number } {
  let calls = 0
  let at: number | undefined
  const wrapped = new Proxy(store, {
    get(target, name) {
      const verb: unknown = Reflect.get(target, name)
      if (typeof verb !== 'function' || name === 'close') return typeof verb === 'function' ? (verb as () => unknown).bind(target) : verb
      return (...given: unknown[]) => {
        calls += 1
        if (calls === at) return Promise.reject(new HutongError('STORE_UNAVAILABLE', 'The store cannot be reached.'))
        return (verb as (...args: unknown[]) => unknown).apply(target, given)
      }
    },
  })
  return {
    store: wrapped,
    failAt(n) {
      calls = 0
      at = n
    },
    calls: () => calls,
  }
}
