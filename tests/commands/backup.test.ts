import { copyFileSync, existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { generateDistrict } from '../../seed'
import { readAccount } from '../../src/intake'
import { openStore } from '../../src/store'
import { entries, facts } from '../../src/store/collections'
import type { Store } from '../../src/store/port'
import { hutong, serve } from '../support/hutong'
import { openPipeline, type Pipeline } from '../support/pipeline'

jest.setTimeout(90_000)

const folder = mkdtempSync(join(tmpdir(), 'hutong-backup-'))
const file = (name: string): string => join(folder, name)
const at = (name: string): string => `sqlite:${file(name)}`
afterAll(() => rmSync(folder, { recursive: true }))

/** The copy has the leases of the workers that were at work; the clock of tests stands still. */
const leasesOver = '2026-11-20T10:01:00+08:00'
const uploads = [...generateDistrict()].slice(0, 260)

const accountsOf = ({ gateway: { store, mappings } }: Pipeline) => readAccount({ store, sources: [...mappings.keys()] })
const countOf = async (store: Store, spec: typeof entries | typeof facts): Promise<number> =>
  (await store.tally(spec as typeof entries, { where: {}, by: [] }))[0]?.count ?? 0

// A directory's tellings are kept where they say something new, which goes by the order of work: facts do not.
describe('a backup in the middle of a load', () => {
  it('restored elsewhere, adds up, and works the rest of its journal to the same end', async () => {
    const load = await openPipeline({ database: at('live.db') })
    for (const each of uploads.slice(0, 60)) await load.gateway.journal.append({ ...each, context: { name: each.name } })
    const backup = hutong(['backup', '--database', at('live.db'), '--to', file('backup.db'), '--json'])
    for (const each of uploads.slice(60)) await load.gateway.journal.append({ ...each, context: { name: each.name } })
    const { code, out } = await backup
    expect(code).toBe(0)
    expect(JSON.parse(out)).toEqual({ file: file('backup.db'), bytes: statSync(file('backup.db')).size })
    await (await load.gateway.work()).idle()
    const [wanted, told] = [await accountsOf(load), await countOf(load.gateway.store, facts)]
    await load.close()

    expect(await hutong(['restore', '--from', file('backup.db'), '--database', at('restored/hutong.db')])).toMatchObject({ code: 0 })
    const store = await openStore(at('restored/hutong.db'))
    const had = await countOf(store, entries)
    expect(had).toBeGreaterThanOrEqual(60)
    await store.close()

    const restored = await openPipeline({ database: at('restored/hutong.db'), now: leasesOver })
    for (const { received, mapped, pending, quarantined } of await accountsOf(restored)) expect(mapped + pending + quarantined).toBe(received)
    const sent = []
    for (const each of uploads) sent.push(...await restored.gateway.journal.append({ ...each, context: { name: each.name } }))
    await (await restored.gateway.work()).idle()
    expect(await accountsOf(restored)).toEqual(wanted)
    expect(await countOf(restored.gateway.store, facts)).toBe(told)
    expect(sent.filter(({ outcome }) => outcome === 'accepted')).toHaveLength(await countOf(restored.gateway.store, entries) - had)
    await restored.close()
  })

  it('beside hutong serve holds nobody up, and a gateway starts on what was restored', async () => {
    copyFileSync(file('backup.db'), file('served.db'))
    const gateway = await serve(['--database', at('served.db'), '--no-seed'])
    expect((await hutong(['backup', '--database', at('served.db'), '--to', file('second.db')])).code).toBe(0)
    expect((await fetch(`${gateway.url}/readyz`)).status).toBe(200)
    expect(await gateway.stop()).toBe(0)
    expect((await hutong(['restore', '--from', file('second.db'), '--database', at('third.db')])).code).toBe(0)
    const third = await serve(['--database', at('third.db'), '--no-seed'])
    expect((await fetch(`${third.url}/readyz`)).status).toBe(200)
    expect(await third.stop()).toBe(0)
  })
})

describe('backup and restore', () => {
  it('overwrite nothing: neither a backup, nor a database, nor what is left of one', async () => {
    writeFileSync(file('old.db-wal'), 'half a log')
    expect(await hutong(['backup', '--database', at('live.db'), '--to', file('backup.db')])).toMatchObject({ code: 2, err: expect.stringContaining('exists') })
    expect(await hutong(['restore', '--from', file('backup.db'), '--database', at('live.db')])).toMatchObject({ code: 2, err: expect.stringContaining('never overwrites') })
    expect(await hutong(['restore', '--from', file('backup.db'), '--database', at('old.db')])).toMatchObject({ code: 2, err: expect.stringContaining('never overwrites') })
    expect(existsSync(file('old.db'))).toBe(false)
  })

  it('restore is refused while a process holds the database', async () => {
    const store = await openStore(at('held.db'))
    const refused = await hutong(['restore', '--from', file('backup.db'), '--database', at('held.db')])
    await store.close()
    expect(refused.code).toBe(5)
  })

  it('restore takes no damaged file, and none that is not ours; nothing of it stays', async () => {
    const bytes = readFileSync(file('backup.db'))
    bytes.fill(0x5a, bytes.length / 2, bytes.length / 2 + 40_000)
    writeFileSync(file('damaged.db'), bytes)
    writeFileSync(file('text.db'), 'no database')
    expect(await hutong(['restore', '--from', file('damaged.db'), '--database', at('new.db')])).toMatchObject({ code: 5, err: expect.stringContaining('STORE_UNAVAILABLE') })
    expect((await hutong(['restore', '--from', file('text.db'), '--database', at('new.db')])).code).not.toBe(0)
    expect((await hutong(['restore', '--from', file('none.db'), '--database', at('new.db')])).code).toBe(3)
    expect((await hutong(['backup', '--database', at('text.db'), '--to', file('new-backup.db')])).code).not.toBe(0)
    expect(readdirSync(folder).filter(name => name.startsWith('new') && !name.endsWith('.lock'))).toEqual([])
  })

  it('say where they do not apply', async () => {
    const refused = await hutong(['backup', '--database', 'mongodb://user:secret@host/hutong', '--to', file('m.db')])
    expect(refused).toMatchObject({ code: 2, err: expect.stringContaining('mongodump') })
    expect(refused.err).not.toContain('secret')
    expect((await hutong(['backup', '--database', at('nowhere.db'), '--to', file('n.db')])).code).toBe(3)
  })
})
