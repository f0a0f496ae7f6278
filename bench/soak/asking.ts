import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import type { Tokens } from '../../src/access'
import { decodeGlobalId } from '../../src/model/globalId'
import { packageRoot } from '../../src/model/packageRoot'
import type { SoakedGateway } from './gateways'
import { retrying, type Tries } from './retrying'
import type { Run } from './soak'

const archive = readFileSync(join(packageRoot(__dirname), 'bench', 'archive.graphql'), 'utf8')
/** Everything comes while it is sent: yesterday and tomorrow are for the zones of time. */
const accounts = `{ accounts(from: "${day(-1)}", to: "${day(8)}") { received mapped pending quarantined } }`
const search = 'query ($search: String!) { residents(search: $search, first: 50) { id } }'
/** Surnames of many. */
const names = ['陈', '林', '黄', '张', '王', '李']
/** Milliseconds between questions. */
const pause = 50

interface Account { readonly received: number; readonly mapped: number; readonly pending: number; readonly quarantined: number }

/** A steward's questions and residents' whole archives, one after another; an account that does not add up is an error. */
export async function ask(run: Run, tokens: Tokens, tries: Tries): Promise<void> {
  const put = <T>(token: string, text: string, variables: object = {}): Promise<T | undefined> =>
    retrying(tries, run.gateways, gateway => query<T>(gateway, { token, text, variables }))
  for (let n = 0; !run.ended(); n++) {
    const told = await put<{ accounts: Account[] }>(run.stewardToken, accounts)
    for (const { received, mapped, pending, quarantined } of told?.accounts ?? []) {
      if (received !== mapped + pending + quarantined) throw new Error('an account does not add up')
    }
    const found = await put<{ residents: { id: string }[] }>(run.stewardToken, search, { search: names[n % names.length] })
    const { id } = found?.residents[n % Math.max(1, found.residents.length)] ?? {}
    if (id !== undefined) {
      const [resident = ''] = decodeGlobalId(id).parts
      const token = await tokens.sign({ viewer: { role: 'resident', id: 'soak', resident }, purpose: 'PATRQT' }, { expiresIn: '1 day' })
      await put(token, archive, { id })
    }
    await wait(pause)
  }
}

/** How many records wait, by the accounts. */
export async function pendingAt(gateway: SoakedGateway, token: string): Promise<number> {
  const told = await query<{ accounts: Account[] }>(gateway, { token, text: accounts, variables: {} })
  return told.accounts.reduce((sum, { pending }) => sum + pending, 0)
}

async function query<T>({ http }: SoakedGateway, { token, text, variables }: { token: string; text: string; variables: object }): Promise<T> {
  const answer = await fetch(`http://127.0.0.1:${http}/graphql`, {
    method: 'POST', signal: AbortSignal.timeout(15_000), headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ query: text, variables }),
  })
  const { data, errors } = await answer.json() as { data: T; errors?: { extensions?: { code?: string } }[] }
  if (errors) throw new Error(`a query was answered ${errors[0]?.extensions?.code}`)
  return data
}

function day(fromToday: number): string {
  return new Date(Date.now() + fromToday * 86_400_000).toISOString().slice(0, 10)
}
