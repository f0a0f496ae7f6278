import { createRate } from '../../src/access/index'
import { asking, gatewayOver, fakeArchive, steward, system } from '../support/graphql/ask'
import { RequestContext } from '../../src/graphql/context'

describe('a rate', () => {
  it('lets each do so much in a minute, and says after how many seconds one may again', async () => {
    const rate = createRate({ perMinute: 3, perHour: 100 })
    for (let n = 0; n < 3; n += 1) await rate.take('one')
    await expect(rate.take('one')).rejects.toMatchObject({ code: 'TOO_MANY_REQUESTS', details: { seconds: expect.any(Number) } })
    await expect(rate.take('other')).resolves.toBeUndefined()
  })

  it('and so much in an hour', async () => {
    const rate = createRate({ perMinute: 100, perHour: 2 })
    await rate.take('one')
    await rate.take('one')
    const { details } = await rate.take('one').catch((error: { details: { seconds: number } }) => error) as { details: { seconds: number } }
    expect(details.seconds).toBeGreaterThan(60)
  })
})

describe('a source that asks who somebody is', () => {
  const query = `{ ${Array.from({ length: 5 }, (_, n) => `a${n}: crossReference(identifier: { system: "s", value: "v" }) { resident }`).join(' ')} match(person: {}) { resident } }`

  it('is counted with each field that asks, over all its tokens; a steward is not', async () => {
    const { executor, documents, ask } = asking('js')
    await ask(query, {}, steward)
    const gateway = { ...gatewayOver(fakeArchive()), matching: createRate({ perMinute: 8, perHour: 100 }) }
    const codes = async (id: string, asker = { ...system, viewer: { ...system.viewer, id } }) => {
      const { errors = [] } = await executor.execute({ document: documents.get(query)!, variables: {}, context: new RequestContext(gateway, async () => asker) })
      return errors.map(({ extensions }) => extensions['code'])
    }
    expect(await codes('one')).toEqual([])
    expect(await codes('two')).toContain('TOO_MANY_REQUESTS')
    expect(await codes('', steward)).toEqual([])
  })
})
