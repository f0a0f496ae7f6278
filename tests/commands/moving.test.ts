import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { storyUploads } from '../../seed'
import { readAccount } from '../../src/intake'
import { residents } from '../../src/store/collections'
import { hutong, serve } from '../support/hutong'
import { openPipeline } from '../support/pipeline'
import { residentViewer } from '../stories/archive'

jest.setTimeout(60_000)

const folder = mkdtempSync(join(tmpdir(), 'hutong-moving-'))
const file = (name: string): string => join(folder, name)
const at = (name: string): string => `sqlite:${file(name)}`
afterAll(() => rmSync(folder, { recursive: true }))

const uploads = [...storyUploads(['01-chen-guifang'])]
const timeline = '{ me { resident { name { text } archive { timeline(first: 100) { nodes { id time } } } } } }'

/** What the resident of the first story sees, and the journal's account. */
async function seen(database: string): Promise<unknown> {
  const pipeline = await openPipeline({ database })
  try {
    const [resident = ''] = (await pipeline.gateway.store.find(residents, { where: {}, limit: 1 })).map(row => row.resident)
    const answer = await pipeline.graphql(timeline, {}, residentViewer(resident))
    const accounts = await readAccount({ store: pipeline.gateway.store, sources: [...pipeline.gateway.mappings.keys()] })
    return { answer, accounts }
  } finally {
    await pipeline.close()
  }
}

beforeAll(async () => {
  const pipeline = await openPipeline({ uploads, database: at('a.db') })
  await pipeline.close()
})

describe('hutong export and import', () => {
  it('bring a whole gateway into another database: the same archives, the same accounts', async () => {
    const exported = await hutong(['export', '--database', at('a.db'), '--to', file('out'), '--gzip', '--verify'])
    expect(exported).toMatchObject({ code: 0, out: expect.stringMatching(/^\d+ rows of \d+ collections are in /) })
    expect(await hutong(['import', '--from', file('out'), '--database', at('b.db')])).toMatchObject({ code: 0 })
    expect(await hutong(['import', '--verify', '--from', file('out'), '--database', at('b.db')])).toMatchObject({ code: 0, out: expect.stringContaining('are the same') })
    expect(await seen(at('a.db'))).toMatchObject({ answer: { data: { me: { resident: { name: [{ text: expect.any(String) }] } } } } })
    expect(await seen(at('b.db'))).toEqual(await seen(at('a.db')))
  })

  it('do nothing twice when they are called again', async () => {
    const manifest = JSON.parse((await hutong(['export', '--database', at('b.db'), '--to', file('plain'), '--json'])).out) as { files: { rows: number }[] }
    expect(manifest.files.length).toBeGreaterThan(10)
    for (const _ of [1, 2]) expect((await hutong(['import', '--from', file('plain'), '--database', at('c.db')])).code).toBe(0)
    expect((await hutong(['import', '--verify', '--from', file('plain'), '--database', at('c.db')])).code).toBe(0)
  })

  it('name file and line of what is damaged, and a database that holds something else, without a value', async () => {
    const lines = readFileSync(file('plain/resources.ndjson'), 'utf8').split('\n')
    writeFileSync(file('plain/resources.ndjson'), lines.with(2, '{').join('\n'))
    const broken = await hutong(['import', '--from', file('plain'), '--database', at('d.db')])
    expect(broken).toMatchObject({ code: 1, err: 'hutong: EXPORT_DAMAGED: The line is no row in JSON. (resources.ndjson:3)\n' })
    expect(await hutong(['import', '--from', file('out'), '--database', at('a.db')])).toMatchObject({ code: 1, err: expect.stringContaining('not empty') })
    expect((await hutong(['import', '--from', file('nowhere'), '--database', at('d.db')])).code).toBe(3)
    expect((await hutong(['export', '--to', file('x'), '--database', at('nowhere.db')])).code).toBe(3)
    expect((await hutong(['export', '--to', file('out'), '--database', at('a.db')])).code).toBe(2)
    expect((await hutong(['export', '--database', at('a.db')])).code).toBe(2)
    expect(readdirSync(folder)).not.toContain('nowhere.db')
  })

  it('are refused beside a running gateway, with what to do instead', async () => {
    const gateway = await serve(['--database', at('a.db'), '--no-seed'])
    const refused = await hutong(['export', '--to', file('y'), '--database', at('a.db')])
    await gateway.stop()
    expect(refused).toMatchObject({ code: 5, err: expect.stringContaining('hutong backup') })
  })
})
