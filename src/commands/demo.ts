import { stories } from '../../seed'
import { demoKey, usualPurpose } from '../access'
import type { Gateway } from '../gateway'
import { encodeGlobalId } from '../model/globalId'
import { resourceId } from '../model/ids'
import type { Viewer } from '../model/viewer'
import { table } from './output'

/** Ready-made tokens for whoever tries the gateway on this machine. */
export interface Demo {
  /** Global id. */
  readonly resident: string
  readonly tokens: readonly { readonly who: string; readonly token: string }[]
}

const firstHospital = 'first-hospital'

/** Tokens on the seed's first story; undefined where the key is not the demonstration's or the seed is not loaded. */
export async function createDemo(gateway: Gateway, { tokenKey }: { readonly tokenKey: string }): Promise<Demo | undefined> {
  if (tokenKey !== demoKey) return undefined
  const mapping = gateway.mappings.get(firstHospital)
  const chart = stories[0]?.people[0]?.chart
  const resident = mapping && chart && await gateway.identity.residentOf(resourceId(mapping.source, 'Patient', chart))
  if (!mapping || !resident) return undefined
  const viewers: readonly (readonly [string, Viewer])[] = [
    ['resident of story 1', { role: 'resident', id: 'demo-resident', resident }],
    ['app on her behalf', { role: 'app', id: 'demo-app', resident }],
    [`clinician of ${mapping.source.institution.name}`, { role: 'clinician', id: 'demo-clinician', institution: mapping.source.institution.id }],
    ['steward', { role: 'steward', id: 'demo-steward' }],
    [`source ${firstHospital}`, { role: 'source', id: 'demo-source', source: firstHospital }],
  ]
  const tokens = await Promise.all(viewers.map(async ([who, viewer]) =>
    ({ who, token: await gateway.tokens.sign({ viewer, purpose: usualPurpose(viewer.role) }, { expiresIn: '30 days' }) })))
  return { resident: encodeGlobalId('Resident', resident), tokens }
}

export function describeDemo({ resident, tokens }: Demo, address: string): string {
  return [
    `\nDemo tokens, good for 30 days (the resident of story 1 is ${resident}):`,
    table(tokens.map(({ who, token }) => [`  ${who}`, token])),
    `\nGraphiQL, with the first of them: ${address}/graphql`,
  ].join('\n')
}
