#!/usr/bin/env node
// Compiles the gateway and bundles GraphiQL into dist/. What is newer than its sources is left as it is, so that a second
// `npm start` does not wait. `--force` builds all of it.
const { execFileSync } = require('node:child_process')
const { existsSync, readdirSync, rmSync, statSync, utimesSync } = require('node:fs')
const { join } = require('node:path')

const root = join(__dirname, '..')
const force = process.argv.includes('--force')

function newest(paths) {
  return Math.max(0, ...paths.map(path => join(root, path)).filter(existsSync).map(path => {
    const stat = statSync(path)
    return stat.isDirectory() ? newest(readdirSync(path).map(name => join(path, name).slice(root.length + 1))) : stat.mtimeMs
  }))
}

function build(name, { sources, target, command, args }) {
  const made = join(root, target)
  if (!force && existsSync(made) && statSync(made).mtimeMs > newest(['package-lock.json', ...sources])) return
  process.stderr.write(`building ${name} …\n`)
  try {
    execFileSync(process.execPath, [join(root, 'node_modules', command), ...args], { cwd: root, stdio: ['ignore', 2, 2] })
  } catch {
    process.stderr.write(`building ${name} failed\n`)
    process.exit(1)
  }
  utimesSync(made, new Date(), new Date())
}

if (force) rmSync(join(root, 'dist'), { recursive: true, force: true })
build('the gateway', {
  sources: ['tsconfig.json', 'tsconfig.build.json', 'src', 'schema', 'mappers', 'seed', 'bench'], target: 'dist/tsbuildinfo',
  command: 'typescript/bin/tsc', args: ['-p', 'tsconfig.build.json'],
})
build('the IDE', {
  sources: ['src/graphql/ide'], target: 'dist/ide/index.html',
  command: 'vite/bin/vite.js', args: ['build', '--config', 'src/graphql/ide/vite.config.mjs'],
})
