import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { HutongError } from '../../src/model/errors'
import { RemoteWrites } from '../../src/store/remote/client'
import { serveWrites } from '../../src/store/remote/server'
import type { PackedCommit, Writes } from '../../src/store/writes'

const commit = (id: string): PackedCommit => ({ id, changes: [], size: 0 })
const writes = (own: Partial<Writes> = {}): Writes =>
  ({ commit: async () => ({ ok: true, repeated: false }), claim: async () => [], close: async () => undefined, ...own })

describe('writes handed to another process', () => {
  let folder: string
  let address: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'hutong-remote-'))
    address = join(folder, 's')
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  it('are refused, each time, by a process of another version', async () => {
    const server = await serveWrites(address, 'theirs', writes())
    const client = new RemoteWrites(address, 'ours', 5000)
    for (const id of ['1', '2']) await expect(client.commit(commit(id)))
      .rejects.toMatchObject({ code: 'STORE_BUSY', message: expect.stringContaining('version') })
    await client.close()
    await server.close()
  })

  it('come back with the error they met, and a fault without its words', async () => {
    const server = await serveWrites(address, 'l', writes({
      commit: async ({ id }) => {
        throw id === 'typed' ? new HutongError('STORE_UNAVAILABLE', 'The disk is full.', 'here') : new Error('secret')
      },
    }))
    const client = new RemoteWrites(address, 'l', 5000)
    await expect(client.commit(commit('typed')))
      .rejects.toMatchObject({ code: 'STORE_UNAVAILABLE', message: 'The disk is full.', place: 'here' })
    await expect(client.commit(commit('fault')))
      .rejects.toMatchObject({ code: 'INTERNAL', message: expect.not.stringContaining('secret') })
    await client.close()
    await server.close()
  })

  it('are answered out of order, and all before either side is closed', async () => {
    const server = await serveWrites(address, 'l', writes({
      async commit({ id }) {
        await new Promise(resolve => { setTimeout(resolve, Number(id)) })
        return { ok: true, repeated: false }
      },
    }))
    const client = new RemoteWrites(address, 'l', 5000)
    const answered: string[] = []
    const asked = ['30', '1', '10'].map(id => client.commit(commit(id)).then(() => answered.push(id)))
    await client.close()
    await Promise.all(asked)
    expect(answered).toEqual(['1', '10', '30'])
    await expect(client.commit(commit('1'))).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' })
    await server.close()
  })

  it('are given up when whoever listens does not greet', async () => {
    const mute = createServer().listen(address)
    const client = new RemoteWrites(address, 'l', 100)
    await expect(client.commit(commit('1'))).rejects.toMatchObject({ code: 'STORE_BUSY' })
    await client.close()
    await new Promise(resolve => { mute.close(resolve) })
  })

  it('are never given to something that is no socket', async () => {
    const client = new RemoteWrites(folder, 'l', 60)
    await expect(client.claim({ collection: 'lanes', where: {}, n: 1, until: 1, now: 0, token: 't' }))
      .rejects.toMatchObject({ code: 'STORE_BUSY' })
    await client.close()
  })
})
