import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { HutongError } from '../../src/model/errors'
import { RemoteWrites } from '../../src/store/remote/client'
import { frame, unframer } from '../../src/store/remote/frames'
import type { Meeting } from '../../src/store/remote/meeting'
import { serveWrites } from '../../src/store/remote/server'
import type { PackedCommit, Writes } from '../../src/store/writes'

const commit = (id: string): PackedCommit => ({ id, changes: [], size: 0 })
const writes = (own: Partial<Writes> = {}): Writes =>
  ({ commit: async () => ({ ok: true, repeated: false }), claim: async () => [], close: async () => undefined, ...own })

describe('writes handed to another process', () => {
  let folder: string
  let address: string
  let meeting: Meeting
  const key = '0f'.repeat(32)
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'hutong-remote-'))
    address = join(folder, 's')
    meeting = { address, key }
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  it('are refused, each time, by a process of another version', async () => {
    const server = await serveWrites(meeting, 'theirs', writes())
    const client = new RemoteWrites(() => meeting, 'ours', 5000)
    for (const id of ['1', '2']) await expect(client.commit(commit(id)))
      .rejects.toMatchObject({ code: 'STORE_BUSY', message: expect.stringContaining('version') })
    await client.close()
    await server.close()
  })

  it('come back with the error they met, and a fault without its words', async () => {
    const server = await serveWrites(meeting, 'l', writes({
      commit: async ({ id }) => {
        throw id === 'typed' ? new HutongError('STORE_UNAVAILABLE', 'The disk is full.', 'here') : new Error('secret')
      },
    }))
    const client = new RemoteWrites(() => meeting, 'l', 5000)
    await expect(client.commit(commit('typed')))
      .rejects.toMatchObject({ code: 'STORE_UNAVAILABLE', message: 'The disk is full.', place: 'here' })
    await expect(client.commit(commit('fault')))
      .rejects.toMatchObject({ code: 'INTERNAL', message: expect.not.stringContaining('secret') })
    await client.close()
    await server.close()
  })

  it('are answered out of order, and all before either side is closed', async () => {
    const server = await serveWrites(meeting, 'l', writes({
      async commit({ id }) {
        await new Promise(resolve => { setTimeout(resolve, Number(id)) })
        return { ok: true, repeated: false }
      },
    }))
    const client = new RemoteWrites(() => meeting, 'l', 5000)
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
    const client = new RemoteWrites(() => meeting, 'l', 100)
    await expect(client.commit(commit('1'))).rejects.toMatchObject({ code: 'STORE_BUSY' })
    await client.close()
    await new Promise(resolve => { mute.close(resolve) })
  })

  it('are neither taken from one who does not know the key, nor given to one', async () => {
    const asked: string[] = []
    const server = await serveWrites(meeting, 'l', writes({ commit: async ({ id }) => { asked.push(id); return { ok: true, repeated: false } } }))
    const client = new RemoteWrites(() => ({ address, key: '00'.repeat(32) }), 'l', 100)
    await expect(client.commit(commit('1'))).rejects.toMatchObject({ code: 'STORE_BUSY' })
    await client.close()
    const bold = connect(address).resume().on('error', () => undefined)
    bold.write(frame({ n: 1, commit: commit('2') }))
    await once(bold, 'close')
    expect(asked).toEqual([])
    await server.close()

    const received: unknown[] = []
    const impostor = createServer(socket => {
      socket.write(frame({ hutong: 2, layout: 'l', nonce: 'n' }))
      socket.on('data', unframer(value => { received.push(value); socket.write(frame({ proof: 'x' })) }))
    }).listen(address)
    const honest = new RemoteWrites(() => meeting, 'l', 100)
    await expect(honest.commit(commit('3'))).rejects.toMatchObject({ code: 'STORE_BUSY' })
    await honest.close()
    await new Promise(resolve => { impostor.close(resolve) })
    expect(received.length).toBeGreaterThan(0)
    expect(received).toEqual(received.map(() => ({ proof: expect.any(String), nonce: expect.any(String) })))
  })
  it('are not taken in frames that are long before anything is proved', async () => {
    const server = await serveWrites(meeting, 'l', writes())
    const socket = connect(address).resume().on('error', () => undefined)
    socket.write(Buffer.from([0, 0, 8, 0]))
    await once(socket, 'close')
    expect(socket.destroyed).toBe(true)
    await server.close()
  })
})
