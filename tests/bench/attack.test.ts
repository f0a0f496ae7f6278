import { buildSchema, getNamedType, isObjectType, Lexer, parse, Source, TokenKind, validate } from 'graphql'
import { areTyped, extentOf, isAsExpected, isWithin, readAnswer } from '../../bench/attack/matrix/answers'
import { pathsOf, plainValue, questionsOf, type Question } from '../../bench/attack/matrix/paths'
import { askerKinds, expected, hasRule, isAsked, rootOf, type AskerKind, type Expectation } from '../../bench/attack/matrix/policy'
import { expectedStatuses, isExpectedStatus } from '../../bench/attack/matrix/rest'
import type { Attack, Finding } from '../../bench/attack/part'
import { countedOnly, describe as describeResult, describeAll, runInTurn, worstOf, type AttackResult } from '../../bench/attack/report'
import { defaultLimits } from '../../src/graphql/limits'
import { createSchema } from '../../src/graphql/schema'

const schema = createSchema()
const paths = pathsOf(schema)
const questions = paths.flatMap(questionsOf)
const question = (name: string): Question => questions.find(each => each.name === name)!
const asker = (name: string): AskerKind => askerKinds.find(each => each.name === name)!

describe('the paths of the schema', () => {
  it('begin at every root field', () => {
    const roots = [schema.getQueryType(), schema.getMutationType()].flatMap(type => Object.keys(type!.getFields()))
    expect(new Set(questions.map(rootOf))).toEqual(new Set(roots))
  })

  it('lead to every field that takes arguments or has a resolver of its own', () => {
    const reached = new Set(paths.map(({ steps }) => steps.at(-1)!.field))
    const doors = Object.values(schema.getTypeMap()).filter(type => isObjectType(type) && !type.name.startsWith('__'))
      .flatMap(type => Object.values(isObjectType(type) ? type.getFields() : {})).filter(field => field.args.length > 0 || field.resolve)
    expect(doors.filter(field => !reached.has(field)).map(({ name }) => name)).toEqual([])
  })

  it('are asked by documents that fit the schema and are short enough, each way to fill the last arguments once', () => {
    const tokens = (text: string): number => {
      const lexer = new Lexer(new Source(text))
      let count = 0
      while (lexer.advance().kind !== TokenKind.EOF) count += 1
      return count
    }
    expect(questions.flatMap(({ name, document }) => validate(schema, parse(document)).map(error => `${name}: ${error.message}`))).toEqual([])
    expect(Math.max(...questions.map(({ document }) => tokens(document)))).toBeLessThan(defaultLimits.tokens)
    expect(new Set(questions.map(({ name }) => name)).size).toBe(questions.length)
  })

  it('go into a type once below a root field, and by an abstract one only where no other way leads there', () => {
    const small = buildSchema(`
      type Query { thing(id: ID!, size: Int): Thing, any: Any }
      union Any = Thing | Part
      type Thing { name: String, same: Thing, any(x: Int): Any, part: Part }
      type Part { word(in: String): String }`)
    expect(pathsOf(small).map(({ steps }) => steps.map(({ field, on }) => (on ? `${field.name}<${on}>` : field.name)).join('.'))).toEqual([
      'thing', 'thing.any', 'thing.part.word', 'any', 'any<Thing>.any', 'any<Part>.word',
    ])
  })

  it('are asked for what there is and what there is not, wherever an id names a thing', () => {
    const names = questions.filter(each => rootOf(each) === 'resident' && each.path.steps.length === 1).map(({ name }) => name)
    expect(names).toEqual(expect.arrayContaining(['resident(id: resident)', 'resident(id: absent)', 'resident(identifier)', 'resident(identifier, system)']))
    expect(question('resident(id: resident)').usual).toBe(true)
    expect(question('resident(id: absent)').usual).toBe(false)
  })

  it('have values for every kind of argument', () => {
    const { args } = schema.getQueryType()!.getFields()['match']!
    const person = args.find(({ name }) => name === 'person')!
    expect(plainValue(person.type, (name, scalar) => `${name}:${scalar}`, 'person')).toMatchObject({ name: 'name:String', identifiers: [{ system: 'system:String', value: 'value:String' }] })
    expect(getNamedType(person.type).name).toBe('PersonInput')
  })
})

