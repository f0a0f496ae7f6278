/** A sender of MLLP messages, for tests. */
import { once } from 'node:events'
import { connect } from 'node:net'
import type { Socket } from 'node:net'
import { createMllpDecoder, encodeMllp } from '../../../src/wire'

export interface Sender {
  readonly socket: Socket
  send(message: string | Uint8Array): void
  raw(bytes: string | Uint8Array): void
  /** The next n acknowledgements, each as its segments. */
  answers(n: number): Promise<string[][]>
  closed(): Promise<void>
}

export async function connectSender(port: number, { expect = true, localAddress = '127.0.0.1' } = {}): Promise<Sender> {
  const socket = connect({ port, host: '127.0.0.1', localAddress })
  const decoder = createMllpDecoder({ maxBytes: 1_000_000 })
  const got: string[][] = []
  let arrived: (() => void) | undefined
  socket.on('data', chunk => {
    for (const event of decoder.push(chunk)) if (event.kind === 'frame') got.push(Buffer.from(event.bytes).toString().split('\r').filter(Boolean))
    arrived?.()
  })
  socket.on('error', () => {})
  const closing = new Promise<void>(resolve => { socket.once('close', () => { arrived?.(); resolve() }) })
  if (expect) await once(socket, 'connect')
  return {
    socket,
    send: message => void socket.write(encodeMllp(Buffer.from(message))),
    raw: bytes => void socket.write(bytes),
    async answers(n) {
      while (got.length < n) {
        if (socket.closed) throw new Error(`closed after ${got.length} of ${n} answers`)
        await new Promise<void>(resolve => { arrived = resolve })
      }
      return got.splice(0, n)
    },
    closed: () => closing,
  }
}
