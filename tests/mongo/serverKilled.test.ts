import { setTimeout as wait } from 'node:timers/promises'
import { storyUploads } from '../../seed'
import { isHutongError } from '../../src/model/errors'
import type { Gateway } from '../../src/gateway'
import { openStore } from '../../src/store'
import { entries } from '../../src/store/collections'
import { describeOwnServer, freshUrl, startOwn, type OwnServer } from './server'
import { compose, expectAccounts, expectSame, quietState, stateOf, worked } from './state'

jest.setTimeout(180_000)

describeOwnServer('the server is killed (kill -9) in the middle of a load, and comes back', () => {
  let server: OwnServer
  let gateway: Gateway
  beforeEach(async () => { server = await startOwn() })
  afterEach(async () => {
    await gateway.close()
    await server.stop()
  })

  it('nothing acknowledged is lost, nothing is doubled, and senders and workers go on by themselves', async () => {
    const uploads = [...storyUploads()]
    const store = await openStore(freshUrl(server.url), { patience: 1000 })
    gateway = compose(store)
    await gateway.work()
    const acknowledged: string[] = []
    const refused = new Set<string>()
    const loading = { done: false }
    const killing = (async () => {
      for (; !loading.done; await wait(1500)) {
        await server.kill()
        await wait(1500)
        await server.restart()
      }
    })()
    for (const { source, name, bytes } of uploads) {
      for (;;) {
        try {
          acknowledged.push(...(await gateway.journal.append({ source, bytes, context: { name } })).map(({ entry }) => entry))
          break
        } catch (error) {
          refused.add(isHutongError(error) ? error.code : String(error))
          await wait(100)
        }
      }
    }
    loading.done = true
    await killing
    await worked(store, 60_000)
    await expectAccounts(store)
    expect(await store.getMany(entries, acknowledged.map(entry => [entry]))).toHaveLength(acknowledged.length)
    expectSame(await stateOf(store), await quietState(uploads))
    expect([...refused]).toEqual(['STORE_UNAVAILABLE'])
  })
})
