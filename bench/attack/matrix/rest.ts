/** What is asked beside GraphQL: each method at each address, by everybody; and records that nobody can read. */
import { once } from 'node:events'
import { connect } from 'node:net'
import type { AskerKind } from './policy'

export interface RestCase { readonly method: string; readonly path: string }

const addresses = ['/intake/first-hospital', '/intake/nowhere', '/intake', '/metrics', '/readyz', '/healthz', '/graphql', '/', '/nothing-is-here']

export const restCases: readonly RestCase[] = addresses.flatMap(path => ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'].map(method => ({ method, path })))

/** Statuses of which the answer has one. `good`: what the address gives to whom it is for. */
export function expectedStatuses({ method, path }: RestCase, asker: AskerKind): readonly (number | 'good')[] {
  if (method === 'GET' && ['/metrics', '/readyz', '/healthz'].includes(path)) return ['good']
  if (path === '/graphql') return method === 'POST' ? [400, 401, 415] : [401, 405, 415]
  if (method !== 'POST' || !path.startsWith('/intake/')) return [404, 405]
  if (asker.token !== 'good') return [401]
  const isSender = asker.role === 'source' && asker.purpose === 'HOPERAT'
  if (path === '/intake/first-hospital' && isSender && asker.relation === 'own') return ['good', 400, 422]
  return path === '/intake/nowhere' ? [403, 404] : [403]
}

export const isExpectedStatus = (status: number, statuses: readonly (number | 'good')[]): boolean =>
  statuses.includes(status) || statuses.includes('good') && status >= 200 && status < 300

/** Records with a person in them and a mistake: over HTTP as this sender, and by MLLP, where a log tells of bad frames. */
export async function sendMistakes({ url, mllp, token, person }: { url: string; mllp: number; token: string | undefined; person: readonly string[] }): Promise<string[]> {
  const patient = `PID|1||${person.join('^')}||${person.join('|')}`
  const header = 'MSH|^~\\&|HIS|SYY|H|H|20260101080000||ADT^A04|MATRIX1|P|2.4'
  const answers: string[] = []
  for (const body of [patient, `${header}\r${patient}\rPV1|1|O\r`, header.replace('A04', 'A99')]) {
    const answer = await fetch(`${url}/intake/first-hospital`, { method: 'POST', body, headers: { authorization: `Bearer ${token}` } })
    answers.push(await answer.text())
  }
  for (const bytes of [patient, `\u000b${header}\r${patient}`]) {
    const socket = connect(mllp, '127.0.0.1').resume().end(bytes)
    await once(socket, 'close')
  }
  return answers
}
