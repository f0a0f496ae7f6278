import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { storyUploads } from '../../seed'
import { openStore } from '../../src/store'
import { hutong, serve } from '../support/hutong'
import { describeMongo, dropDatabase, freshUrl } from './server'
import { compose, expectSame, idKey, stateOf, tokenKey, type State } from './state'

jest.setTimeout(120_000)

describeMongo('hutong export and import', () => {
  const folder = mkdtempSync(join(tmpdir(), 'hutong-moving-'))
  const [first, last] = ['first.db', 'last.db'].map(name => `sqlite:${join(folder, name)}`) as [string, string]
  let url: string
  beforeAll(async () => {
    url = freshUrl()
    const gateway = compose(await openStore(first))
    for (const { source, name, bytes } of storyUploads(['01-chen-guifang', '04-huang-li'])) await gateway.journal.append({ source, bytes, context: { name } })
    await (await gateway.work()).idle()
    await gateway.close()
  })
  afterAll(async () => {
    rmSync(folder, { recursive: true })
    await dropDatabase(url)
  })

  async function state(database: string): Promise<State> {
    const store = await openStore(database)
    return stateOf(store).finally(() => store.close())
  }
  const succeed = async (...args: string[]): Promise<string> => {
    const { code, out, err } = await hutong(args)
    expect({ code, told: code === 0 ? '' : err }).toEqual({ code: 0, told: '' })
    return out
  }

  it('bring a district from SQLite into MongoDB and back again, row by row the same', async () => {
    await succeed('export', '--database', first, '--to', join(folder, 'there'), '--gzip')
    await succeed('import', '--from', join(folder, 'there'), '--database', url)
    expect(await succeed('import', '--verify', '--from', join(folder, 'there'), '--database', url)).toContain('are the same')
    await succeed('export', '--database', url, '--to', join(folder, 'back'), '--verify')
    await succeed('import', '--from', join(folder, 'back'), '--database', last)
    expect((await state(url)).facts.length).toBeGreaterThan(20)
    expectSame(await state(url), await state(first))
    expectSame(await state(last), await state(first))
  })

  it('are refused while a gateway works, and served when it has stopped', async () => {
    const gateway = await serve(['--no-seed', '--no-ide', '--log-level', 'error'], { HUTONG_DATABASE: url, HUTONG_ID_KEY: idKey, HUTONG_TOKEN_KEY: tokenKey })
    const refused = await hutong(['export', '--database', url, '--to', join(folder, 'busy')])
    await gateway.stop()
    expect(refused).toMatchObject({ code: 5, err: expect.stringMatching(/STORE_BUSY.*stop the gateways first/) })
    await succeed('export', '--database', url, '--to', join(folder, 'busy'))
  })
})