describe('the policy, written down once more', () => {
  it('has a rule for every root field: a new one needs one', () => {
    expect([...new Set(questions.map(rootOf))].filter(root => !hasRule(root))).toEqual([])
  })

  it('knows every role for every purpose in every relation, and those without a good token', () => {
    expect(askerKinds).toHaveLength(4 + 9 * 4)
    expect(new Set(askerKinds.map(({ name }) => name)).size).toBe(askerKinds.length)
  })

  const list = 'resident.archive.laboratoryResults'
  const refused: Expectation = { answer: 'refused', shows: 'nothing' }
  it.each<[string, string, Expectation]>([
    ['no token', list, { answer: 'unauthenticated', shows: 'nothing' }],
    ['token expired', 'me', { answer: 'unauthenticated', shows: 'nothing' }],
    ['resident (self, PATRQT)', list, { answer: 'data', shows: 'everything' }],
    ['resident (self, HOPERAT)', list, refused],
    ['resident (self, HOPERAT)', 'me', { answer: 'data', shows: 'nothing' }],
    ['resident (self, HOPERAT)', 'me.resident.name', refused],
    ['resident (other, PATRQT)', list, refused],
    ['resident (other, PATRQT)', 'me.resident.name', { answer: 'data', shows: 'nothing' }],
    ['app (other, TREAT)', 'residents(search: number)', refused],
    ['steward (any, HOPERAT)', 'residents(search: name)', { answer: 'data', shows: 'person' }],
    ['clinician (in care, TREAT)', list, { answer: 'data', shows: 'everything' }],
    ['clinician (in care, TREAT)', 'resident.archive.looks', { answer: 'refused', shows: 'everything' }],
    ['clinician (in care, PATRQT)', list, refused],
    ['clinician (stranger, TREAT)', 'resident(identifier, system)', refused],
    ['steward (any, HOPERAT)', 'resident.name', { answer: 'data', shows: 'person' }],
    ['steward (any, HOPERAT)', list, { answer: 'refused', shows: 'person' }],
    ['steward (any, HOPERAT)', 'node(id: record)', { answer: 'refused', shows: 'person' }],
    ['steward (any, HOPERAT)', 'trace', { answer: 'data', shows: 'ids' }],
    ['steward (any, TREAT)', 'trace', refused],
    ['source (own, HOPERAT)', 'match', { answer: 'data', shows: 'ids' }],
    ['source (other, HOPERAT)', 'match', refused],
    ['source (own, HOPERAT)', list, refused],
    ['clinician (in care, TREAT)', 'reviewQueue', refused],
    ['resident (self, PATRQT)', 'mergeResidents(other: resident, resident: resident)', refused],
  ])('%s asks %s', (who, what, wanted) => {
    expect(expected(asker(who), question(what))).toEqual(wanted)
  })

  it('lets nobody change the district who may: they ask of what does not exist', () => {
    const merge = (choice: string) => question(`mergeResidents(other: ${choice}, resident: ${choice})`)
    expect([isAsked(asker('steward (any, HOPERAT)'), merge('resident')), isAsked(asker('steward (any, HOPERAT)'), merge('absent')), isAsked(asker('steward (any, TREAT)'), merge('resident'))]).toEqual([false, true, true])
  })

  it.each<[string, string, string, number, boolean]>([
    ['no token', 'POST', '/intake/first-hospital', 401, true],
    ['source (other, HOPERAT)', 'POST', '/intake/first-hospital', 403, true],
    ['source (other, HOPERAT)', 'POST', '/intake/first-hospital', 200, false],
    ['source (own, HOPERAT)', 'POST', '/intake/first-hospital', 202, true],
    ['source (own, TREAT)', 'POST', '/intake/first-hospital', 200, false],
    ['no token', 'GET', '/healthz', 200, true],
    ['steward (any, HOPERAT)', 'GET', '/nothing-is-here', 200, false],
    ['steward (any, HOPERAT)', 'DELETE', '/graphql', 500, false],
  ])('%s: %s %s answers %i: %s', (who, method, path, status, holds) => {
    expect(isExpectedStatus(status, expectedStatuses({ method, path }, asker(who)))).toBe(holds)
  })
})

