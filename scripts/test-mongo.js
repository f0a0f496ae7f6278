/**
 * `npm run test:mongo [-- <jest arguments>]`: runs tests/mongo on the server of MONGODB_URL, or else on one that is started here
 * and ends with the tests.
 */
const { spawn } = require('node:child_process')
const { join } = require('node:path')
const { findServer, none, startServer } = require('./mongo-server')

async function main() {
  if (process.env.MONGODB_URL) return test('the server of MONGODB_URL', process.env.MONGODB_URL)
  const kind = findServer()
  if (!kind) {
    process.stdout.write(`skipped: the tests on MongoDB. ${none}`)
    return 0
  }
  const server = await startServer(kind)
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => void server.stop().then(() => process.exit(130)))
  try {
    return await test(kind.name, server.url, kind)
  } finally {
    await server.stop()
  }
}

/** One suite after the other: those that kill servers and gateways are not to starve each other. */
function test(name, url, kind) {
  process.stdout.write(`Tests on MongoDB: ${name}\n`)
  const asked = process.argv.slice(2)
  const files = asked.some(argument => argument.includes('tests/mongo')) ? [] : ['tests/mongo']
  const child = spawn(process.execPath, [require.resolve('jest/bin/jest'), '--runInBand', ...files, ...asked], {
    cwd: join(__dirname, '..'), stdio: 'inherit',
    env: { ...process.env, HUTONG_TEST_MONGODB: url, ...kind && { HUTONG_TEST_MONGODB_SERVER: JSON.stringify(kind) } },
  })
  return new Promise((resolve, reject) => { child.once('exit', code => resolve(code ?? 1)).once('error', reject) })
}

main().then(code => process.exit(code), error => {
  process.stderr.write(`test:mongo: ${error.message}\n`)
  process.exit(1)
})
