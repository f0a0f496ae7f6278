// `npm start` as a newcomer runs it: the seed is loaded, a query is answered, and a second start loads nothing twice and
// is up in under 3 seconds. Run by .ci/run on a clean clone; prints what it measured, exits 1 on what does not hold.
const { spawn } = require('node:child_process')
const { mkdtempSync, readFileSync, rmSync } = require('node:fs')
const { tmpdir } = require('node:os')
const { join } = require('node:path')

const root = join(__dirname, '..', '..')
const folder = mkdtempSync(join(tmpdir(), 'hutong-smoke-'))

function start() {
  const begun = Date.now()
  const child = spawn('npm', ['start', '--silent', '--', '--port', '0', '--database', `sqlite:${join(folder, 'hutong.db')}`], { cwd: root, detached: true, stdio: ['ignore', 'pipe', 'inherit'] })
  let output = ''
  return new Promise((resolve, reject) => {
    child.once('exit', code => reject(new Error(`npm start ended with ${code}: ${output}`)))
    child.stdout.on('data', chunk => {
      output += chunk
      const url = /listens on (\S+)/.exec(output)?.[1]
      const token = /resident of story 1 +(\S+)\n/.exec(output)?.[1]
      if (url && token) resolve({ url, token, seconds: (Date.now() - begun) / 1000, stop: () => stop(child) })
    })
  })
}

function stop(child) {
  child.removeAllListeners('exit')
  const ended = new Promise(resolve => child.once('exit', resolve))
  process.kill(-child.pid, 'SIGTERM')
  return ended
}

async function ask({ url, token }) {
  const query = readFileSync(join(root, 'schema', 'operations', 'MyArchive.graphql'), 'utf8')
  const answer = await fetch(url, {
    method: 'POST', headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` }, body: JSON.stringify({ query }),
  })
  const { data, errors } = await answer.json()
  if (errors || !data.me) throw new Error(`no answer: ${JSON.stringify(errors)}`)
  return JSON.stringify(data)
}

async function main() {
  const first = await start()
  const answer = await ask(first)
  await first.stop()
  const second = await start()
  const again = await ask(second)
  await second.stop()
  console.log(`first start ${first.seconds.toFixed(1)} s, second ${second.seconds.toFixed(1)} s, an answer of ${answer.length} characters`)
  if (answer !== again) throw new Error('the second start answers otherwise than the first')
  if (second.seconds >= 3) throw new Error('the second start took 3 s or more')
}

main().then(() => 0, error => {
  console.error(error)
  return 1
}).then(code => {
  rmSync(folder, { recursive: true, force: true })
  process.exit(code)
})
