import { looks } from '../../src/store/collections'
import { openStore } from '../../src/store'
import { steps } from '../../src/store/layout'
import type { Change, Store } from '../../src/store/port'
import { collections } from '../../src/store/collections'

const step = steps.find(({ retired = [] }) => retired.some(({ name }) => name === 'audit'))!
const [audit] = step.retired!

describe('the step to a ledger by resident', () => {
  const base = { resident: 'r', viewer: { role: 'clinician', id: 'd', institution: 'i' }, purpose: 'TREAT', outcome: 'shown', asked: ['Chart', 'Patient'] }
  const at = (n: number) => `2026-11-20T00:00:00.${String(n).padStart(3, '0')}Z`
  /** 400 looks at three source patients, two refused ones, and one at nobody. */
  const old = [
    ...Array.from({ length: 400 }, (_, n) => ['p', 'q', 's'].map((patient) => ({ ...base, patient, at: at(n), look: `l${n}` }))).flat(),
    ...['p', 'q'].map((patient) => ({ ...base, patient, at: at(500), look: 'refused', outcome: 'denied', asked: ['anything a stranger wrote'] })),
    { ...base, patient: 'unknown:x', resident: 'nobody', at: at(600), look: 'nobody', outcome: 'denied' },
  ]
  let store: Store
  beforeEach(async () => {
    store = await openStore('sqlite::memory:', { collections: [...collections, audit!] })
    await store.commit('old', old.map((row): Change => ({ verb: 'insert', collection: audit!, row })))
  })
  afterEach(() => store.close())

  async function isMoved() {
    const rows = await store.find(looks, { where: {}, limit: 9999 })
    expect(rows).toHaveLength(401)
    expect(rows[0]).toEqual({ ...base, look: `${at(500)}~refused`, patients: ['p', 'q'], outcome: 'denied', asked: [] })
    expect(rows.slice(1).every(({ patients, resident, asked }) => patients.join() === 'p,q,s' && resident === 'r' && asked.join() === 'Chart,Patient')).toBe(true)
    expect(await store.find(audit!, { where: {}, limit: 1 })).toEqual([])
  }

  it('makes one row of each look, by pages, with all its source patients', async () => {
    await step.run!({ store, tell: () => undefined })
    await isMoved()
  })

  it('goes on where it was broken off', async () => {
    let pages = 0
    await expect(step.run!({ store, tell: () => { if ((pages += 1) === 2) throw new Error('the power is gone') } })).rejects.toThrow('the power is gone')
    expect((await store.find(looks, { where: {}, limit: 9999 })).length).toBeGreaterThan(0)
    await step.run!({ store, tell: () => undefined })
    await isMoved()
  })
})
