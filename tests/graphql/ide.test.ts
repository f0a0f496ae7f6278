import { existsSync } from 'node:fs'
import { join } from 'node:path'
import fastify, { type FastifyInstance } from 'fastify'
import { createGraphqlServer } from '../../src/graphql/server'
import { encodeGlobalId } from '../../src/model/globalId'
import { doctor, fakeArchive, gatewayOver, silent } from '../support/graphql/ask'
import { openPage } from '../support/graphql/browser'

const chromium = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync) ?? ''
const built = existsSync(join(__dirname, '..', '..', 'dist', 'ide', 'index.html'))

describe('the IDE', () => {
  let app: FastifyInstance
  let url: string

  beforeAll(async () => {
    const server = await createGraphqlServer({
      ...gatewayOver(fakeArchive()), authenticate: async () => doctor, log: silent,
      ide: { token: 'a-demo-token', variables: { id: encodeGlobalId('Resident', 'r1') } },
    })
    app = fastify()
    await server.register(app)
    url = await app.listen({ port: 0, host: '127.0.0.1' })
  })

  afterAll(() => app.close())

  it('is a page for browsers only, that may load nothing from outside', async () => {
    const page = await app.inject({ url: '/graphql', headers: { accept: 'text/html,application/xhtml+xml' } })
    expect(page.statusCode).toBe(200)
    expect(page.headers['content-type']).toContain('text/html')
    expect(page.headers['content-security-policy']).toContain("default-src 'none'")
    expect(page.headers['content-security-policy']).not.toMatch(/https?:/)
  })

  const inBrowser = chromium && built ? describe : describe.skip

  inBrowser('in a browser', () => {
    it('loads nothing from outside, and its first operation gives an answer', async () => {
      const page = await openPage(chromium, `${url}/graphql`)
      try {
        expect(await page.until("(document.querySelector('.graphiql-query-editor .view-lines')?.textContent ?? '').includes('ArchiveOverview')")).toBe(true)
        await page.evaluate("document.querySelector('.graphiql-execute-button').click()")
        expect(await page.until("(document.querySelector('.result-window .view-lines')?.textContent ?? '').includes('陈桂芳')")).toBe(true)
        expect(page.complaints).toEqual([])
        expect(page.requested.filter(asked => !asked.startsWith(url) && !/^(data|blob):/.test(asked))).toEqual([])
      } finally {
        await page.close()
      }
    }, 60_000)
  })
})
