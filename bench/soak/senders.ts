import { once } from 'node:events'
import { connect } from 'node:net'
import type { Socket } from 'node:net'
import type { SeedUpload } from '../../seed'
import { createMllpDecoder, encodeMllp } from '../../src/wire'
import type { SoakedGateway } from './gateways'

/** One record as the gateway answered it. */
export interface Answered { readonly entry: string; readonly outcome: 'accepted' | 'duplicate' | 'refused' }

const timeout = 15_000

/** Uploads over HTTP; a refusal is an answer, without records. Throws where there is none, or one that asks to try again. */
export async function sendHttp({ http }: SoakedGateway, { source, name, bytes }: SeedUpload, token: string): Promise<readonly Answered[]> {
  const answer = await fetch(`http://127.0.0.1:${http}/intake/${source}?name=${encodeURIComponent(name)}`, {
    method: 'POST', body: bytes, headers: { authorization: `Bearer ${token}`, accept: 'application/x-ndjson', 'content-type': 'application/octet-stream' }, signal: AbortSignal.timeout(timeout),
  })
  const text = await answer.text()
  if (answer.status >= 500 || answer.status === 401 || answer.status === 403) throw new Error(`an upload was answered ${answer.status}`)
  if (answer.status >= 400) return []
  const records = text.split('\n').filter(Boolean).map(line => JSON.parse(line) as Answered & { error?: { code: string } })
  const broken = records.find(({ outcome }) => outcome === undefined)
  if (broken) throw new Error(`broke off: ${broken.error?.code}`)
  return records
}

/** One connection after another, to whichever gateway is asked: a sender of HL7 v2 that waits for each acknowledgement. */
export class MllpSender {
  private open: { readonly port: number; readonly socket: Socket; readonly answers: AsyncGenerator<string> } | undefined

  /** The acknowledgement's code, MSA-1. Throws where the connection ends before it came. */
  async send({ mllp }: SoakedGateway, bytes: Uint8Array): Promise<string> {
    try {
      if (this.open?.port !== mllp || this.open.socket.destroyed) await this.reconnect(mllp)
      this.open?.socket.write(encodeMllp(bytes))
      const { value } = await this.open?.answers.next() ?? {}
      const code = /\rMSA\|(\w\w)\|/.exec(String(value))?.[1]
      if (!code) throw new Error('no acknowledgement')
      return code
    } catch (error) {
      this.close()
      throw error
    }
  }

  close(): void {
    this.open?.socket.destroy()
    this.open = undefined
  }

  private async reconnect(port: number): Promise<void> {
    this.close()
    const socket = connect({ port, host: '127.0.0.1' })
    socket.setTimeout(timeout, () => socket.destroy())
    await once(socket, 'connect')
    this.open = { port, socket, answers: answersOf(socket) }
  }
}

async function* answersOf(socket: Socket): AsyncGenerator<string> {
  const decoder = createMllpDecoder({ maxBytes: 1_000_000 })
  for await (const chunk of socket) {
    for (const event of decoder.push(chunk as Uint8Array)) if (event.kind === 'frame') yield Buffer.from(event.bytes).toString('latin1')
  }
}
