import { createIdentity } from '../../src/identity/index'
import type { ResidentLink } from '../../src/model/link'
import type { Patient } from '../../src/model/fhir'
import { openStore } from '../../src/store'
import type { Store } from '../../src/store/port'

/** For each test, a master patient index on a store of its own, and a clock that goes on by a minute with each word. */
export class TestIndex {
  store!: Store
  identity!: ReturnType<typeof createIdentity>
  private clock = 0

  async open(): Promise<void> {
    this.store = await openStore('sqlite::memory:')
    this.identity = createIdentity({ store: this.store, idKey: 'a key of the tests' })
    this.clock = Date.parse('2026-11-01T00:00:00.000Z')
  }

  at = (): string => new Date(this.clock += 60_000).toISOString()
  word = (reason = 'seen the papers') => ({ at: this.at(), by: 'steward-1', reason })
  link = async (id: string, told: Partial<Patient>, source = id): Promise<ResidentLink> =>
    (await this.identity.link({ id, source, resource: { resourceType: 'Patient', id, ...told } }, this.at())).link
}

export function useIndex(): TestIndex {
  const index = new TestIndex()
  beforeEach(() => index.open())
  afterEach(() => index.store.close())
  return index
}
