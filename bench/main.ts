import 'reflect-metadata'
import { writeFileSync } from 'node:fs'
import { cpus, totalmem } from 'node:os'
import { print, printError, table } from '../src/commands/output'
import type { DistrictOptions } from '../seed'
import { describeAgainst } from './against/report'
import { measureAgainst } from './against/run'
import { benchDatabase } from './database'
import { measureLinking, type LinkingFigures } from './linking'
import { load } from './load'
import type { LoadFigures } from './load'
import { benchCommand, type BenchOptions } from './options'
import { measureQueries } from './query'
import type { ServedFigures } from './query'

const machine = { node: process.version, cpu: cpus()[0]?.model, cores: cpus().length, memoryGb: Math.round(totalmem() / 2 ** 30) }
const madeOf = (years?: number): DistrictOptions => (years === undefined ? { profile: 'benchArchive' } : { profile: 'district', years })
const printMachine = (): void => print(`Node ${machine.node}, ${machine.cores} × ${machine.cpu}, ${machine.memoryGb} GiB; the load comes from the same machine`)

benchCommand()
  .action((options: BenchOptions) => (options.against === undefined ? bench(options) : against({ ...options, against: options.against })))
  .parseAsync()
  .catch((error: unknown) => {
    printError(error instanceof Error ? error.stack ?? error.message : String(error))
    process.exitCode = 1
  })

async function bench({ residents = [1000, 10_000], workers, connections = [1, 10, 50], seconds, database: server, years, linking, json }: BenchOptions): Promise<void> {
  printMachine()
  const made = madeOf(years)
  const results: { load: LoadFigures; served: ServedFigures[] }[] = []
  for (const size of residents) {
    const database = await benchDatabase(server)
    const { asked, figures } = await load(size, { database, made, progress: done => process.stderr.write(`\r${size} residents: ${done} records`) })
    process.stderr.write('\n')
    print(describeLoad(figures))
    const served: ServedFigures[] = []
    for (const count of workers) served.push(await measureQueries({ database: database.url, asked, workers: count, connections, seconds }))
    print(describeQueries(served))
    results.push({ load: figures, served })
    await database.drop()
  }
  const linked: LinkingFigures[] = []
  for (const size of linking) linked.push(await measureLinking(size, { progress: done => process.stderr.write(`\r${size} residents: ${done} linked`) }))
  if (linked.length > 0) print(describeLinking(linked))
  if (json) writeFileSync(json, JSON.stringify({ machine, results, linking: linked }, null, 2))
}

async function against({ against: other, residents = [300], connections = [10], seconds, rounds, mostRounds, atMost, database, years, json }: BenchOptions & { readonly against: string }): Promise<void> {
  if (residents.length > 1 || connections.length > 1) throw new Error('with --against there is one size and one number of connections')
  printMachine()
  const figures = await measureAgainst({
    against: other, district: { ...madeOf(years), residents: residents[0] }, seconds, connections: connections[0] ?? 10, rounds, mostRounds, atMost, database,
    tell: what => void process.stderr.write(`${what}\n`),
  })
  print(describeAgainst(figures, atMost))
  if (atMost !== undefined && figures.verdict !== 'less') process.exitCode = 1
  if (json) writeFileSync(json, JSON.stringify({ machine, ...figures }, null, 2))
}

const round = (value: number, digits = 0): string => value.toLocaleString('en', { maximumFractionDigits: digits })

const describeLoad = (f: LoadFigures): string => `
Load of ${round(f.residents)} residents: ${round(f.records)} records (${round(f.rawBytes / 1e6, 1)} MB) as ${round(f.resources)} tellings in ${round(f.seconds, 1)} s:
${round(f.recordsPerSecond)} records/s, ${round(f.resourcesPerSecond)} resources/s, mapped, linked and durable; ${round(f.databaseBytesPerResident / 1000)} kB a resident on disk; peak memory ${round(f.peakMemoryMb)} MB; CPU ${round(f.cpuSeconds, 1)} s (with the generator's ${round(f.generatingSeconds, 1)} s)
`

const describeLinking = (figures: readonly LinkingFigures[]): string => table([
  ['linking one record against', 'p50 ms', 'p99 ms', 'first load, patients/s', 'memory MB'],
  ...figures.map(f => [round(f.patients), round(f.p50, 2), round(f.p99, 2), round(f.firstLoadPerSecond), round(f.storeMemoryMb)]),
])

const describeQueries = (served: readonly ServedFigures[]): string => table([
  ['workers', 'connections', 'requests/s', 'p50 ms', 'p99 ms', 'answer bytes', 'store calls', 'CPU ms', 'errors', 'peak memory MB'],
  ...served.flatMap(({ workers, peakMemoryMb, runs }) => runs.map(run => [
    String(workers), String(run.connections), round(run.requestsPerSecond), round(run.p50, 2), round(run.p99, 2), round(run.answerBytes),
    round(run.storeCallsPerQuery, 2), round(run.cpuMsPerQuery, 2), String(run.errors), round(peakMemoryMb),
  ])),
])
