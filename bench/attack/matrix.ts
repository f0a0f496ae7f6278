import { createSchema } from '../../src/graphql/schema'
import { peakMemory } from '../gatewayProcess'
import { areTyped, extentOf, isAsExpected, isWithin, readAnswer, type Answer } from './matrix/answers'
import { pathsOf, questionsOf, type Question } from './matrix/paths'
import { askerKinds, expected, hasRule, isAsked, rootOf, type AskerKind } from './matrix/policy'
import { expectedStatuses, isExpectedStatus, restCases, sendMistakes } from './matrix/rest'
import { openWorld, type World } from './matrix/world'
import type { Attack, AttackOptions, Finding } from './part'

/** What went wrong, by kind: how often, and a few of them in words. */
class Tally {
  private readonly found = new Map<string, { readonly group: string; readonly what: string }[]>()
  asked = 0
  longest = 0

  /** `group`: who did what; of each group one is told. */
  note(kind: string, what: string, group = what): void {
    const found = this.found.get(kind) ?? []
    this.found.set(kind, found)
    found.push({ group, what })
  }

  count(kind: string): number {
    return this.found.get(kind)?.length ?? 0
  }

  finding(what: string, kind: string): Finding {
    const found = this.found.get(kind) ?? []
    const few = [...new Map(found.map(({ group, what: each }) => [group, each])).values()].slice(0, 8).join('; ')
    return { what, seen: `${found.length.toLocaleString('en')}${few && `: ${few}`}`, promised: '0', holds: found.length === 0 }
  }
}

/** How many of the questions below a root field a sample takes. */
const oneOf = 20
const atOnce = 4

export const matrix: Attack = {
  name: 'matrix',
  about: 'every path of the schema, and every address, asked by every role for every purpose in every relation to the resident',
  async run({ sample, progress }) {
    const paths = pathsOf(createSchema())
    const all = paths.flatMap(questionsOf)
    const questions = all.filter(({ path }, index) => !sample || path.steps.length === 1 || index % oneOf === 0)
    const world = await openWorld(progress)
    try {
      const before = await world.state()
      const graphql = await askAll(world, questions, progress)
      const after = await world.state()
      const rest = await askRest(world)
      const asked = { paths: new Set(questions.map(({ path }) => path)).size, questions: questions.length }
      return [...findingsOf(graphql, asked, new Set(all.map(rootOf))), ...restFindings(rest), ...worldFindings(world, before === after, graphql.longest)]
    } finally {
      await world.end()
    }
  },
}

async function askAll(world: World, questions: readonly Question[], progress: AttackOptions['progress']): Promise<Tally> {
  const tally = new Tally()
  const todo = askerKinds.flatMap(asker => questions.filter(question => isAsked(asker, question)).map(question => [asker, question] as const))
  const tokens = new Map(await Promise.all(askerKinds.map(async asker => [asker, await world.tokenOf(asker)] as const)))
  const next = todo.values()
  await Promise.all(Array.from({ length: atOnce }, async () => {
    for (const [asker, question] of next) {
      check(tally, world, asker, question, await ask(world, tokens.get(asker), question, tally))
      if ((tally.asked += 1) % 500 === 0) progress(`${tally.asked} of ${todo.length} questions`)
    }
  }))
  return tally
}

async function ask(world: World, token: string | undefined, { document, slots }: Question, tally: Tally): Promise<Answer> {
  const body = JSON.stringify({ query: document, variables: Object.fromEntries(slots.map(slot => [slot.variable, world.valueOf(slot)])) })
  const begun = performance.now()
  const answer = await fetch(`${world.url}/graphql`, { method: 'POST', body, headers: { 'content-type': 'application/json', ...(token !== undefined && { authorization: `Bearer ${token}` }) } })
  const text = await answer.text()
  tally.longest = Math.max(tally.longest, performance.now() - begun)
  return readAnswer(text, answer.headers)
}

function check(tally: Tally, world: World, asker: AskerKind, question: Question, answer: Answer): void {
  const policy = expected(asker, question)
  const wanted = policy.answer === 'data' && !question.slots.every(world.isThere) ? { ...policy, answer: 'anything' as const } : policy
  const shown = extentOf(answer, world.marks)
  const told = answer.codes.length > 0 ? [...new Set(answer.codes)].join(', ') : answer.empty ? 'nothing' : 'data'
  const what = `${question.name} by ${asker.name}`
  const group = `${rootOf(question)} ${asker.role} ${asker.relation}`
  if (!isWithin(shown, wanted.shows)) tally.note('shown', `${what} shows ${shown}`, group)
  if (wanted.shows === 'everything' && shown === 'everything') tally.note('opened', what)
  if (answer.codes.includes('QUERY_TOO_COSTLY')) tally.note('costly', what, group)
  else if (!isAsExpected(answer, wanted)) tally.note(wanted.answer === 'data' ? 'kept' : 'answered', `${what} gets ${told}`, group)
  if (!areTyped(answer.codes)) tally.note('untyped', `${what} gets ${told}`, group)
  if (world.personal.some(text => answer.around.includes(text))) tally.note('around', what, group)
}

