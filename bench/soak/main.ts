import 'reflect-metadata'
import { Command } from 'commander'
import { print, printError, printJson, table } from '../../src/commands/output'
import { placeOf } from './place'
import { soak, type SoakFigures } from './soak'

interface Options {
  readonly minutes: number
  readonly killEvery: number
  readonly rate: number
  readonly database?: string
  readonly gateways?: number
  readonly json?: boolean
}

new Command('soak')
  .description('gateways under load, one killed (-9) every few seconds: nothing lost, nothing doubled, no error for a client that tries again')
  .option('--minutes <n>', 'how long', Number, 5)
  .option('--kill-every <seconds>', 'how often one is killed', Number, 10)
  .option('--rate <n>', 'uploads a second, at the most', Number, 40)
  .option('--database <url>', 'mongodb://… or sqlite: (default: a MongoDB, found or started as npm run test:mongo does; else sqlite:)')
  .option('--gateways <n>', 'how many (default: three, on SQLite one)', Number)
  .option('--json', 'print the figures as JSON')
  .action(run)
  .parseAsync()
  .catch((error: unknown) => {
    printError(error instanceof Error ? error.message : String(error))
    process.exitCode = 1
  })

async function run({ minutes, killEvery, rate, database: asked, gateways, json }: Options): Promise<void> {
  const place = await placeOf(asked)
  const single = place.database.url.startsWith('sqlite:')
  print(`${place.name}: ${single ? 'one gateway' : `${gateways ?? 3} gateways`}`)
  try {
    const figures = await soak({
      seconds: minutes * 60, killEvery, rate, database: place.database.url, count: gateways ?? (single ? 1 : 3), killed: place.killed,
      tell: line => void (json || process.stderr.isTTY && process.stderr.write(`\r${line}   `)),
    })
    if (json) printJson(figures)
    else print(describe(figures))
    if (figures.holds) await place.database.drop()
    else {
      process.exitCode = 1
      printError(`the database is kept: ${place.database.url}`)
    }
  } finally {
    await place.stop()
  }
}

const round = (value: number): string => value.toLocaleString('en', { maximumFractionDigits: 0 })

function describe({ gateways, seconds, kills, recoveryMs, clients, judgements, endedWell, output }: SoakFigures): string {
  return [
    `\n${gateways} gateway${gateways > 1 ? 's' : ''}, ${round(seconds)} s of load, ${kills} kills; ready again after ${round(recoveryMs.mean)} ms (longest ${round(recoveryMs.longest)})`,
    table([
      ['client', 'done', 'tried again', 'errors', 'slowest ms'],
      ...Object.entries(clients).map(([name, { done, retries, errors, slowest }]) => [name, round(done), round(retries), round(errors), round(slowest)]),
    ]),
    ...Object.entries(clients).flatMap(([name, { words }]) => words.map(word => `  ${name}: ${word}`)),
    '',
    table([
      ['', 'what must hold', 'found', 'wanted'],
      ...judgements.map(({ holds, what, found, wanted }) => [holds ? '✓' : '✗', what, round(found), round(wanted)]),
      [endedWell ? '✓' : '✗', 'every gateway ended well when told to', '', ''],
    ]),
    ...(output.length > 0 ? ['', 'The gateways said:', ...output] : []),
  ].join('\n')
}
