import { linkTable } from '../../src/identity'
import { measure } from './linkage/measures'
import { recordLinkerCases } from './linkage/recordLinker'
import { linkageSets } from './linkage/sets'
import type { LinkageSet, ReadFile } from './linkage/sets'
import { counted, filesOf, missing } from './shared'
import type { Check, Context, Finding } from './shared'

const archive = 'linkage/linkage-dev'

/** Who is whom over published sets with truth, at the grades that the gateway links by; nothing is fitted to the truth. */
export const linkage: Check = {
  name: 'linkage',
  async run({ data, sample, progress }) {
    const files = new Map(filesOf(data, archive, '').filter(({ name }) => /\.(csv)$/.test(name)).map(file => [file.name, file]))
    if (files.size === 0) return [missing('Linkage', archive)]
    const read: ReadFile = name => files.get(name)?.read()
    const findings: Finding[] = []
    for (const withId of [true, false]) {
      for (const set of linkageSets(read, withId)) {
        if (sample && set.people.length > 1000) continue
        progress(findings.length, 22)
        findings.push(...figures(set, withId))
      }
    }
    return [...findings, ...cases(read, sample)]
  },
} satisfies { name: string; run(context: Context): Promise<Finding[]> }

const percent = (share: number) => share.toFixed(4)

function figures(set: LinkageSet, withId: boolean): Finding[] {
  return (['shipped', 'estimated'] as const).map(parameters => {
    const { groups, review } = linkTable(set.people, { parameters })
    const found = measure(groups, set.truth)
    const right = Math.round(found.f1 * 10_000)
    return {
      check: `Linkage: ${set.name}, ${withId ? 'all fields' : 'without the national id'}, ${parameters === 'shipped' ? 'shipped parameters' : 'unlabelled EM'} (F1 × 10,000)`,
      passed: right, of: 10_000, must: false, failures: [],
      note: `precision ${percent(found.precision)}, recall ${percent(found.recall)}, F1 ${percent(found.f1)}, B³ ${percent(found.b3)}`
        + ` (${percent(found.b3Precision)}, ${percent(found.b3Recall)}); ${review.length} pairs to review of ${set.people.length} records`,
    }
  })
}

/** RecordLinker's cases: what must not be linked, and what is. */
function cases(read: ReadFile, sample: boolean): Finding[] {
  return ['nbs_test.csv', ...(sample ? [] : ['expanded_nbs_test.csv'])].flatMap(file => {
    const outcomes = recordLinkerCases(read, file)
    if (outcomes.length === 0) return []
    const apart = outcomes.filter(({ expected }) => expected === 'no_match')
    const linked = apart.filter(({ got }) => got === 'match')
    return [{
      check: `Linkage: RecordLinker ${file}, no "no match" linked by the machine`, passed: apart.length - linked.length, of: apart.length, must: true,
      failures: linked.map(({ name }) => `case ${name}`), note: counted(outcomes.map(({ expected, got }) => `${expected} → ${got}`)),
    }]
  })
}