async function askRest(world: World): Promise<Tally> {
  const tally = new Tally()
  for (const asker of askerKinds) {
    const token = await world.tokenOf(asker)
    for (const each of restCases) {
      const answer = await fetch(`${world.url}${each.path}`, { method: each.method, ...(each.method !== 'GET' && { body: 'x' }), headers: token === undefined ? {} : { authorization: `Bearer ${token}` } })
      const text = `${JSON.stringify([...answer.headers])}${await answer.text()}`.replaceAll(/\d+\.\d+(e[+-]?\d+)?/g, '')
      const what = `${each.method} ${each.path} by ${asker.name}`
      tally.asked += 1
      if (!isExpectedStatus(answer.status, expectedStatuses(each, asker))) tally.note('status', `${what}: ${answer.status}`, `${each.path} ${asker.role} ${asker.relation}`)
      if (world.personal.some(value => text.includes(value))) tally.note('around', what)
    }
  }
  const sender = askerKinds.find(({ relation, purpose }) => relation === 'own' && purpose === 'HOPERAT')
  const mistakes = await sendMistakes({ ...world, token: sender && await world.tokenOf(sender) })
  for (const answer of mistakes) if (world.personal.some(value => answer.includes(value))) tally.note('around', 'POST of a record with a mistake')
  return tally
}

function findingsOf(tally: Tally, asked: { paths: number; questions: number }, roots: ReadonlySet<string>): Finding[] {
  const without = [...roots].filter(root => !hasRule(root))
  const opened = tally.count('opened')
  return [
    { what: `${askerKinds.length} askers × ${asked.paths} paths (${asked.questions} ways to fill their arguments)`, seen: `${tally.asked.toLocaleString('en')} asked`, promised: 'all root fields', holds: tally.asked > 0 },
    { what: 'root fields for which the policy has no rule', seen: without.join(', ') || '0', promised: '0', holds: without.length === 0 },
    { what: 'answers that open the archive to whom it is for', seen: String(opened), promised: 'some', holds: opened > 0 },
    tally.finding('answers that show more of the resident than the asker may see', 'shown'),
    tally.finding('answered, and should have been refused', 'answered'),
    tally.finding('refused, and should have been answered', 'kept'),
    tally.finding('errors without a code of ours, or INTERNAL', 'untyped'),
    tally.finding('questions that were over a limit, and so not asked', 'costly'),
    tally.finding('errors or headers with an identity number, a name or a phone', 'around'),
  ]
}

const restFindings = (tally: Tally): Finding[] => [
  tally.finding(`answers of another status than the policy's, of ${tally.asked.toLocaleString('en')} beside GraphQL`, 'status'),
  tally.finding('answers beside GraphQL with an identity number, a name or a phone', 'around'),
]

function worldFindings(world: World, same: boolean, longest: number): Finding[] {
  // A measured time has digits of its own: 0.019061000004 is nobody's phone.
  const log = world.log().replaceAll(/\d+\.\d+(e[+-]?\d+)?/g, '')
  const told = world.personal.filter(text => log.includes(text)).length
  const { ids, person, everything } = world.marks
  return [
    { what: 'texts that stand in this resident\'s records alone, by which all this is seen', seen: `${ids.length} ids, ${person.length} of the person, ${everything.length} clinical`, promised: 'some of each', holds: Object.values(world.marks).every(texts => texts.length > 0) },
    { what: `identity numbers, names and phones of ${world.personal.length} in the log (${log.split('\n').length} lines at level debug)`, seen: String(told), promised: '0', holds: told === 0 && log !== '' },
    { what: 'archive, links, questions and quarantine after all that', seen: same ? 'as before' : 'changed', promised: 'as before', holds: same },
    { what: 'the longest answer, with four asked at once', seen: `${Math.round(longest)} ms`, promised: 'a figure', holds: true },
    { what: 'peak memory of the gateway', seen: `${Math.round(peakMemory(world.gateway))} MB`, promised: 'a figure', holds: true },
  ]
}
