import { execFile, spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'

const root = join(__dirname, '..', '..')
const main = join(root, 'dist', 'src', 'main.js')

/** The compiled command line, as `npx hutong` runs it; `npm test` compiles first. */
function command(): string {
  if (!existsSync(main)) throw new Error('dist/ is not built: npm run build, or npm test')
  return main
}

export interface Ended { readonly code: number; readonly out: string; readonly err: string }

/** Runs a command to its end. `env` is added to an environment without HUTONG_ variables. */
export function hutong(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ended> {
  return new Promise(resolve => {
    execFile(process.execPath, [command(), ...args], { env: { ...clean(), ...env }, maxBuffer: 64e6 }, (error, out, err) =>
      resolve({ code: error ? Number(error.code ?? 1) : 0, out, err }))
  })
}

export interface Served { readonly process: ChildProcess; readonly url: string; output(): string; stop(): Promise<number | null> }

/** Starts `hutong serve` on a free port and waits until it says that it listens. */
export async function serve(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Served> {
  const child = spawn(process.execPath, [command(), 'serve', '--port', '0', ...args], { env: { ...clean(), ...env }, stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  const url = await new Promise<string>((resolve, reject) => {
    const read = (chunk: Buffer) => {
      output += chunk.toString()
      const found = /listens on (\S+)\/graphql/.exec(output)?.[1]
      if (found) resolve(found)
    }
    child.stdout.on('data', read)
    child.stderr.on('data', read)
    child.once('exit', code => reject(new Error(`hutong serve ended with ${code}: ${output}`)))
  })
  return {
    process: child, url, output: () => output,
    stop: () => new Promise(resolve => {
      child.once('exit', resolve)
      child.kill('SIGTERM')
    }),
  }
}

function clean(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('HUTONG_') && name !== 'NODE_OPTIONS'))
}
