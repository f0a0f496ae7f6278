import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable, Writable } from 'node:stream'

type Message = { id?: number; method?: string; params?: Record<string, unknown>; result?: Record<string, unknown>; error?: { message: string } }

/** Chromium over its debugging pipe: enough to open one page and ask it things. */
export async function openPage(chromium: string, url: string) {
  const profile = mkdtempSync(join(tmpdir(), 'hutong-chromium-'))
  const child = spawn(chromium, ['--headless=new', '--no-sandbox', '--disable-gpu', '--remote-debugging-pipe', `--user-data-dir=${profile}`], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'],
  })
  const [, , , input, output] = child.stdio as unknown as [null, null, null, Writable, Readable]
  const waiting = new Map<number, (message: Message) => void>()
  const requested: string[] = []
  const complaints: string[] = []
  let last = 0
  let rest = ''

  output.setEncoding('utf8').on('data', (text: string) => {
    const parts = (rest + text).split('\0')
    rest = parts.pop() ?? ''
    for (const part of parts) take(JSON.parse(part) as Message)
  })

  function take(message: Message): void {
    if (message.id !== undefined) waiting.get(message.id)?.(message)
    if (message.method === 'Network.requestWillBeSent') requested.push((message.params as { request: { url: string } }).request.url)
    if (message.method === 'Runtime.exceptionThrown' || message.method === 'Log.entryAdded') complaints.push(JSON.stringify(message.params))
  }

  function send(method: string, params: object = {}, sessionId?: string): Promise<Record<string, unknown>> {
    last += 1
    const id = last
    return new Promise((resolve, reject) => {
      waiting.set(id, ({ result, error }) => (error ? reject(new Error(error.message)) : resolve(result ?? {})))
      input.write(`${JSON.stringify({ id, method, params, ...(sessionId && { sessionId }) })}\0`)
    })
  }

  const { targetId } = await send('Target.createTarget', { url: 'about:blank' })
  const { sessionId } = await send('Target.attachToTarget', { targetId, flatten: true }) as { sessionId: string }
  for (const domain of ['Page', 'Network', 'Runtime', 'Log']) await send(`${domain}.enable`, {}, sessionId)
  await send('Page.navigate', { url }, sessionId)

  async function evaluate(expression: string): Promise<unknown> {
    const { result } = await send('Runtime.evaluate', { expression, returnByValue: true }, sessionId) as { result: { value?: unknown } }
    return result.value
  }

  return {
    requested,
    complaints,
    evaluate,
    /** Asks until the answer is true, or the time is up. */
    async until(expression: string, milliseconds = 20_000): Promise<boolean> {
      for (const end = Date.now() + milliseconds; Date.now() < end;) {
        if (await evaluate(expression) === true) return true
        await new Promise(resolve => { setTimeout(resolve, 100) })
      }
      return false
    },
    async screenshot(): Promise<Buffer> {
      const { data } = await send('Page.captureScreenshot', { format: 'png' }, sessionId)
      return Buffer.from(String(data), 'base64')
    },
    async close(): Promise<void> {
      const gone = new Promise(resolve => { child.once('exit', resolve) })
      await send('Browser.close').catch(() => child.kill())
      await gone
      rmSync(profile, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}
