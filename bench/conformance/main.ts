import 'reflect-metadata'
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Command, InvalidArgumentError, Option } from 'commander'
import { packageRoot } from '../../src/model/packageRoot'
import { collectSample } from './collected'
import { examples } from './examples'
import { hl7 } from './hl7'
import { linkage } from './linkage'
import { primitives } from './primitives'
import { isBroken, showProgress, table } from './report'
import { sameTen } from './sameTen'
import { seed } from './seed'
import type { Check, Context, Finding } from './shared'
import { synthea } from './synthea'
import { validator } from './validator'

interface Options { readonly sample?: boolean; readonly json?: string; readonly only?: readonly string[]; readonly validate?: number }

/** The validator comes last: it judges what the others made. */
const checks: readonly Check[] = [hl7, examples, primitives, linkage, seed, synthea, sameTen, validator]

async function main(): Promise<void> {
  const program = new Command('conformance')
    .description('Runs Hutong over public test data, and says what held.')
    .option('--sample', 'a part of the data, in about a minute')
    .option('--json <file>', 'write the findings to a file')
    .addOption(new Option('--only <checks...>', 'some of the checks').choices(checks.map(({ name }) => name)))
    .option('--validate <count>', 'about so many resources of each type of each origin go to the validator (60; 5 with --sample)', wholeNumber)
    .addHelpText('after', '\nThe data is expected in ../shared/data, or under the folder that HUTONG_SHARED names.\nExit code 1: something that must hold does not.')
    .parse()
  const options = program.opts<Options>()
  const shared = process.env.HUTONG_SHARED || join(packageRoot(__dirname), '..', 'shared')
  if (!existsSync(join(shared, 'data'))) {
    console.log(`conformance: not run, there is no data in ${join(shared, 'data')} (HUTONG_SHARED names another folder)`)
    return
  }
  const findings = await runAll(shared, options)
  console.log(`\n${table(findings)}\n`)
  const broken = findings.filter(isBroken)
  const [ran, due] = [findings.filter(({ of }) => of > 0), findings.filter(({ must, of }) => must && of > 0)]
  const others = `${ran.length - due.length} figures, ${findings.length - ran.length} not run`
  console.log(`${due.length - broken.length} of ${due.length} checks hold; ${others}`)
  if (broken.length) process.exitCode = 1
}

async function runAll(shared: string, { sample = false, json, only, validate = sample ? 5 : 60 }: Options): Promise<Finding[]> {
  const started = new Date()
  const progress = showProgress(process.stderr)
  const validated = collectSample(validate)
  const findings: Finding[] = []
  const seconds: Record<string, number> = {}
  for (const { name, run } of checks.filter(check => !only || only.includes(check.name))) {
    const context: Context = {
      data: join(shared, 'data'), tools: join(shared, 'tools'), sample, validated, progress: progress.begin(name),
    }
    const from = performance.now()
    findings.push(...await run(context).catch((error: unknown) => [fault(name, error)]))
    seconds[name] = Math.round((performance.now() - from) / 100) / 10
    progress.end(name, seconds[name])
  }
  if (json) {
    const about = { startedAt: started.toISOString(), sample, node: process.version, seconds }
    writeFileSync(json, `${JSON.stringify({ ...about, findings }, null, 2)}\n`)
  }
  return findings
}

function wholeNumber(text: string): number {
  if (!/^[1-9]\d*$/.test(text)) throw new InvalidArgumentError('A whole number above 0.')
  return Number(text)
}

/** A check that broke off is one that does not hold. */
function fault(name: string, error: unknown): Finding {
  const failure = error instanceof Error ? error.stack ?? error.message : 'fault'
  return { check: `${name}: runs`, passed: 0, of: 1, must: true, failures: [failure] }
}

main().catch((error: unknown) => {
  console.error(error)
  process.exitCode = 1
})
