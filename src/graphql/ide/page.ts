import { randomBytes } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { extname, join, relative } from 'node:path'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { packageRoot } from '../../model/packageRoot'
import { operations } from '../operations'

/** Signs a token that is good for so many seconds, and only together with the page's secret. */
export type PageToken = (page: string, expiresIn: number) => Promise<string>

export interface IdeOptions {
  /** Whose tokens the page asks with; only where the gateway runs as a demo. */
  readonly sign?: PageToken
  /** Variables of the operation that the page opens with, ArchiveOverview. */
  readonly variables?: Readonly<Record<string, unknown>>
}

interface IdePages {
  /** Adds the page's own files. */
  register(scope: FastifyInstance): Promise<void>
  /** Whether a request asks for the page: a browser's GET. */
  wants(request: FastifyRequest): boolean
  send(request: FastifyRequest, reply: FastifyReply): FastifyReply
}

const types: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8', '.html': 'text/html; charset=utf-8', '.js': 'text/javascript; charset=utf-8', '.ttf': 'font/ttf',
  '.svg': 'image/svg+xml', '.woff': 'font/woff', '.woff2': 'font/woff2', '.json': 'application/json',
}

/** Monaco writes styles of its own and starts workers; nothing comes from another host. */
const policy = [
  "default-src 'none'", "script-src 'self'", "style-src 'self' 'unsafe-inline'", "font-src 'self' data:", "img-src 'self' data:",
  "connect-src 'self'", "worker-src 'self' blob:", "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'",
].join('; ')

const guarded = {
  'content-security-policy': policy, 'referrer-policy': 'no-referrer', 'x-frame-options': 'DENY',
  'cross-origin-opener-policy': 'same-origin', 'cross-origin-resource-policy': 'same-origin',
}

/** For so many seconds is a page's token good; the page asks for another before. */
const tokenSeconds = 3600

/** The page's secret, as its cookie brings it: scripts cannot read it, and other sites' pages do not send it. */
export const pageSecret = (cookie: string | undefined): string | undefined => /(?:^|;\s*)hutong-page=([\w-]{43})(?:;|$)/.exec(cookie ?? '')?.[1]

const notBuilt = '<!doctype html><title>Hutong</title><p>The IDE is not built: <code>npm run build</code>.'

/** GraphiQL as `npm run build` made it in dist/ide. */
export function idePages(path: string, options: IdeOptions): IdePages {
  const folder = join(packageRoot(), 'dist', 'ide')
  const page = pageOf(folder, options)
  return {
    async register(scope) {
      for (const file of filesUnder(folder)) {
        const type = types[extname(file)] ?? 'application/octet-stream'
        scope.get(`${path}/ide/${relative(folder, file)}`, (_request, reply) => reply.headers(guarded).type(type).send(readFileSync(file)))
      }
      const { sign } = options
      if (sign !== undefined) scope.post(`${path}/ide/token`, (request, reply) => giveToken(request, reply, sign))
    },
    wants: ({ method, headers: { accept = '' } }) => (method === 'GET' || method === 'HEAD') && accept.includes('text/html'),
    send(request, reply) {
      // A page that is open already goes on with the secret that it has.
      const secret = pageSecret(request.headers.cookie) ?? randomBytes(32).toString('base64url')
      const cookie = options.sign && { 'set-cookie': `hutong-page=${secret}; Path=${path}; HttpOnly; SameSite=Strict` }
      return reply.headers({ ...guarded, ...cookie }).type('text/html; charset=utf-8').send(page)
    },
  }
}

/** To the page alone: another site's page has another Origin, and nobody else has the cookie. */
async function giveToken({ headers }: FastifyRequest, reply: FastifyReply, sign: PageToken): Promise<FastifyReply> {
  const secret = pageSecret(headers.cookie)
  if (secret === undefined || headers.origin !== `http://${headers.host}`) {
    return reply.code(403).send({ error: { code: 'FORBIDDEN', message: 'Only the page asks for its token: load it again.' } })
  }
  return reply.send({ token: await sign(secret, tokenSeconds), seconds: tokenSeconds })
}

/** The built page with what it starts from, as data that no browser runs. */
function pageOf(folder: string, { sign, variables = {} }: IdeOptions): string {
  const file = join(folder, 'index.html')
  if (!existsSync(file)) return notBuilt
  const start = { asks: sign !== undefined, variables, operations: [...operations()].map(([name, query]) => ({ name, query })) }
  const data = JSON.stringify(start).replaceAll('<', String.raw`\u003c`)
  return readFileSync(file, 'utf8').replace('<!-- start -->', () => `<script type="application/json" id="start">${data}</script>`)
}

function filesUnder(folder: string): string[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile() && entry.name !== 'index.html').map(entry => join(entry.parentPath, entry.name))
}