describe('an answer', () => {
  const read = (body: object) => readAnswer(JSON.stringify(body), [['x-header', 'its value']])
  const coded = (...codes: string[]) => read({ data: null, errors: codes.map(code => ({ message: 'no', extensions: { code } })) })
  const wanted = (answer: Expectation['answer']): Expectation => ({ answer, shows: 'nothing' })

  it('is empty where nothing but nulls, empty lists and type names came', () => {
    expect(read({ data: { me: { __typename: 'Me', resident: null }, nodes: [null], residents: [] } }).empty).toBe(true)
    expect(read({ data: { resident: { totalCount: 0 } } }).empty).toBe(false)
  })

  it('is as expected', () => {
    const data = read({ data: { me: { id: 'x' } } })
    expect([isAsExpected(data, wanted('data')), isAsExpected(data, wanted('refused')), isAsExpected(data, wanted('unauthenticated'))]).toEqual([true, false, false])
    expect([isAsExpected(coded('NOT_FOUND'), wanted('refused')), isAsExpected(coded('NOT_FOUND', 'INTERNAL'), wanted('refused')), isAsExpected(coded('FORBIDDEN'), wanted('data'))]).toEqual([true, false, false])
    expect([isAsExpected(coded('UNAUTHENTICATED'), wanted('unauthenticated')), isAsExpected(coded('FORBIDDEN'), wanted('unauthenticated'))]).toEqual([true, false])
  })

  it('has codes that clients are told of', () => {
    expect([areTyped(['NOT_FOUND', 'BAD_USER_INPUT']), areTyped(['INTERNAL']), areTyped(['none'])]).toEqual([true, false, false])
  })

  it('is searched for what stands in this resident\'s records alone', () => {
    const marks = { ids: ['0a1b'], person: ['王小明'], everything: ['V20260101'] }
    const shown = (text: string) => extentOf(read({ data: { node: { deep: [text] } } }), marks)
    expect(['nothing', 'p.0a1b.ff', '王小明', '王小明 V20260101'].map(shown)).toEqual(['nothing', 'ids', 'person', 'everything'])
    expect([isWithin('ids', 'person'), isWithin('everything', 'person')]).toEqual([true, false])
    expect(read({ errors: [{ message: 'said' }] }).around).toContain('said')
    expect(read({}).around).toContain('its value')
  })
})

describe('the attacks', () => {
  const finding = (over: Partial<Finding> = {}): Finding => ({ what: 'a thing', seen: '41 ms', promised: '≤ 50 ms', holds: true, ...over })
  const attack = (name: string, run: Attack['run']): Attack => ({ name, about: 'tries', run })

  it('run in turn; one that fails by itself is told, and stops no other', async () => {
    const results: AttackResult[] = []
    const attacks = [attack('first', () => Promise.reject(new Error('it broke'))), attack('second', async () => [finding()]), attack('third', async () => [])]
    for await (const result of runInTurn(attacks, { sample: true, show: () => {} })) results.push(result)
    expect(results.map(({ name, holds }) => [name, holds])).toEqual([['first', false], ['second', true], ['third', false]])
    expect(describeResult(results[0]!)).toContain('it broke')
    expect(describeAll(results)).toContain('✗ first: failed by itself')
  })

  it('are judged by what is counted alone, where the machine has others to serve: what is slow is told', () => {
    const judged = (...findings: Finding[]) => countedOnly({ name: 'one', about: 'tries', seconds: 1, findings, holds: false })
    expect(judged(finding({ holds: false, counted: true }), finding()).holds).toBe(true)
    expect(describeResult(judged(finding({ holds: false, counted: true })))).toMatch(/~ +a thing/)
    expect([judged(finding({ holds: false })).holds, judged(finding({ holds: false, counted: false })).holds, judged().holds]).toEqual([false, false, false])
  })

  it('tell the worst times and memory of what they saw', () => {
    const results = [{ name: 'one', findings: [finding({ seen: '41 ms, 480 MB' }), finding({ what: 'slow', seen: '1.2 s' })] }, { name: 'two', findings: [finding({ seen: 'refused (429) in 1,050 ms' }), finding({ seen: 'AUC .512' })] }]
    expect(worstOf(results, 'ms').map(line => line.replaceAll(/\s+/g, ' ').trim())).toEqual(['worst time 1,200 ms one: slow', '1,050 ms two: a thing', '41 ms one: a thing'])
    expect(worstOf(results, 'MB')).toHaveLength(1)
  })
})
