import { SignJWT } from 'jose'
import { createAudit, createTokens, decide, isInCare, usualPurpose } from '../../src/access/index'
import { factTypes, type Fact } from '../../src/model/fact'
import type { Encounter } from '../../src/model/fhir'
import type { Asker, Viewer } from '../../src/model/viewer'
import { askings, looks, refusals } from '../../src/store/collections'
import type { Store } from '../../src/store/port'
import { openStore } from '../../src/store'

const asker: Asker = { viewer: { role: 'clinician', id: 'd', institution: 'i' }, purpose: 'TREAT' }

describe('tokens', () => {
  const key = 'k'.repeat(32)
  const tokens = createTokens({ key })

  it.each<Viewer>([
    { role: 'resident', id: 'a', resident: 'r' }, { role: 'clinician', id: 'a', institution: 'i' }, { role: 'source', id: 'a', source: 's' },
    { role: 'steward', id: 'a' }, { role: 'app', id: 'a', resident: 'r' },
  ])('say who asks, and why: $role', async (viewer) => {
    const token = await tokens.sign({ viewer, purpose: usualPurpose(viewer.role) }, { expiresIn: '1h' })
    expect(await tokens.verify(token)).toEqual({ viewer, purpose: usualPurpose(viewer.role) })
    expect(await tokens.verify(token)).toBe(await tokens.verify(token))
  })

  it.each(['', 'nonsense', 'a.b.c'])('are refused when malformed: "%s"', (token) =>
    expect(tokens.verify(token)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' }))

  it('are refused when signed by another key, unsigned, or changed', async () => {
    const foreign = await createTokens({ key: 'x'.repeat(32) }).sign(asker, { expiresIn: 60 })
    await expect(tokens.verify(foreign)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' })
    const [, body] = foreign.split('.')
    await expect(tokens.verify(`${Buffer.from('{"alg":"none"}').toString('base64url')}.${body}.`)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' })
  })

  it.each([
    { viewer: { role: 'king', id: 'a' }, purpose: 'TREAT' }, { viewer: { role: 'clinician', id: 'a' }, purpose: 'TREAT' },
    { viewer: { role: 'steward', id: 'a', resident: 'r' }, purpose: 'HOPERAT' }, { viewer: asker.viewer, purpose: 'FUN' }, {},
  ])('are refused when they do not say it rightly: %j', async (claims) => {
    const token = await new SignJWT(claims).setProtectedHeader({ alg: 'HS256' }).setIssuer('hutong').setAudience('hutong').setIssuedAt().setExpirationTime('1h').sign(new TextEncoder().encode(key))
    await expect(tokens.verify(token)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' })
  })

  it('expire, also those that were verified before', async () => {
    let now = Date.parse('2026-11-20T00:00:00Z')
    const ticking = createTokens({ key, now: () => new Date(now) })
    const token = await ticking.sign(asker, { expiresIn: '2 minutes' })
    await expect(ticking.verify(token)).resolves.toEqual(asker)
    now += 121_000
    await expect(ticking.verify(token)).rejects.toMatchObject({ code: 'UNAUTHENTICATED', message: 'The token has expired.' })
  })

  it('need an expiry, a span that is one, and a key that is long enough', async () => {
    const endless = await new SignJWT({ ...asker }).setProtectedHeader({ alg: 'HS256' }).setIssuer('hutong').setAudience('hutong').setIssuedAt().sign(new TextEncoder().encode(key))
    await expect(tokens.verify(endless)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' })
    await expect(tokens.sign(asker, { expiresIn: 'soon' })).rejects.toMatchObject({ code: 'BAD_ARGUMENT' })
    expect(() => createTokens({ key: 'short' })).toThrow('at least 32 bytes')
  })

  /** Any claims, signed by the right key. */
  const signed = (claims: object) =>
    new SignJWT({ ...asker, iss: 'hutong', aud: 'hutong', ...claims }).setProtectedHeader({ alg: 'HS256' }).sign(new TextEncoder().encode(key))
  const second = Math.floor(Date.now() / 1000)

  it('are good for as long as a token may be, when made now or a little ahead of our clock', async () => {
    await expect(tokens.verify(await signed({ iat: second, exp: second + 86_400 }))).resolves.toEqual(asker)
    await expect(tokens.verify(await signed({ iat: second + 50, exp: second + 100 }))).resolves.toEqual(asker)
    await expect(tokens.verify(await signed({ iat: second, exp: second + 60, aud: ['elsewhere', 'hutong'] }))).resolves.toEqual(asker)
  })

  it.each<[string, object, string]>([
    ['for others', { iat: second, exp: second + 60, aud: 'elsewhere' }, 'its audience (aud) must be "hutong"'],
    ['for nobody', { iat: second, exp: second + 60, aud: undefined }, 'its audience (aud) must be "hutong"'],
    ['of another issuer', { iat: second, exp: second + 60, iss: 'elsewhere' }, 'claim "iss"'],
    ['without the time of its making', { exp: second + 60 }, 'when it was made (iat)'],
    ['made in the future', { iat: second + 120, exp: second + 180 }, 'made in the future'],
    ['that lives too long', { iat: second, exp: second + 86_401 }, 'at most 24 hours'],
    ['that was made long ago and has long to live', { iat: 1, exp: second + 60 }, 'at most 24 hours'],
    ['of a page, that names none', { iat: second, exp: second + 60, aud: 'hutong:ide' }, 'only in the page'],
  ])('are refused %s, and are told why', async (_, claims, words) => {
    await expect(tokens.verify(await signed(claims))).rejects.toMatchObject({ code: 'UNAUTHENTICATED', message: expect.stringContaining(words) })
  })

  it.each(['HS384', 'HS512'])('are refused by another algorithm, though the key is right: %s', async alg => {
    const long = createTokens({ key: 'k'.repeat(64) })
    const token = await new SignJWT({ ...asker, iss: 'hutong', aud: 'hutong', iat: second, exp: second + 60 })
      .setProtectedHeader({ alg }).sign(new TextEncoder().encode('k'.repeat(64)))
    await expect(long.verify(token)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' })
  })

  it('live no longer than they may: neither is one signed nor taken', async () => {
    await expect(tokens.sign(asker, { expiresIn: '2 days' })).rejects.toMatchObject({ code: 'BAD_ARGUMENT', message: expect.stringContaining('--token-hours') })
    const patient = createTokens({ key, longestHours: 48, audience: 'elsewhere' })
    const token = await patient.sign(asker, { expiresIn: '2 days' })
    await expect(patient.verify(token)).resolves.toEqual(asker)
    await expect(tokens.verify(token)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' })
  })

  it('of a page are good with its secret only, also when they were verified before', async () => {
    const token = await tokens.sign(asker, { expiresIn: 60, page: 'a secret' })
    for (const secret of [undefined, '', 'another']) await expect(tokens.verify(token, secret)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' })
    await expect(tokens.verify(token, 'a secret')).resolves.toEqual(asker)
    for (const secret of [undefined, '', 'another']) await expect(tokens.verify(token, secret)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' })
    await expect(tokens.verify(await tokens.sign(asker, { expiresIn: 60 }), 'a secret')).resolves.toEqual(asker)
  })
})

describe('what one may see', () => {
  const evidence = { resident: 'r', relation: false }

  it('is nothing, by default', () => {
    for (const viewer of [{ role: 'resident', id: 'a', resident: 'x' }, { role: 'app', id: 'a', resident: 'x' }, asker.viewer, { role: 'source', id: 's', source: 's' }] as const) {
      expect(decide(viewer, usualPurpose(viewer.role), { ...evidence, ...('resident' in viewer ? { self: viewer.resident } : {}) })).toBeUndefined()
    }
  })

  it('is everything of one\'s own, for a resident and an app on behalf', () => {
    for (const role of ['resident', 'app'] as const) {
      const grant = decide({ role, id: 'a', resident: 'r' }, 'PATRQT', { ...evidence, self: 'r' })
      expect(grant).toMatchObject({ looks: true, withheld: false })
      expect([...grant!.facts]).toEqual(factTypes)
    }
  })

  it('is the archive of a resident in care, for a clinician and for treatment only', () => {
    expect(decide(asker.viewer, 'TREAT', { ...evidence, relation: true })).toMatchObject({ looks: false })
    for (const purpose of ['HOPERAT', 'COVERAGE', 'PATRQT'] as const) expect(decide(asker.viewer, purpose, { ...evidence, relation: true })).toBeUndefined()
  })

  it('is who somebody is, for a steward, and nothing clinical', () => {
    const grant = decide({ role: 'steward', id: 's' }, 'HOPERAT', evidence)
    expect([...grant!.facts]).toEqual(['Patient'])
    expect(grant!.withheld).toBe(true)
  })
})

const since = '2026-08-22T00:00:00.000Z'
const visit = (status: Encounter['status'], period?: Encounter['period'], time = period?.start ?? ''): Fact => ({
  patient: 'p', type: 'Encounter', id: 'e', projection: 1, source: 's', institution: 'i', time: time && new Date(time).toISOString(),
  record: { resourceType: 'Encounter', id: 'e', status, class: {}, ...(period ? { period } : {}) },
})

describe('a resident in an institution\'s care', () => {
  it.each([
    ['a visit that ended lately', visit('finished', { start: '2026-07-01', end: '2026-09-01' })],
    ['a visit that ended on the very day', visit('finished', { start: '2026-08-01', end: '2026-08-22' })],
    ['a stay that is still open, however long ago it began', visit('in-progress', { start: '2020-01-01' })],
    ['a visit of which no end is told, and that began lately', visit('finished', { start: '2026-09-01' })],
  ])('has %s', (_, encounter) => expect(isInCare([encounter], 'i', since)).toBe(true))

  it.each([
    ['a visit that ended before', visit('finished', { start: '2026-01-01', end: '2026-08-20T10:00:00+08:00' })],
    ['a visit of which no end is told, and that began before', visit('finished', { start: '2026-01-01' })],
    ['a visit that was cancelled', visit('cancelled', { start: '2026-09-01' })],
    ['a visit that is only planned', visit('planned', { start: '2026-12-01' })],
    ['a visit elsewhere', { ...visit('finished', { start: '2026-09-01' }), institution: 'other' }],
    ['a visit of unknown time', visit('unknown')],
  ])('has not %s', (_, encounter) => expect(isInCare([encounter], 'i', since)).toBe(false))
})

describe('the ledger of looks', () => {
  const look = { resident: 'r', patients: ['p', 'q'], asker, asked: ['Chart'], outcome: 'shown' as const }
  let store: Store
  beforeEach(async () => { store = await openStore('sqlite::memory:') })
  afterEach(() => store.close())

  it('has one row for a look, which names the source patients, and another for what was asked later', async () => {
    const audit = createAudit({ store, now: () => new Date('2026-11-20T00:00:00Z') })
    const begun = audit.begin()
    await audit.record({ ...begun, ...look, withheld: true })
    await audit.record({ ...begun, ...look, asked: ['Patient'], part: 1 })
    expect(await store.find(looks, { where: { resident: 'r' }, order: 'backward', limit: 9 })).toEqual([
      { resident: 'r', look: begun.look, patients: ['p', 'q'], viewer: { role: 'clinician', id: 'd', institution: 'i' }, purpose: 'TREAT',
        asked: ['Chart'], outcome: 'shown', withheld: true },
      expect.objectContaining({ look: `${begun.look}~1`, asked: ['Patient'] })])
  })

  it('never changes a row that stands', async () => {
    const audit = createAudit({ store })
    const begun = audit.begin()
    await audit.record({ ...begun, ...look })
    await expect(audit.record({ ...begun, ...look, asked: [] })).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' })
    expect(await store.find(looks, { where: { resident: 'r' }, limit: 9 })).toMatchObject([{ asked: ['Chart'] }])
  })

  it('puts all looks of a tick, and all that come while it writes, into few commits', async () => {
    let commits = 0
    const counting = { ...store, commit: async (...args: Parameters<Store['commit']>) => { commits += 1; return store.commit(...args) } } as Store
    const audit = createAudit({ store: counting })
    const record = () => audit.record({ ...audit.begin(), ...look })
    const first = Promise.all(Array.from({ length: 50 }, record))
    await new Promise((resolve) => setImmediate(resolve))
    await Promise.all([first, ...Array.from({ length: 50 }, record)])
    expect(commits).toBeLessThanOrEqual(2)
    expect(await store.find(looks, { where: { resident: 'r' }, limit: 999 })).toHaveLength(100)
  })

  it('fails where it cannot be written, and writes again afterwards', async () => {
    let broken = true
    const flaky = { ...store, commit: async (...args: Parameters<Store['commit']>) => {
      if (broken) throw new Error('disk full')
      return store.commit(...args)
    } } as Store
    const audit = createAudit({ store: flaky })
    await expect(audit.record({ ...audit.begin(), ...look })).rejects.toThrow('disk full')
    broken = false
    await expect(audit.record({ ...audit.begin(), ...look })).resolves.toBeUndefined()
  })
})

describe('refused looks', () => {
  let store: Store
  let at = new Date('2026-11-20T08:00:00Z')
  beforeEach(async () => {
    store = await openStore('sqlite::memory:')
    at = new Date('2026-11-20T08:00:00Z')
  })
  afterEach(() => store.close())
  const refused = (id: string) => ({ resident: 'r', patients: ['p'], asked: [], outcome: 'denied' as const, asker: { ...asker, viewer: { ...asker.viewer, id } } })
  const kept = () => store.find(refusals, { where: { resident: 'r' }, limit: 999 })
  const auditOf = () => createAudit({ store, now: () => at })

  it('are one row for a stranger and a day, counted, and are not in the ledger', async () => {
    const audit = auditOf()
    for (let n = 0; n < 30; n += 1) await audit.record({ ...audit.begin(), ...refused('a') })
    await Promise.all(Array.from({ length: 70 }, () => audit.record({ ...audit.begin(), ...refused('a') })))
    expect(await kept()).toMatchObject([{ viewer: { id: 'a' }, count: 100, others: 0 }])
    at = new Date('2026-11-21T00:00:00Z')
    await audit.record({ ...audit.begin(), ...refused('a') })
    expect(await kept()).toMatchObject([{ look: expect.stringMatching(/^2026-11-21/), count: 1 }, { count: 100 }])
    expect(await store.find(looks, { where: {}, limit: 9 })).toEqual([])
  })

  it('are bounded by the day: the newest strangers stay, and the number of all', async () => {
    const audit = auditOf()
    for (let n = 0; n < 200; n += 1) {
      at = new Date(at.getTime() + 1000)
      await audit.record({ ...audit.begin(), ...refused(`s${n}`) })
    }
    const rows = await kept()
    expect(rows.map(({ viewer }) => viewer.id)).toEqual(Array.from({ length: 20 }, (_, n) => `s${199 - n}`))
    expect(rows.reduce((sum, { count, others }) => sum + count + others, 0)).toBe(200)
  })

  it('lose no count where several processes write them', async () => {
    const audits = [auditOf(), auditOf(), auditOf()]
    await Promise.all(audits.flatMap((audit) => Array.from({ length: 20 }, () => audit.record({ ...audit.begin(), ...refused('a') }))))
    expect((await kept()).reduce((sum, { count }) => sum + count, 0)).toBe(60)
  })

  it('are written though others were first many times', async () => {
    let conflicts = 15
    const busy: Store = Object.create(store, { commit: { value: async (...args: Parameters<Store['commit']>) => (
      conflicts-- > 0 ? { ok: false, reason: 'conflict', collection: 'refusals', key: [] } : store.commit(...args)) } }) as Store
    const audit = createAudit({ store: busy, now: () => at })
    await audit.record({ ...audit.begin(), ...refused('a') })
    expect(await kept()).toMatchObject([{ count: 1 }])
  })
})

describe('the asker\'s own ledger', () => {
  it('counts what one asks, in one row a minute for each field, and knows not of whom', async () => {
    const store = await openStore('sqlite::memory:')
    let at = new Date('2026-11-20T08:00:00Z')
    const audit = createAudit({ store, now: () => at })
    for (let n = 0; n < 5; n += 1) await audit.ask(asker, 'residents')
    await audit.ask(asker, 'node')
    at = new Date('2026-11-20T08:01:00Z')
    await audit.ask(asker, 'residents')
    const rows = await store.find(askings, { where: { asker: 'clinician:d' }, limit: 9 })
    expect(rows.map(({ minute, field, count }) => [minute, field, count])).toEqual([
      ['2026-11-20T08:01', 'residents', 1], ['2026-11-20T08:00', 'node', 1], ['2026-11-20T08:00', 'residents', 5]])
    await store.close()
  })
})
