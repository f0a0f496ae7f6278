import { setTimeout as wait } from 'node:timers/promises'
import { storyUploads } from '../../seed'
import { openStore } from '../../src/store'
import type { Store } from '../../src/store/port'
import { Gateways } from './gateways'
import { describeMongo, dropDatabase, freshUrl } from './server'
import { expectAccounts, expectSame, quietState, stateOf, worked, type State } from './state'

jest.setTimeout(240_000)

describeMongo('three gateways on one database', () => {
  const uploads = [...storyUploads()]
  let expected: State
  let url: string
  let gateways: Gateways
  let store: Store
  beforeAll(async () => { expected = await quietState(uploads) })
  beforeEach(async () => {
    url = freshUrl()
    store = await openStore(url)
    gateways = new Gateways(url)
  })
  afterEach(async () => {
    await gateways.stop()
    await store.close()
    await dropDatabase(url)
  })

  async function expectAllOnce(): Promise<void> {
    await worked(store, 60_000)
    await gateways.stop()
    await expectAccounts(store)
    expectSame(await stateOf(store), expected)
  }

  it.each([['after-journal', 'after-tellings', 'after-link'], ['after-mark', 'before-ack', 'after-tellings']])(
    'one is killed %s, one %s, one %s: nothing acknowledged is lost, nothing doubled, and the accounts add up', async (...points) => {
      for (const point of points) await gateways.start(point)
      await gateways.send(uploads)
      await expectAllOnce()
      expect(gateways.died).toBe(points.length)
    })

  it('one after the other is killed, or sleeps past its leases, again and again', async () => {
    await Promise.all([gateways.start(), gateways.start(), gateways.start()])
    const sending = { done: false }
    const killing = (async () => {
      for (let n = 0; !sending.done; n++) {
        await (n % 3 === 1 ? gateways.sleep(n) : gateways.kill(n))
        await wait(1500)
      }
    })()
    await gateways.send(uploads)
    sending.done = true
    await killing
    await expectAllOnce()
    expect(gateways.died).toBeGreaterThan(2)
  })
})
