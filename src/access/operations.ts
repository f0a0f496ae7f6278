/** Who may ask what, and why: one table of role × purpose × operation. What one sees of whom is decided behind it (policy.ts). */
import { HutongError } from '../model/errors'
import type { Asker, Purpose, Viewer } from '../model/viewer'

type Role = Viewer['role']

/** Purposes for which a role may ask at all, its ordinary one first. */
export const purposes: Readonly<Record<Role, readonly Purpose[]>> = {
  resident: ['PATRQT', 'TREAT'],
  app: ['PATRQT', 'TREAT'],
  clinician: ['TREAT'],
  steward: ['HOPERAT'],
  source: ['HOPERAT'],
}

/** Of one operation: the roles that may ask it, each for these purposes. Who is not here may not. */
type Row = Readonly<Partial<Record<Role, readonly Purpose[]>>>

const by = (...roles: readonly Role[]): Row => Object.fromEntries(roles.map((role) => [role, purposes[role]]))
const all = Object.keys(purposes) as readonly Role[]
const readers = by('resident', 'app', 'clinician', 'steward')
const stewards = by('steward')

/** Every field of Query and Mutation, and what else is asked of the gateway; `anybody`: any role, and whatever its purpose. */
export const operations = {
  me: 'anybody',
  institutions: by(...all),
  sources: by(...all),

  resident: readers,
  residents: readers,
  node: readers,
  nodes: readers,
  reportNotMine: by('resident', 'app'),

  crossReference: by('source', 'steward'),
  match: by('source', 'steward'),
  /** `POST /intake/:source`, of the source that the token names. */
  intake: by('source'),

  quarantine: stewards,
  quarantinedEntry: stewards,
  replayQuarantined: stewards,
  accounts: stewards,
  trace: stewards,
  reviewQueue: stewards,
  linkHistory: stewards,
  decideReview: stewards,
  mergeResidents: stewards,
  splitPatient: stewards,
} as const satisfies Readonly<Record<string, Row | 'anybody'>>

export type Operation = keyof typeof operations

export const isOperation = (name: string): name is Operation => Object.hasOwn(operations, name)

/**
 * Throws FORBIDDEN where the table does not let the role ask the operation for the purpose: before anything is looked for, so
 * that it tells nothing of whether there is what was asked for.
 */
export function permit({ viewer, purpose }: Asker, operation: Operation): void {
  const row: Row | 'anybody' = operations[operation]
  if (row === 'anybody' || row[viewer.role]?.includes(purpose)) return
  const who = Object.entries(row).map(([role, allowed]) => `${role} (${allowed.join(', ')})`)
  throw new HutongError('FORBIDDEN', `This is for ${who.join(' and ')}; you ask as ${viewer.role} (${purpose}).`)
}
