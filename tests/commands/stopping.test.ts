import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'

jest.setTimeout(60_000)
const main = join(__dirname, '../../dist/src/main.js')
const onLinux = process.platform === 'linux' ? it : it.skip

const childrenOf = (pid: number): number[] => readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number)
const lives = (pid: number): boolean => {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

describe('a gateway that is told to stop while its workers start', () => {
  onLinux('ends cleanly, and leaves no process behind', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'hutong-stopping-'))
    const gateway = spawn(process.execPath, [main, 'serve', '--no-seed', '--no-ide', '--workers', '2', '--port', '0', '--database', `sqlite:${folder}/a.db`], { stdio: ['ignore', 'ignore', 'pipe'] })
    const said: Buffer[] = []
    gateway.stderr.on('data', (data: Buffer) => said.push(data))
    while (childrenOf(gateway.pid ?? 0).length < 2) await wait(10)
    const workers = childrenOf(gateway.pid ?? 0)
    gateway.kill('SIGTERM')
    expect(await once(gateway, 'close')).toEqual([0, null])
    expect(Buffer.concat(said).toString()).toBe('')
    expect(workers.filter(lives)).toEqual([])
    rmSync(folder, { recursive: true })
  })
})
