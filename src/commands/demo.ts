import { stories } from '../../seed'
import { usualPurpose } from '../access'
import type { Gateway } from '../gateway'
import type { PageToken } from '../graphql'
import { demoTokenKey } from '../model/demoKeys'
import { encodeGlobalId } from '../model/globalId'
import { resourceId } from '../model/ids'
import type { Viewer } from '../model/viewer'
import { table } from './output'

/** Ready-made tokens for whoever tries the gateway on this machine. */
export interface Demo {
  /** Global id. */
  readonly resident: string
  /** For so long are the tokens good. */
  readonly hours: number
  readonly tokens: readonly { readonly who: string; readonly token: string }[]
  /** GraphiQL's own token, for the first of them. */
  readonly sign: PageToken
}

const firstHospital = 'first-hospital'
/** A working day, unless tokens may live for less. */
const workingDay = 12

/** Tokens on the seed's first story; undefined where the key is not the demonstration's or the seed is not loaded. */
export async function createDemo(gateway: Gateway, { tokenKey, tokenHours }: { readonly tokenKey: string; readonly tokenHours: number }): Promise<Demo | undefined> {
  if (tokenKey !== demoTokenKey) return undefined
  const mapping = gateway.mappings.get(firstHospital)
  const chart = stories[0]?.people[0]?.chart
  const resident = mapping && chart && await gateway.identity.residentOf(resourceId(mapping.source, 'Patient', chart))
  if (!mapping || !resident) return undefined
  const herself: Viewer = { role: 'resident', id: 'demo-resident', resident }
  const viewers: readonly (readonly [string, Viewer])[] = [
    ['resident of story 1', herself],
    ['app on her behalf', { role: 'app', id: 'demo-app', resident }],
    [`clinician of ${mapping.source.institution.name}`, { role: 'clinician', id: 'demo-clinician', institution: mapping.source.institution.id }],
    ['steward', { role: 'steward', id: 'demo-steward' }],
    [`source ${firstHospital}`, { role: 'source', id: 'demo-source', source: firstHospital }],
  ]
  const sign = (viewer: Viewer, good: { readonly expiresIn: string | number; readonly page?: string }) =>
    gateway.tokens.sign({ viewer, purpose: usualPurpose(viewer.role) }, good)
  const hours = Math.min(workingDay, tokenHours)
  return {
    hours,
    resident: encodeGlobalId('Resident', resident),
    tokens: await Promise.all(viewers.map(async ([who, viewer]) => ({ who, token: await sign(viewer, { expiresIn: `${hours}h` }) }))),
    sign: (page, expiresIn) => sign(herself, { expiresIn, page }),
  }
}

export function describeDemo({ resident, hours, tokens }: Demo, address: string): string {
  return [
    `\nDemo tokens, good for ${hours} hours (the resident of story 1 is ${resident}):`,
    table(tokens.map(({ who, token }) => [`  ${who}`, token])),
    `\nGraphiQL, as the first of them: ${address}/graphql`,
  ].join('\n')
}
