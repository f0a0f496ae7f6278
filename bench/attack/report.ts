import { table } from '../../src/commands/output'
import type { Attack, Finding } from './part'

export interface AttackResult {
  readonly name: string
  readonly about: string
  readonly seconds: number
  readonly findings: readonly Finding[]
  /** What ended the attack before its time: then nothing of it holds. */
  readonly fault?: string
  readonly holds: boolean
}

/** One attack after another. One that fails by itself is told, and stops no other. */
export async function* runInTurn(attacks: readonly Attack[], { sample, show }: { sample: boolean; show: (name: string, done: string) => void }): AsyncGenerator<AttackResult> {
  for (const attack of attacks) {
    const begun = performance.now()
    show(attack.name, 'begins')
    const { findings, fault } = await attack.run({ sample, progress: done => show(attack.name, done) })
      // Whatever an attack throws is what became of it.
      .then(found => ({ findings: found, fault: undefined }), (error: unknown) => ({ findings: [], fault: error instanceof Error ? error.stack ?? error.message : String(error) }))
    show(attack.name, '')
    yield {
      name: attack.name, about: attack.about, seconds: (performance.now() - begun) / 1000, findings,
      ...(fault !== undefined && { fault }), holds: fault === undefined && findings.length > 0 && findings.every(({ holds }) => holds),
    }
  }
}

/** Only what is counted: of a machine that others use, times and memory are shown and decide nothing. */
export const countedOnly = (result: AttackResult): AttackResult => {
  const findings = result.findings.map(finding => ({ ...finding, holds: finding.counted ?? finding.holds, isSlow: !finding.holds }))
  return { ...result, findings, holds: result.fault === undefined && findings.length > 0 && findings.every(({ holds }) => holds) }
}

export function describe({ name, about, seconds, findings, fault }: AttackResult): string {
  return [
    `\n${name}: ${about} (${seconds.toFixed(0)} s)`,
    table([['', 'what', 'seen', 'promised'], ...findings.map(({ holds, isSlow, what, seen, promised }: Finding & { readonly isSlow?: boolean }) => [!holds ? '✗' : isSlow ? '~' : '✓', what, shortened(seen), promised])]),
    ...findings.filter(({ holds, seen }) => !holds && shortened(seen) !== seen).map(({ what, seen }) => `   ${what}: ${seen}`),
    ...(fault === undefined ? [] : [`✗ the attack itself failed: ${fault}`]),
  ].join('\n')
}

const widest = 40
const shortened = (text: string): string => (text.length > widest ? `${text.slice(0, widest - 1)}…` : text)

/** The worst times and memory of all attacks, and how many findings hold. */
export function describeAll(results: readonly AttackResult[]): string {
  const findings = results.flatMap(result => result.findings)
  const broken = results.flatMap(({ name, findings: found, fault }) => [...found.filter(({ holds }) => !holds).map(({ what }) => `${name}: ${what}`), ...(fault === undefined ? [] : [`${name}: failed by itself`])])
  return [
    '', ...worstOf(results, 'ms'), ...worstOf(results, 'MB'), '',
    `${findings.filter(({ holds }) => holds).length} of ${findings.length} findings of ${results.length} attacks hold`,
    ...broken.map(what => `✗ ${what}`),
  ].join('\n')
}

const shown = 3

/** The greatest of what was seen in this unit, as the findings tell it in words. */
export function worstOf(results: readonly Pick<AttackResult, 'name' | 'findings'>[], unit: 'ms' | 'MB'): string[] {
  const measured = results.flatMap(({ name, findings }) => findings.flatMap(({ what, seen }) => measuresIn(seen, unit).map(value => ({ value, what: `${name}: ${what}` }))))
  const worst = measured.toSorted((one, other) => other.value - one.value).slice(0, shown)
  return worst.map(({ value, what }, index) => `${index === 0 ? `worst ${unit === 'ms' ? 'time' : 'memory'}` : ' '.repeat(unit === 'ms' ? 10 : 12)}  ${value.toLocaleString('en')} ${unit}  ${what}`)
}

const factors = { ms: { ms: 1, s: 1000 }, MB: { kB: 0.001, MB: 1, GB: 1000 } } as const

function measuresIn(text: string, unit: 'ms' | 'MB'): number[] {
  const known: Readonly<Record<string, number>> = factors[unit]
  return [...text.matchAll(/(?<![\w.,])(\d[\d,]*(?:\.\d+)?) ([A-Za-z]+)\b/g)].flatMap(([, value = '', word = '']) =>
    (known[word] === undefined ? [] : [Number(value.replaceAll(',', '')) * known[word]]))
}
