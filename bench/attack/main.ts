import 'reflect-metadata'
import { Command, InvalidArgumentError } from 'commander'
import { print, printError, printJson } from '../../src/commands/output'
import { door } from './door'
import { graphql } from './graphql'
import { intake } from './intake'
import { matrix } from './matrix'
import type { Attack } from './part'
import { records } from './records'
import { countedOnly, describe, describeAll, runInTurn, type AttackResult } from './report'
import { timing } from './timing'

/** All of them, in the order in which they are run. */
const attacks: readonly Attack[] = [door, matrix, graphql, records, intake, timing]

/** When progress was last told. */
let shownAt = 0

interface Options { readonly sample?: boolean; readonly counted?: boolean; readonly only?: readonly string[]; readonly json?: boolean }

new Command('attack')
  .description(`attacks gateways of its own on this machine, and tells what held\n\n${attacks.map(({ name, about }) => `  ${name}: ${about}`).join('\n')}`)
  .option('--sample', 'a part of each, for CI: some three minutes in all')
  .option('--counted', 'only what is counted decides the exit code; a time or memory that is over its bound is shown (~): for a machine that others use')
  .option('--only <names...>', `some of them: ${attacks.map(({ name }) => name).join(', ')}`, known)
  .option('--json', 'print the findings as JSON')
  .action(run)
  .parseAsync()
  .catch((error: unknown) => {
    printError(error instanceof Error ? error.message : String(error))
    process.exitCode = 1
  })

function known(name: string, before: readonly string[] = []): readonly string[] {
  if (!attacks.some(each => each.name === name)) throw new InvalidArgumentError(`one of ${attacks.map(each => each.name).join(', ')} is wanted`)
  return [...before, name]
}

async function run({ sample = false, counted = false, only, json }: Options): Promise<void> {
  const chosen = attacks.filter(({ name }) => only === undefined || only.includes(name))
  const results: AttackResult[] = []
  for await (const whole of runInTurn(chosen, { sample, show: showProgress })) {
    const result = counted ? countedOnly(whole) : whole
    if (!json) print(describe(result))
    results.push(result)
  }
  if (json) printJson(results)
  else print(describeAll(results))
  if (results.some(({ holds }) => !holds)) process.exitCode = 1
}

/** A moving line on a terminal; elsewhere a line for each attack and for each ten seconds. */
function showProgress(name: string, done: string): void {
  const now = performance.now()
  if (process.stderr.isTTY) process.stderr.write(done === '' ? '\r\u001B[K' : `\r\u001B[K${name}: ${done}`)
  else if (done !== '' && now - shownAt > 10_000) {
    shownAt = now
    process.stderr.write(`${name}: ${done}\n`)
  }
}
