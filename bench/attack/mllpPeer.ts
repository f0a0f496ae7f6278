import { once } from 'node:events'
import { connect } from 'node:net'
import type { Socket } from 'node:net'
import { createMllpDecoder, encodeMllp } from '../../src/wire'

/** A connection to an MLLP listener of loopback, from one of loopback's addresses. Rejects where it is refused. */
export async function connectMllp(port: number, from = '127.0.0.1'): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1', localAddress: from })
  socket.on('error', () => socket.destroy())
  await Promise.race([once(socket, 'connect'), once(socket, 'close').then(() => { throw new Error('the listener refused a connection') })])
  return socket
}

/** Sends one message and tells its code (`AA`), or undefined where the connection is closed, or nothing comes in time. */
export async function sendMessage(socket: Socket, message: Uint8Array, within: number): Promise<string | undefined> {
  const decoder = createMllpDecoder({ maxBytes: 1_000_000 })
  return new Promise(resolve => {
    const timer = setTimeout(() => resolve(undefined), within)
    socket.once('close', () => resolve(undefined))
    socket.on('data', (chunk: Uint8Array) => {
      for (const event of decoder.push(chunk)) {
        clearTimeout(timer)
        resolve(event.kind === 'frame' ? /\rMSA\|(\w\w)/.exec(Buffer.from(event.bytes).toString())?.[1] : undefined)
      }
    })
    socket.write(encodeMllp(message))
  })
}

/** Sends bytes, as far as the peer takes them, and waits until it has closed the connection (or a time is over). */
export async function sendUntilClosed(socket: Socket, bytes: Uint8Array, within: number): Promise<boolean> {
  socket.resume()
  socket.write(bytes)
  return Promise.race([once(socket, 'close').then(() => true), new Promise<boolean>(resolve => { setTimeout(() => resolve(false), within).unref() })])
}
