import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { FhirResource } from '../../src/model/fhir'
import { packageRoot } from '../../src/model/packageRoot'
import type { Origin, Validatable } from './collected'
import { workFolder } from './shared'
import type { Check, Finding } from './shared'

const ownOrigins: readonly Origin[] = ['HL7 v2', 'goldens', 'seed']
const givenOrigins: readonly Origin[] = ['Synthea', 'examples']

/** HAPI's validator over a sample of what the other checks made; needs Java 17 and Maven. */
export const validator: Check = {
  name: 'validator',
  async run(context) {
    const program = join(context.tools, 'fhir-validate', 'fhir-validate')
    if (!existsSync(program)) return [skipped('the validator is not in ../shared/tools')]
    for (const resource of goldens()) context.validated.add('goldens', { resource })
    const all = context.validated.all()
    context.progress(0, 2)
    const own = await judgeOwn(program, all)
    context.progress(1, 2)
    return [own, await judgeGiven(program, all)]
  },
}

const skipped = (reason: string): Finding =>
  ({ check: 'Validator', passed: 0, of: 0, must: false, note: `not run: ${reason}`, failures: [] })

/** What the goldens map to stands beside them; a test holds the two together. What is told to be deleted is a bare id. */
function goldens(): FhirResource[] {
  const folder = join(packageRoot(__dirname), 'mappers', 'sources')
  const cases = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(name => name.endsWith('.out.json'))
  return cases.flatMap(name => {
    const told = JSON.parse(readFileSync(join(folder, name), 'utf8')) as FhirResource[]
    return told.filter(resource => Object.keys(resource).some(key => key !== 'resourceType' && key !== 'id'))
  })
}

/** What we made: every error is ours. */
async function judgeOwn(program: string, all: ReadonlyMap<Origin, readonly Validatable[]>): Promise<Finding> {
  const check = 'Validator: what we made has no error'
  const samples = ownOrigins.map(origin => ({ name: origin, resources: (all.get(origin) ?? []).map(({ resource }) => resource) }))
  const result = await validate(program, samples)
  if ('reason' in result) return { ...skipped(result.reason), check }
  const failures = result.errors.map(({ count, place, example }) => `${count} × ${place}: ${example}`)
  const note = samples.map(({ name, resources }) => `${resources.length} of ${name}`).join(', ')
  return { check, passed: result.resources - result.invalid, of: result.resources, must: true, note, failures }
}

/** What was given back: errors that its original has at the same place are the source's. */
async function judgeGiven(program: string, all: ReadonlyMap<Origin, readonly Validatable[]>): Promise<Finding> {
  const check = 'Validator: what is given back has no error that the original has not'
  const sample = givenOrigins.flatMap(origin => all.get(origin) ?? []).filter(({ original }) => original !== undefined)
  if (sample.length === 0) return { check, passed: 0, of: 0, must: false, note: 'nothing to validate', failures: [] }
  const [back, originals] = await Promise.all([
    validate(program, [{ name: 'given', resources: sample.map(({ resource }) => resource) }]),
    validate(program, [{ name: 'originals', resources: sample.flatMap(({ original }) => original ?? []) }]),
  ])
  if ('reason' in back) return { ...skipped(back.reason), check }
  if ('reason' in originals) return { ...skipped(originals.reason), check }
  const theirs = new Map(originals.errors.map(({ place, count }) => [place, count]))
  const ours = back.errors.map(error => ({ ...error, count: error.count - (theirs.get(error.place) ?? 0) })).filter(({ count }) => count > 0)
  const failed = ours.reduce((sum, { count }) => sum + count, 0)
  return {
    check, passed: Math.max(0, back.resources - failed), of: back.resources, must: true,
    note: `the originals have ${sumOf(originals.errors)} errors of their own`,
    failures: ours.map(({ count, place, example }) => `${count} × ${place}: ${example}`),
  }
}

interface Judged { readonly resources: number; readonly invalid: number; readonly errors: readonly Fault[] }
interface Fault { readonly count: number; readonly place: string; readonly example: string }

const sumOf = (errors: readonly Fault[]): number => errors.reduce((sum, { count }) => sum + count, 0)

/** Exit 0: no errors, 1: errors, printed by place; anything else: it could not run. */
async function validate(program: string, samples: readonly { name: string; resources: readonly FhirResource[] }[]): Promise<Judged | { reason: string }> {
  const folder = join(workFolder(), 'validated')
  mkdirSync(folder, { recursive: true })
  const files = samples.map(({ name, resources }) => {
    const file = `${name.replaceAll(' ', '-')}.ndjson`
    writeFileSync(join(folder, file), resources.map(resource => `${JSON.stringify(resource)}\n`).join(''))
    return file
  })
  const { code, output, errors } = await run(program, files, folder)
  const [, count, invalid] = /(\d+) resources, (\d+) invalid, \d+ errors/.exec(output) ?? []
  if (code > 1 || count === undefined) return { reason: errors.trim().split('\n').at(-1) || `it ended with ${code}` }
  return { resources: Number(count), invalid: Number(invalid), errors: readFaults(output) }
}

/** `     3  Patient.name · id` and, on the next line, an example. */
function readFaults(output: string): Fault[] {
  return [...output.matchAll(/^ *(\d+) {2}(.+)\n +(.+)$/gm)]
    .map(([, count, place = '', example = '']) => ({ count: Number(count), place, example: example.slice(0, 300) }))
}

const patience = 15 * 60_000

function run(program: string, files: readonly string[], cwd: string): Promise<{ code: number; output: string; errors: string }> {
  return new Promise(resolve => {
    const child = spawn(program, files, { cwd, timeout: patience })
    let [output, errors] = ['', '']
    child.stdout.on('data', (text: Buffer) => { output += text.toString() })
    child.stderr.on('data', (text: Buffer) => { errors += text.toString() })
    child.on('error', error => resolve({ code: 2, output, errors: error.message }))
    child.on('close', code => resolve({ code: code ?? 2, output, errors: code === null ? 'it took too long' : errors }))
  })
}
