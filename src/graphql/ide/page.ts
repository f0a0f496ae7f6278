import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { extname, join, relative } from 'node:path'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { packageRoot } from '../../model/packageRoot'
import { operations } from '../operations'

export interface IdeOptions {
  /** A demo token that the page sends along; only where the gateway runs as a demo. */
  readonly token?: string
  /** Variables of the operation that the page opens with, ArchiveOverview. */
  readonly variables?: Readonly<Record<string, unknown>>
}

interface IdePages {
  /** Adds the page's own files. */
  register(scope: FastifyInstance): Promise<void>
  /** Whether a request asks for the page: a browser's GET. */
  wants(request: FastifyRequest): boolean
  send(reply: FastifyReply): FastifyReply
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

const guarded = { 'content-security-policy': policy, 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer' }

const notBuilt = '<!doctype html><title>Hutong</title><p>The IDE is not built: <code>npm run build</code>.'

/** GraphiQL as `npm run build` made it in dist/ide. */
export function idePages(path: string, options: IdeOptions): IdePages {
  const folder = join(packageRoot(), 'dist', 'ide')
  const page = pageOf(folder, options)
  return {
    async register(scope) {
      for (const file of filesUnder(folder)) {
        const type = types[extname(file)] ?? 'application/octet-stream'
        scope.get(`${path}/ide/${relative(folder, file)}`, (_request, reply) =>
          reply.headers({ ...guarded, 'cache-control': 'public, max-age=31536000, immutable' }).type(type).send(readFileSync(file)))
      }
    },
    wants: ({ method, headers: { accept = '' } }) => (method === 'GET' || method === 'HEAD') && accept.includes('text/html'),
    send: reply => reply.headers({ ...guarded, 'cache-control': 'no-store' }).type('text/html; charset=utf-8').send(page),
  }
}

/** The built page with what it starts from, as data that no browser runs. */
function pageOf(folder: string, { token, variables = {} }: IdeOptions): string {
  const file = join(folder, 'index.html')
  if (!existsSync(file)) return notBuilt
  const start = { token, variables, operations: [...operations()].map(([name, query]) => ({ name, query })) }
  const data = JSON.stringify(start).replaceAll('<', String.raw`\u003c`)
  return readFileSync(file, 'utf8').replace('<!-- start -->', () => `<script type="application/json" id="start">${data}</script>`)
}

function filesUnder(folder: string): string[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile() && entry.name !== 'index.html').map(entry => join(entry.parentPath, entry.name))
}
