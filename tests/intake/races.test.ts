import { openQuarantine, workedBefore } from '../../src/intake'
import { arrivedMeanwhile, settlePending } from '../../src/intake/pending'
import { resourceId } from '../../src/model/ids'
import { entries } from '../../src/store/collections'
import type { Store } from '../../src/store/port'
import { fakeIdentity } from '../support/intake/fakeArchive'
import { openHouse, type House } from '../support/intake/house'
import { lines, plainSource, type PlainRecord } from '../support/intake/plain'

const id = (name: string): string => resourceId(plainSource(), 'Patient', name)

describe('what two gateways do at the same time', () => {
  let house: House
  beforeEach(async () => { house = await openHouse() })
  afterEach(() => house.close())

  const send = async (record: PlainRecord): Promise<string> => {
    const [outcome] = await house.journal.append({ source: 'plain', bytes: lines(record) })
    return outcome?.entry ?? ''
  }
  /** The store as another gateway has it; `before` comes before its first commit. */
  const other = (before: () => Promise<unknown>): Store => {
    let first = true
    return { ...bound(house.store), commit: async (...asked) => {
      if (first) {
        first = false
        await before()
      }
      return house.store.commit(...asked)
    } }
  }

  it('a record that both put back from quarantine is worked again, and marked', async () => {
    const entry = await send({ patient: 'p', throws: 'mapping' })
    await send({ patient: 'q', throws: 'mapping' })
    await house.work()
    const store = other(async () => {
      await house.quarantine.replay({ entry })
      await house.work()
    })
    await openQuarantine({ store, mappings: house.mappings, grammars: house.grammars }).replay({ source: 'plain' })
    await house.work()
    expect((await house.entry(entry)).status).toBe('quarantined')
  })

  it('two patients for whom a record waits come at once: it waits no more', async () => {
    const entry = await send({ patient: 'p', name: 'P', values: { 'k@q': 1, 'n@r': 2 } })
    await house.work()
    const identity = fakeIdentity(house.store)
    const arrive = (name: string) => identity.link({ id: id(name), source: 'plain', resource: { resourceType: 'Patient' } }, '2026-11-20T02:00:00.000Z')
    await arrive('q')
    const store = other(async () => {
      await arrive('r')
      await settlePending([id('r')], { store: house.store, identity })
    })
    await settlePending([id('q')], { store, identity })
    expect((await house.entry(entry)).status).toBe('mapped')
  })

  it('one dies before it saw that the patient had come: whoever takes its lanes over does', async () => {
    const entry = await send({ patient: 'p', values: { k: 1 } })
    await house.work()
    const identity = fakeIdentity(house.store)
    await identity.link({ id: id('p'), source: 'plain', resource: { resourceType: 'Patient' } }, '2026-11-20T02:00:00.000Z')
    expect(await arrivedMeanwhile([await house.entry(entry)], identity)).toEqual([id('p')])
    await house.work()
    expect((await house.entry(entry)).status).toBe('mapped')
  })

  it('whoever put records in knows when all of them were worked, by whichever gateway', async () => {
    const entry = await send({ patient: 'p', name: 'P' })
    const waiting = workedBefore(house.store, 'Z').then(() => house.entry(entry))
    await house.work()
    expect((await waiting).status).toBe('mapped')
    expect(await house.store.find(entries, { where: { status: 'received' }, limit: 1 })).toEqual([])
  })
})

function bound(store: Store): Store {
  const { get, getMany, find, tally, claim, commit, close } = store
  return {
    name: store.name, get: get.bind(store), getMany: getMany.bind(store), find: find.bind(store), tally: tally.bind(store),
    claim: claim.bind(store), commit: commit.bind(store), close: close.bind(store),
  }
}
