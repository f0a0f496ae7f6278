/** A MongoDB for tests: which there is on this machine, and how one is started, killed and started again. */
const { execFileSync, spawn, spawnSync } = require('node:child_process')
const { once } = require('node:events')
const { existsSync, mkdirSync, mkdtempSync, rmSync } = require('node:fs')
const { createServer, connect } = require('node:net')
const { tmpdir } = require('node:os')
const { join } = require('node:path')
const { setTimeout: wait } = require('node:timers/promises')

const root = join(__dirname, '..')
const secantus = { name: 'SecantusDB', version: '0.7.0b3', pythons: ['python3.13', 'python3.12', 'python3.11', 'python3.10', 'python3'] }
const startWithin = 60_000

/**
 * `mongod` on the PATH, else SecantusDB (MongoDB's wire protocol and storage engine in a Python package), which is installed
 * (pinned) into .cache; undefined: neither. `command`: the program and its arguments, PORT and FOLDER to be filled in.
 */
function findServer() {
  return mongodOnPath() ?? secantusInCache()
}

function mongodOnPath() {
  const found = spawnSync('mongod', ['--version'], { encoding: 'utf8' })
  if (found.status !== 0) return undefined
  // A gateway that is killed inside a transaction leaves it open: here for 5 s, where MongoDB's default is a minute.
  const command = ['mongod', '--bind_ip', '127.0.0.1', '--port', 'PORT', '--dbpath', 'FOLDER', '--setParameter', 'transactionLifetimeLimitSeconds=5']
  return { name: found.stdout.split('\n')[0], command: [...command, '--replSet', 'rs0'], standalone: command, initiate: true }
}

function secantusInCache() {
  const folder = join(root, '.cache', `secantus-${secantus.version}`)
  const program = join(folder, 'bin', 'secantusd-py')
  if (!existsSync(program) && !installSecantus(folder)) return undefined
  const command = [program, '--host', '127.0.0.1', '--port', 'PORT', '--storage-path', 'FOLDER', '--sync-on-commit', '--log-level', 'WARNING']
  return { name: `${secantus.name} ${secantus.version}`, command: [...command, '--enable-test-commands'], standalone: [...command, '--standalone'], initiate: false }
}

function installSecantus(folder) {
  const python = secantus.pythons.find(name => {
    const found = spawnSync(name, ['-c', 'import sys, venv; print(sys.version_info[:2])'], { encoding: 'utf8' })
    return found.status === 0 && /^\(3, 1[0-3]\)/.test(found.stdout)
  })
  if (!python) return false
  process.stdout.write(`Installing ${secantus.name} ${secantus.version} into .cache (once)\n`)
  try {
    mkdirSync(join(root, '.cache'), { recursive: true })
    execFileSync(python, ['-m', 'venv', folder], { stdio: ['ignore', 'ignore', 'inherit'] })
    execFileSync(join(folder, 'bin', 'pip'), ['install', '--quiet', '--disable-pip-version-check', `${secantus.name}==${secantus.version}`],
      { stdio: ['ignore', 'ignore', 'inherit'], timeout: 300_000 })
    return true
  } catch {
    rmSync(folder, { recursive: true, force: true })
    return false
  }
}

/**
 * Starts a server on a free port and a folder of its own, as a replica set of one, or `standalone`. `kill` is kill -9, `restart`
 * begins again on what is left; `stop` ends it and clears away.
 */
async function startServer({ name, command, standalone, initiate }, { alone = false } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'hutong-mongo-'))
  const port = await freePort()
  const [program, ...args] = (alone ? standalone : command).map(part => part === 'PORT' ? `${port}` : part === 'FOLDER' ? folder : part)
  let child
  let ended
  const run = async () => {
    child = spawn(program, args, { stdio: ['ignore', 'ignore', 'inherit'] })
    ended = once(child, 'exit')
    await Promise.race([listening(port), ended.then(() => { throw new Error(`${name} ended at once`) })])
  }
  const end = async signal => {
    if (child.exitCode !== null || child.signalCode !== null) return
    child.kill(signal)
    const slow = setTimeout(() => child.kill('SIGKILL'), 10_000)
    await ended
    clearTimeout(slow)
  }
  const stop = async () => {
    await end('SIGTERM')
    rmSync(folder, { recursive: true, force: true })
  }
  try {
    await run()
    if (initiate && !alone) await initiateSet(port)
  } catch (error) {
    await stop()
    throw error
  }
  return { url: `mongodb://127.0.0.1:${port}/`, kill: () => end('SIGKILL'), restart: run, stop }
}

async function listening(port) {
  for (const began = Date.now(); Date.now() - began < startWithin; await wait(100)) {
    const open = await new Promise(resolve => {
      const socket = connect(port, '127.0.0.1', () => {
        socket.destroy()
        resolve(true)
      }).once('error', () => resolve(false))
    })
    if (open) return
  }
  throw new Error('the server did not listen within a minute')
}

async function initiateSet(port) {
  const { mongo } = require('mongoose')
  const client = await mongo.MongoClient.connect(`mongodb://127.0.0.1:${port}/?directConnection=true`)
  try {
    await client.db('admin').command({ replSetInitiate: { _id: 'rs0', members: [{ _id: 0, host: `127.0.0.1:${port}` }] } })
    while (!(await client.db('admin').command({ hello: 1 })).isWritablePrimary) await wait(100)
  } finally {
    await client.close()
  }
}

/**
 * A server keeps what a client was writing when it died for as long as a transaction may last: a minute, unless it is told
 * otherwise, and SecantusDB cannot be told. This ends all transactions at once; those of the living are tried again.
 */
async function releaseSessions(url) {
  const { mongo } = require('mongoose')
  const client = await mongo.MongoClient.connect(url, { serverSelectionTimeoutMS: 2000 })
  await client.db('admin').command({ killAllSessions: [] }).finally(() => client.close())
}

function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject).listen(0, '127.0.0.1', () => {
      const { port } = server.address()
      server.close(() => resolve(port))
    })
  })
}

const none = [
  'No MongoDB is here. Any one of these will do:',
  '- a server, named by MONGODB_URL (mongodb://…; a replica set, of one is enough);',
  '- `mongod` on the PATH (MongoDB 5 or later);',
  `- Python 3.10 to 3.13 with venv, and a package index that has ${secantus.name} ${secantus.version}.`, '',
].join('\n')

module.exports = { findServer, startServer, releaseSessions, none }
