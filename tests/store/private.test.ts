import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { backupSqlite, openStore } from '../../src/store'
import { findMeeting } from '../../src/store/remote/meeting'
import { contractCollections as collections, tasks } from '../contract/collections'

/** What other users of the machine may do with it. */
const open = (path: string): number => statSync(path).mode & 0o077
const row = { id: 'a', status: 's', lane: 1, arrival: '1', size: 7 }

describe('a database and what stands beside it', () => {
  let top: string
  let before: number
  beforeEach(() => {
    before = process.umask(0o022)
    top = mkdtempSync(join(tmpdir(), 'hutong-private-'))
  })
  afterEach(() => {
    process.umask(before)
    rmSync(top, { recursive: true })
  })
  const opened = async (folder: string, warnings: string[] = []) => {
    const store = await openStore(`sqlite:${join(folder, 'a.db')}`, { collections, onWarning: warning => warnings.push(warning) })
    await store.commit('1', [{ verb: 'put', collection: tasks, row }])
    return store
  }

  it('are their owner\'s alone, folder, files, socket and backup', async () => {
    const folder = join(top, 'deep/data')
    const store = await opened(folder)
    expect(readdirSync(folder).filter(name => open(join(folder, name)) !== 0)).toEqual([])
    expect(readdirSync(folder)).toEqual(expect.arrayContaining(['a.db', 'a.db-wal', 'a.db-shm', 'a.db.lock', 'a.db.sock', 'a.db.writer']))
    expect(open(folder)).toBe(0)
    backupSqlite(join(folder, 'a.db'), join(top, 'backups/b.db'))
    expect([open(join(top, 'backups')), open(join(top, 'backups/b.db'))]).toEqual([0, 0])
    await store.close()
    expect(readdirSync(folder).filter(name => /sock|writer/.test(name))).toEqual([])
  })

  it('are narrowed where an earlier version made them wider, with a warning', async () => {
    const folder = join(top, 'data')
    await (await opened(folder)).close()
    chmodSync(folder, 0o755)
    chmodSync(join(folder, 'a.db'), 0o644)
    // What one that was killed leaves behind.
    writeFileSync(join(folder, 'a.db.lock-journal'), '', { mode: 0o644 })
    const warnings: string[] = []
    const store = await opened(folder, warnings)
    expect([open(folder), open(join(folder, 'a.db')), warnings.length]).toEqual([0, 0, 2])
    await store.close()
  })

  it('leave a folder as it is that holds something else, and meet in one of their own', async () => {
    const folder = join(top, 'shared')
    mkdirSync(folder)
    chmodSync(folder, 0o755)
    writeFileSync(join(folder, 'else.txt'), '')
    const store = await opened(folder)
    expect(open(folder)).toBe(0o055)
    expect(open(join(folder, 'a.db'))).toBe(0)
    const meeting = findMeeting(join(folder, 'a.db'))
    const met = dirname(meeting?.address ?? '')
    expect(met).not.toBe(folder)
    expect(open(met)).toBe(0)
    const other = await openStore(`sqlite:${join(folder, 'a.db')}`, { collections, role: 'reader' })
    expect(await other.commit('2', [{ verb: 'put', collection: tasks, row: { ...row, id: 'b' } }])).toEqual({ ok: true, repeated: false })
    chmodSync(met, 0o777)
    expect(findMeeting(join(folder, 'a.db'))).toBeUndefined()
    chmodSync(met, 0o700)
    await other.close()
    await store.close()
    expect(() => statSync(met)).toThrow('ENOENT')
  })

  it('meet elsewhere where the path of the socket is too long', async () => {
    const folder = join(top, 'x'.repeat(120))
    const store = await opened(folder)
    expect(dirname(findMeeting(join(folder, 'a.db'))?.address ?? '')).not.toBe(folder)
    await store.close()
  })

  it('begin anew where a loss of power left an empty note, or half of one', async () => {
    const folder = join(top, 'data')
    for (const left of ['', '{"address":"/tm', 'null', '{}']) {
      await (await opened(folder)).close()
      writeFileSync(join(folder, 'a.db.writer'), left, { mode: 0o600 })
      expect(findMeeting(join(folder, 'a.db'))).toBeUndefined()
      const store = await opened(folder)
      expect(findMeeting(join(folder, 'a.db'))).toBeDefined()
      await store.close()
    }
  })

  it('trust no note that is a link, or that others may write', async () => {
    const folder = join(top, 'data')
    const store = await opened(folder)
    const note = join(folder, 'a.db.writer')
    chmodSync(note, 0o644)
    expect(findMeeting(join(folder, 'a.db'))).toBeUndefined()
    chmodSync(note, 0o600)
    symlinkSync(note, join(top, 'linked.db.writer'))
    expect(findMeeting(join(top, 'linked.db'))).toBeUndefined()
    await store.close()
  })
})
