import { existsSync } from 'node:fs'
import { join } from 'node:path'
import fastify, { type FastifyInstance } from 'fastify'
import { createTokens } from '../../src/access'
import { pageSecret } from '../../src/graphql'
import { createGraphqlServer } from '../../src/graphql/server'
import { encodeGlobalId } from '../../src/model/globalId'
import { doctor, fakeArchive, gatewayOver, silent } from '../support/graphql/ask'
import { openPage } from '../support/graphql/browser'

const chromium = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync) ?? ''
const built = existsSync(join(__dirname, '..', '..', 'dist', 'ide', 'index.html'))

/** As the gateway signs and reads them, with the fake archive behind: what matters here is which token comes with which page. */
const tokens = createTokens({ key: 'a-key-for-the-tokens-of-the-ides-tests' })

describe('the IDE', () => {
  let app: FastifyInstance
  let url: string

  beforeAll(async () => {
    const server = await createGraphqlServer({
      ...gatewayOver(fakeArchive()), log: silent,
      authenticate: async ({ authorization, cookie }) => tokens.verify(authorization?.slice('Bearer '.length) ?? '', pageSecret(cookie)),
      ide: { sign: (page, expiresIn) => tokens.sign(doctor, { page, expiresIn }), variables: { id: encodeGlobalId('Resident', 'r1') } },
    })
    app = fastify()
    await server.register(app)
    url = await app.listen({ port: 0, host: '127.0.0.1' })
  })

  afterAll(() => app.close())

  const load = (headers: object = {}) => app.inject({ url: '/graphql', headers: { accept: 'text/html', ...headers } })
  const cookieOf = async (): Promise<string> => String((await load()).headers['set-cookie']).split(';')[0] ?? ''
  const token = (headers: Record<string, string>) => app.inject({ method: 'POST', url: '/graphql/ide/token', headers: { host: '127.0.0.1:4000', ...headers } })
  const ask = async (headers: Record<string, string>) => {
    const reply = await app.inject({ method: 'POST', url: '/graphql', headers, payload: { query: '{ me { role } }' } })
    return reply.json() as { data?: { me: { role: string } }; errors?: { extensions: { code: string } }[] }
  }
  const origin = 'http://127.0.0.1:4000'

  it('holds no token, and a secret that neither scripts nor other sites get', async () => {
    const page = await load()
    expect(page.body).not.toMatch(/eyJ|Bearer/)
    expect(page.headers['set-cookie']).toMatch(/^hutong-page=[\w-]{43}; Path=\/graphql; HttpOnly; SameSite=Strict$/)
    expect(page.headers).toMatchObject({ 'referrer-policy': 'no-referrer', 'x-frame-options': 'DENY', 'cross-origin-opener-policy': 'same-origin' })
  })

  it('gets a token for an hour, which is good with its secret only', async () => {
    const [cookie, other] = [await cookieOf(), await cookieOf()]
    const given = (await token({ cookie, origin })).json() as { token: string; seconds: number }
    expect(given.seconds).toBe(3600)
    const authorization = `Bearer ${given.token}`
    expect((await ask({ authorization, cookie })).data).toEqual({ me: { role: 'clinician' } })
    for (const wrong of ['', other, 'hutong-page=x']) {
      expect((await ask({ authorization, cookie: wrong })).errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED')
    }
  })

  it('goes on with its secret when it is loaded again', async () => {
    const cookie = await cookieOf()
    expect((await load({ cookie })).headers['set-cookie']).toContain(`${cookie};`)
  })

  it.each<[string, Record<string, string>]>([
    ['without the secret', { origin }], ['of another site', { origin: 'http://elsewhere.example' }], ['of another port', { origin: 'http://127.0.0.1:5000' }],
    ['of nobody\'s page', {}],
  ])('gives no token to a page %s', async (what, headers) => {
    const reply = await token({ ...headers, ...what !== 'without the secret' && { cookie: await cookieOf() } })
    expect([reply.statusCode, reply.body]).toEqual([403, expect.not.stringContaining('eyJ')])
  })

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
        const tokensAsked = () => page.requested.filter(address => address.endsWith('/graphql/ide/token')).length
        expect(tokensAsked()).toBe(1)
        // Left open for an hour: the page's clock goes on, and its next question comes with a fresh token.
        await page.evaluate('{ const now = Date.now; Date.now = () => now.call(Date) + 3_600_000 }')
        await page.evaluate("document.querySelector('.graphiql-execute-button').click()")
        for (let tries = 0; tokensAsked() < 2 && tries < 50; tries++) await new Promise(resolve => { setTimeout(resolve, 100) })
        expect(tokensAsked()).toBe(2)
        expect(page.complaints).toEqual([])
        expect(page.requested.filter(asked => !asked.startsWith(url) && !/^(data|blob):/.test(asked))).toEqual([])
      } finally {
        await page.close()
      }
    }, 60_000)
  })
})
