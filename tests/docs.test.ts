import { existsSync, readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { errorCodes } from '../src/model/errors'
import { collections } from '../src/store/collections'
import { codeBlocks, queriesWithAnswers, root, textOf } from './support/readme'
import { openStory } from './stories/archive'

const english = textOf('README.md')
const chinese = textOf('README.zh-CN.md')

/** Apollo Server's own codes that a client of this gateway meets. */
const apolloCodes = [
  'GRAPHQL_PARSE_FAILED', 'GRAPHQL_VALIDATION_FAILED', 'BAD_USER_INPUT', 'BAD_REQUEST', 'OPERATION_RESOLUTION_FAILURE',
  'PERSISTED_QUERY_NOT_SUPPORTED',
]

describe('docs/error-codes.md', () => {
  const listed = [...textOf('docs/error-codes.md').matchAll(/^\| `([A-Z_]+)` \|/gm)].map(([, code]) => code)

  it('lists every code once, and none that does not exist', () => {
    expect(listed.toSorted()).toEqual([...Object.keys(errorCodes), ...apolloCodes].toSorted())
  })
})

describe('docs/data-model.md', () => {
  const rows = textOf('docs/data-model.md').match(/^\| `\w+` \|.*$/gm) ?? []

  const named = collections.map(spec => [spec.name, spec] as const)
  it.each(named)('tells the key and the shard key of %s', (name, { key, shardKey, indexes = {} }) => {
    const [row = ''] = rows.filter(line => line.startsWith(`| \`${name}\` |`))
    const cells = row.split('|').map(cell => cell.trim())
    expect(cells.slice(2, 4)).toEqual([key.join(', '), shardKey.join(', ')])
    expect(Object.keys(indexes).filter(index => !row.includes(`\`${index}\``))).toEqual([])
  })

  it('tells of nothing else', () => {
    expect(rows).toHaveLength(collections.length)
  })
})

describe.each([['README.md', english], ['README.zh-CN.md', chinese]])('%s', (_, page) => {
  it('names npm commands that package.json has', () => {
    const { scripts } = JSON.parse(textOf('package.json')) as { scripts: Record<string, string> }
    const named = [...page.matchAll(/\bnpm (?:run )?([a-z]+)/g)].map(([, name = '']) => name).filter(name => name !== 'install')
    expect(named).toEqual(expect.arrayContaining(['start', 'test', 'goldens', 'bench', 'conformance']))
    expect(named.filter(name => !Object.hasOwn(scripts, name))).toEqual([])
  })

  it('names hutong commands, files and options that exist', () => {
    const commands = [...page.matchAll(/\bnpx hutong (\w+)/g)].map(([, name = '']) => name)
    expect(commands.filter(name => !existsSync(join(root, 'src', 'commands', `${name}.ts`)))).toEqual([])
    const source = textOf('src/operation/options.ts')
    const variables = [...page.matchAll(/HUTONG_[A-Z_]+/g)].map(([name]) => name)
    expect(variables.filter(name => !source.includes(name))).toEqual([])
    const data = [...page.matchAll(/(?:@| )(mappers\/sources\/(?!tcm-hospital)\S+\.\w+)/g)].map(([, file = '']) => file)
    expect(data.filter(file => !existsSync(join(root, file)))).toEqual([])
  })

  it('prints the answer that its first query gets', async () => {
    const pipeline = await openStory('01-chen-guifang')
    const resident = await pipeline.residentOf('first-hospital', 'SY900001')
    const [first] = queriesWithAnswers(page)
    const answer = await pipeline.graphql(first!.query, {}, { role: 'resident', id: 'a-resident', resident })
    await pipeline.close()
    expect(answer).toEqual(first!.answer)
  }, 60_000)
})

describe('README.zh-CN.md', () => {
  it('has the headings of README.md', () => {
    expect(headings(chinese)).toEqual(headings(english))
  })

  it('has the code blocks of README.md, but for those in words', () => {
    expect(blocks(chinese).filter(({ language }) => language)).toEqual(blocks(english).filter(({ language }) => language))
    expect(blocks(chinese)).toHaveLength(blocks(english).length)
  })

  it('links what README.md links', () => {
    expect(beyond(chinese)).toEqual(beyond(english))
  })
})

describe('SECURITY.md', () => {
  const page = textOf('SECURITY.md')

  it('names tests, commands and attacks that exist', () => {
    const tests = [...page.matchAll(/\btests\/[\w/.-]*\w/g)].map(([path]) => path)
    expect(tests.filter(path => !existsSync(join(root, path)))).toEqual([])
    const { scripts } = JSON.parse(textOf('package.json')) as { scripts: object }
    const commands = [...page.matchAll(/`npm (?:run )?(\w+)/g)].map(([, name = '']) => name).filter(name => name !== 'audit' && name !== 'start')
    expect(commands.filter(name => !Object.hasOwn(scripts, name))).toEqual([])
    const attacks = [...page.matchAll(/\battacks? ((?:`\w+`(?:, )?)+)/g)].flatMap(([, names = '']) => [...names.matchAll(/\w+/g)].map(([name]) => name))
    const known = readdirSync(join(root, 'bench', 'attack')).filter(file => file.endsWith('.ts')).map(file => / name: '(\w+)'/.exec(textOf(`bench/attack/${file}`))?.[1])
    expect(attacks.filter(name => !known.includes(name))).toEqual([])
    expect([tests.length, commands.length, attacks.length].every(count => count > 0)).toBe(true)
  })
})

describe('links', () => {
  const pages = ['README.md', 'README.zh-CN.md', 'SECURITY.md', 'bench/README.md', ...markdownUnder('docs')]

  it.each(pages)('of %s lead to files', (page) => {
    const broken = linksOf(textOf(page)).filter(link => !existsSync(join(root, dirname(page), link)))
    expect(broken).toEqual([])
  })
})

const headings = (page: string) => [...withoutCode(page).matchAll(/^#+ /gm)].map(([level]) => level)
const blocks = (page: string) => codeBlocks(page).map(({ language, text }) => ({ language, text }))
/** Without the two that lead from one language to the other. */
const beyond = (page: string) => linksOf(page).filter(link => !link.startsWith('README'))
const withoutCode = (page: string) => page.replaceAll(/^```[\s\S]*?^```$/gm, '')

/** Paths of links to files, without anchors, in order. */
function linksOf(page: string): string[] {
  const targets = [...withoutCode(page).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target.split('#')[0] ?? '')
  return targets.filter(target => target && !/^[a-z]+:/.test(target))
}

function markdownUnder(folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap(entry => {
    const path = `${folder}/${entry.name}`
    if (entry.isDirectory()) return markdownUnder(path)
    return entry.name.endsWith('.md') ? [path] : []
  })
}
