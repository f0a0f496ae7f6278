import { spawn, spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'

export interface Checkout {
  readonly path: string
  /** Of git, short; with a `+` where files differ from it; absent where there is no git. */
  readonly commit?: string
}

/** Another checkout of Hutong, with what it needs installed and built. `tell` hears what is done. */
export async function builtCheckout(folder: string, tell: (what: string) => void): Promise<Checkout> {
  const path = resolve(folder)
  if (!existsSync(join(path, 'scripts', 'build.js'))) throw new Error(`${path} is no checkout of Hutong: it has no scripts/build.js`)
  if (!existsSync(join(path, 'node_modules'))) {
    tell(`npm ci in ${path}`)
    await run('npm', ['ci', '--no-audit', '--no-fund'], path)
  }
  tell(`building ${path}, where it is older than its sources`)
  await run(process.execPath, [join('scripts', 'build.js')], path)
  return checkoutAt(path)
}

export function checkoutAt(path: string): Checkout {
  const git = (...args: string[]): string | undefined => {
    const { status, stdout } = spawnSync('git', ['-C', path, ...args], { encoding: 'utf8' })
    return status === 0 ? stdout.trim() : undefined
  }
  const commit = git('rev-parse', '--short', 'HEAD')
  return { path, ...(commit && { commit: git('status', '--porcelain', '--untracked-files=no') ? `${commit}+` : commit }) }
}

function run(command: string, args: readonly string[], cwd: string): Promise<void> {
  return new Promise((done, failed) => {
    spawn(command, args, { cwd, stdio: ['ignore', 2, 2] }).once('error', failed)
      .once('exit', code => (code === 0 ? done() : failed(new Error(`${command} ${args.join(' ')} failed in ${cwd}`))))
  })
}
