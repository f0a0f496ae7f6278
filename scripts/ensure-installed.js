#!/usr/bin/env node
// `npm test` on a fresh clone: what is needed is installed first.
const { execSync } = require('node:child_process')
const { existsSync } = require('node:fs')
const { join } = require('node:path')

const root = join(__dirname, '..')
if (!existsSync(join(root, 'node_modules', '.package-lock.json'))) {
  execSync('npm ci --no-audit --no-fund', { cwd: root, stdio: ['ignore', 2, 2] })
}
