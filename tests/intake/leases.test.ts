import { createLeases, prepareLanes, type Leases } from '../../src/intake/leases'
import { openStore } from '../../src/store'
import { changes, lanes, workers } from '../../src/store/collections'
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

  it('are held once, however many renewals come at the same time', async () => {
    const leases = join()
    await Promise.all([leases.renew(), leases.current(), leases.renew()])
    for (let lane = 0; lane < 64; lane += 1) expect(await store.commit(`fenced ${lane}`, [], leases.fence(lane))).toMatchObject({ ok: true })
    const renewal = leases.renew()
    await leases.release()
    await renewal
    await leases.renew()
    expect((await store.claim(lanes, { where: {}, n: 64, now, until: now + 1 })).rows).toHaveLength(64)
  })

  it('are another worker\'s business after a long sleep: the round at work commits no more, and sequences go on behind the other\'s', async () => {
    const [sleeper, other] = [join(), join()]
    const change = (leases: Leases) => {
      const seq = leases.nextSequence(0)
      return store.commit(`change ${seq}`, [{ verb: 'insert', collection: changes, row: { lane: 0, seq, patient: 'p', at: '', entry: '', refs: [] } }], leases.fence(0))
    }
    await sleeper.current()
    await change(sleeper)
    now += 3 * leaseMs
    await other.current()
    await change(other)
    await change(other)
    await other.release()
    await sleeper.renew()
    expect(await change(sleeper)).toMatchObject({ ok: false, reason: 'lease-lost' })
    await sleeper.current()
    expect(await change(sleeper)).toEqual({ ok: true, repeated: false })
    expect((await store.find(changes, { where: { lane: 0 }, limit: 9 })).map(({ seq }) => seq)).toEqual([1, 2, 3, 5])
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
