import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { freePort } from '../../bench/gatewayProcess'

jest.setTimeout(60_000)
const main = join(__dirname, '../../dist/src/main.js')

const childrenOf = (parent: number): number[] => execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' }).split('\n')
  .map(line => line.trim().split(/\s+/).map(Number)).flatMap(([pid = 0, of]) => of === parent ? [pid] : [])
const lives = (pid: number): boolean => {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

describe('a gateway that is told to stop while its workers start', () => {
  it('ends cleanly, and leaves no process behind', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'hutong-stopping-'))
    const gateway = spawn(process.execPath, [main, 'serve', '--no-seed', '--no-ide', '--workers', '2', '--port', '0', '--database', `sqlite:${folder}/a.db`], { stdio: ['ignore', 'ignore', 'pipe'] })
    const said: Buffer[] = []
    gateway.stderr.on('data', (data: Buffer) => said.push(data))
    while (childrenOf(gateway.pid ?? 0).length < 2) await wait(20)
    const workers = childrenOf(gateway.pid ?? 0)
    gateway.kill('SIGTERM')
    expect(await once(gateway, 'close')).toEqual([0, null])
    expect(Buffer.concat(said).toString()).toBe('')
    expect(workers.filter(lives)).toEqual([])
    rmSync(folder, { recursive: true })
  })
})

describe('a gateway of which one worker is killed', () => {
  it.each(['while the others start', 'when all listen'])('%s has another in its place, and ends cleanly', async when => {
    const folder = mkdtempSync(join(tmpdir(), 'hutong-worker-'))
    const port = await freePort()
    const gateway = spawn(process.execPath, [main, 'serve', '--no-seed', '--no-ide', '--log-level', 'silent', '--workers', '2', '--port', String(port), '--database', `sqlite:${folder}/a.db`], { stdio: ['ignore', 'pipe', 'inherit'] })
    let said = ''
    gateway.stdout.on('data', (data: Buffer) => { said += data.toString() })
    const isReady = () => fetch(`http://127.0.0.1:${port}/readyz`, { headers: { connection: 'close' } }).then(({ ok }) => ok, () => false)
    const isBegun = () => when === 'when all listen' ? said.includes('listens on') : isReady()
    while (!await isBegun()) await wait(5)
    const killed = childrenOf(gateway.pid ?? 0).at(-1) ?? 0
    process.kill(killed, 'SIGKILL')
    while (childrenOf(gateway.pid ?? 0).filter(pid => pid !== killed).length < 2 || !said.includes('listens on')) await wait(20)
    expect(await isReady()).toBe(true)
    gateway.kill('SIGTERM')
    expect(await once(gateway, 'close')).toEqual([0, null])
    rmSync(folder, { recursive: true })
  })
})
