import { storyUploads } from '../../seed'
import type { Gateway } from '../../src/gateway'
import { openStore } from '../../src/store'
import { lanes } from '../../src/store/collections'
import type { Store } from '../../src/store/port'
import { describeMongo, dropDatabase, freshUrl } from './server'
import { compose, expectAccounts, expectSame, quietState, stateOf, worked } from './state'

jest.setTimeout(240_000)

describeMongo('two workers, each with half of the lanes', () => {
  let url: string
  let stores: Store[]
  let gateways: Gateway[]
  beforeEach(async () => {
    url = freshUrl()
    stores = [await openStore(url), await openStore(url)]
    gateways = stores.map(compose)
  })
  afterEach(async () => {
    for (const gateway of gateways) await gateway.close()
    await dropDatabase(url)
  })

  it('meet the same new residents at the same time, and each ends as one, whole', async () => {
    const uploads = [...storyUploads()]
    const [one, other] = gateways as [Gateway, Gateway]
    for (const { source, name, bytes } of uploads) await one.journal.append({ source, bytes, context: { name } })
    await stores[0]!.commit('lanes', Array.from({ length: 64 }, (_, lane) => ({ verb: 'insert', collection: lanes, row: { lane, last: 0 } }) as const))
    const half = { where: { lane: { below: 32 } }, n: 64, now: Date.now() }
    const { token } = await stores[0]!.claim(lanes, { ...half, until: Date.now() + 60_000 })
    await one.work()
    while ((await stores[0]!.claim(lanes, { where: {}, n: 1, now: 0, until: 1 })).rows.length > 0) await new Promise(resolve => { setTimeout(resolve, 20) })
    await stores[0]!.claim(lanes, { ...half, token, until: 0 })
    await other.work()
    await worked(stores[0]!, 120_000)
    await expectAccounts(stores[0]!)
    expectSame(await stateOf(stores[0]!), await quietState(uploads))
  })
})
