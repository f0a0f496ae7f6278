import { createLeases, prepareLanes, type Leases } from '../../src/intake/leases'
import { openStore } from '../../src/store'
import { workers } from '../../src/store/collections'
import type { Store } from '../../src/store/port'

const leaseMs = 15_000

describe('lanes among several workers', () => {
  let store: Store
  let now = 1_000_000
  beforeEach(async () => {
    store = await openStore('sqlite::memory:')
    await prepareLanes(store)
  })
  afterEach(() => store.close())

  const join = (): Leases => createLeases({ store, now: () => now, leaseMs })
  /** As time goes by, each renews when it is due. */
  async function rounds(...all: readonly Leases[]): Promise<readonly (readonly number[])[]> {
    let held: (readonly number[])[] = []
    for (let n = 0; n < 4; n += 1) {
      now += leaseMs / 3
      held = []
      for (const leases of all) held.push(await leases.current())
    }
    return held
  }

  it('are all of the only one', async () => {
    expect((await rounds(join()))[0]).toHaveLength(64)
  })

  it('are shared out evenly when others come, and none is held twice or by nobody', async () => {
    const all = [join(), join(), join()] as const
    await rounds(all[0])
    const held = await rounds(...all)
    expect(held.map(({ length }) => length).toSorted()).toEqual([20, 22, 22])
    expect(held.flat().toSorted((a, b) => a - b)).toEqual(Array.from({ length: 64 }, (_, lane) => lane))
  })

  it('go to the others when one stops, at once, and when one dies, after its lease', async () => {
    const [stays, stops, dies] = [join(), join(), join()]
    await rounds(stays, stops, dies)
    await stops.release()
    expect((await rounds(stays, dies)).map(({ length }) => length)).toEqual([32, 32])
    expect((await rounds(stays))[0]).toHaveLength(64)
    now += 2 * leaseMs
    await rounds(stays)
    expect(await store.find(workers, { where: {}, limit: 9 })).toHaveLength(1)
  })
})
