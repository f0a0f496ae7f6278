import { randomBytes } from 'node:crypto'
import { chmodSync, rmSync } from 'node:fs'
import { createServer, type Socket } from 'node:net'
import { HutongError } from '../../model/errors'
import type { Writes } from '../writes'
import { errorOut, frame, longestGreeting, unframer, type Proof, type Request, type Response } from './frames'
import { isProof, proofOf, type Meeting } from './meeting'

/**
 * Lets other processes of the same user, who prove to know the key, write through this one. The caller holds the database's lock, so that a socket that
 * is already there was left by a process that is gone. Throws STORE_UNAVAILABLE where the address cannot be taken.
 */
export async function serveWrites({ address, key }: Meeting, layout: string, writes: Writes): Promise<{ close(): Promise<void> }> {
  const sockets = new Set<Socket>()
  const atWork = new Set<Promise<void>>()
  /** What comes from now on is not answered: whoever sent it will send it to the next process that writes. */
  let closing = false
  const server = createServer(socket => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket)).on('error', () => socket.destroy())
    const nonce = randomBytes(16).toString('hex')
    let proved = false
    const read = unframer<Request | Proof>(request => {
      if (!proved) {
        proved = 'proof' in request && isProof(request.proof, proofOf(key, 'other', nonce))
        if (proved && 'proof' in request) socket.write(frame({ proof: proofOf(key, 'writer', String(request.nonce)) }))
        else socket.destroy()
        return
      }
      if (closing || 'proof' in request) return
      const work = answer(writes, request).then(response => { if (socket.writable) socket.write(frame(response)) })
      atWork.add(work)
      void work.finally(() => atWork.delete(work))
    }, () => proved ? Infinity : longestGreeting)
    socket.on('data', data => { if (!read(data)) socket.destroy() })
    socket.write(frame({ hutong: 2, layout, nonce }))
  })
  if (process.platform !== 'win32') rmSync(address, { force: true })
  await new Promise<void>((resolve, reject) => {
    server.once('error', ({ message }) =>
      reject(new HutongError('STORE_UNAVAILABLE', `Cannot listen for the writes of other processes: ${message}`)))
    server.listen({ path: address, exclusive: true }, resolve)
    if (process.platform !== 'win32' && server.listening) chmodSync(address, 0o600)
  })
  return {
    async close() {
      closing = true
      const closed = new Promise<void>(resolve => { server.close(() => resolve()) })
      await Promise.all(atWork)
      await Promise.all([...sockets].map(ended))
      await closed
    },
  }
}

/** Sends what is still to be sent, but does not wait long for one who no longer reads. */
function ended(socket: Socket): Promise<void> {
  const late = setTimeout(() => socket.destroy(), 1000)
  return new Promise(resolve => {
    socket.once('close', () => {
      clearTimeout(late)
      resolve()
    }).end(() => socket.destroy())
  })
}

async function answer(writes: Writes, request: Request): Promise<Response> {
  try {
    return { n: request.n, answer: 'commit' in request ? await writes.commit(request.commit) : await writes.claim(request.claim) }
  } catch (error) {
    return { n: request.n, error: errorOut(error) }
  }
}
