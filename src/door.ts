import { STATUS_CODES, ServerResponse } from 'node:http'
import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import type { FastifyReply, FastifyRequest, onRequestHookHandler } from 'fastify'
import { foreignSign } from './operation/demonstration'

/** What every answer carries: it may be somebody's record, and is what its type says. */
const guards = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' } as const

/** An answer that carries the guards whoever writes it: a route, Fastify before any route or while it closes, Node itself. */
export class GuardedResponse<Request extends IncomingMessage = IncomingMessage> extends ServerResponse<Request> {
  constructor(...parameters: [request: Request]) {
    super(...parameters)
    for (const [name, value] of Object.entries(guards)) this.setHeader(name, value)
  }
}

/** What Node cannot read as HTTP, or waited for in vain: no route ever sees it. */
export function answerBroken(error: Error & { readonly code?: string }, socket: Socket): void {
  if (error.code !== 'ECONNRESET' && socket.writable) {
    const status = error.code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 408 : error.code === 'HPE_HEADER_OVERFLOW' ? 431 : 400
    const body = JSON.stringify({ error: { code: 'BAD_ARGUMENT', message: 'The request is no HTTP, too long, or did not come in time.' } })
    const headers = { ...guards, 'content-type': 'application/json; charset=utf-8', 'content-length': body.length, connection: 'close' }
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`).join('')
    socket.write(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines}\r\n${body}`)
  }
  socket.destroy(error)
}

/** With the demonstration's keys, whoever may come from beyond this machine is turned away before anything else. `named`: the variables to set. */
export function turnAway(named: readonly string[]): onRequestHookHandler {
  const todo = `set ${named.join(' and ')} to keys of your own (openssl rand -base64 32), and start again`
  return (request: FastifyRequest, reply: FastifyReply, done) => {
    const { headers, httpVersion } = request.raw
    const sign = foreignSign({ peer: request.raw.socket.remoteAddress, headers, httpVersion })
    if (sign === undefined) return done()
    const told = { code: 'CONFIGURATION', message: `This gateway runs with the demonstration's keys and answers this machine only; ${sign}: ${todo}.` }
    const isGraphql = /^\/graphql(?![^/?])/.test(request.url)
    void reply.code(403).send(isGraphql ? { errors: [{ message: told.message, extensions: { code: told.code } }] } : { error: told })
  }
}
