/**
 * What the policy says, written down once more, apart from the code under attack (SECURITY.md tells it in words): who may ask
 * what, for which purpose, and how much of the resident who is asked for may stand in the answer.
 */
import type { Purpose, Viewer } from '../../../src/model/viewer'
import type { Question } from './paths'

type Role = Viewer['role']

/** Somebody who asks. Relations are to the resident who is asked for; `own`: a source that has a chart of them. */
export interface AskerKind {
  readonly name: string
  readonly token: 'good' | 'none' | 'malformed' | 'expired' | 'of another key'
  readonly role: Role
  readonly purpose: Purpose
  readonly relation: 'self' | 'other' | 'in care' | 'stranger' | 'own' | 'any'
}

const relations: Readonly<Record<Role, readonly AskerKind['relation'][]>> = {
  resident: ['self', 'other'], app: ['self', 'other'], clinician: ['in care', 'stranger'], source: ['own', 'other'], steward: ['any'],
}
const allPurposes: readonly Purpose[] = ['TREAT', 'PATRQT', 'HOPERAT', 'COVERAGE']

/** Every role × relation × purpose, and the resident in person without a token that is good. */
export const askerKinds: readonly AskerKind[] = [
  ...(['none', 'malformed', 'expired', 'of another key'] as const).map(token =>
    ({ name: token === 'none' ? 'no token' : `token ${token}`, token, role: 'resident', purpose: 'PATRQT', relation: 'self' }) as const),
  ...(Object.keys(relations) as Role[]).flatMap(role => relations[role].flatMap(relation => allPurposes.map(purpose =>
    ({ name: `${role} (${relation}, ${purpose})`, token: 'good', role, purpose, relation }) as const))),
]

/** For what a role may ask at all. */
const purposes: Readonly<Record<Role, readonly Purpose[]>> = {
  resident: ['PATRQT', 'TREAT'], app: ['PATRQT', 'TREAT'], clinician: ['TREAT'], steward: ['HOPERAT'], source: ['HOPERAT'],
}

const everybody = Object.keys(purposes) as readonly Role[]
const readers: readonly Role[] = ['resident', 'app', 'clinician', 'steward']

/** Who may ask a root field at all. */
const rootRoles: Readonly<Record<string, readonly Role[]>> = {
  me: everybody, institutions: everybody, sources: everybody,
  resident: readers, residents: readers, node: readers, nodes: readers,
  reportNotMine: ['resident', 'app'],
  crossReference: ['steward', 'source'], match: ['steward', 'source'],
  reviewQueue: ['steward'], linkHistory: ['steward'], quarantine: ['steward'], quarantinedEntry: ['steward'], accounts: ['steward'], trace: ['steward'],
  decideReview: ['steward'], mergeResidents: ['steward'], splitPatient: ['steward'], replayQuarantined: ['steward'],
}

export const hasRule = (root: string): boolean => Object.hasOwn(rootRoles, root)

/** How much of the resident who is asked for may stand in an answer; each holds what stands before it. */
export const extents = ['nothing', 'ids', 'person', 'everything'] as const
export type Extent = typeof extents[number]

export interface Expectation {
  /** `refused`: an error that says so, or nothing found; `anything`: whatever the arguments deserve, with typed errors. */
  readonly answer: 'data' | 'refused' | 'unauthenticated' | 'anything'
  readonly shows: Extent
}

const refused: Expectation = { answer: 'refused', shows: 'nothing' }

export function expected(asker: AskerKind, question: Question): Expectation {
  const root = rootOf(question)
  if (asker.token !== 'good') return { answer: 'unauthenticated', shows: 'nothing' }
  // Whoever has a token may read what it says.
  if (root === 'me' && !passes(question, ['resident'])) return { answer: 'data', shows: 'nothing' }
  if (!isPermitted(asker, root)) return refused
  if (question.path.operation === 'mutation') return refused
  if (root === 'me') return ofMe(asker, question)
  if (['resident', 'residents', 'node', 'nodes'].includes(root)) return ofArchive(asker, question)
  if (root === 'crossReference' || root === 'match') return asker.relation === 'other' ? refused : { answer: 'data', shows: 'ids' }
  return { answer: question.usual ? 'data' : 'anything', shows: root === 'reviewQueue' ? 'person' : root === 'linkHistory' || root === 'trace' ? 'ids' : 'nothing' }
}

/** What would change the district is asked by those who may only of what does not exist. */
export const isAsked = (asker: AskerKind, question: Question): boolean =>
  question.path.operation === 'query' || asker.token !== 'good' || !isPermitted(asker, rootOf(question)) || question.slots.every(({ choice }) => choice === undefined || choice === 'absent')

const isPermitted = ({ role, purpose }: AskerKind, root: string): boolean =>
  (rootRoles[root] ?? []).includes(role) && purposes[role].includes(purpose)

function ofMe({ role, relation }: AskerKind, question: Question): Expectation {
  if (role !== 'resident' && role !== 'app') return refused
  return { answer: question.usual ? 'data' : 'anything', shows: relation === 'self' ? 'everything' : 'nothing' }
}

function ofArchive({ role, relation }: AskerKind, question: Question): Expectation {
  const shows: Extent = relation === 'self' || relation === 'in care' ? 'everything' : role === 'steward' ? 'person' : 'nothing'
  const isKept = passes(question, ['looks']) && relation !== 'self' || isClinical(question) && role === 'steward'
  if (shows === 'nothing' || isKept) return { answer: 'refused', shows: shows === 'everything' ? 'everything' : shows }
  return { answer: question.usual ? 'data' : 'anything', shows }
}

/** All of an archive but who somebody is and what is connected. */
function isClinical({ path: { steps }, slots }: Question): boolean {
  const inArchive = steps[steps.findIndex(({ field }) => field.name === 'archive') + 1]?.field.name
  const isRecord = steps.some(({ on }) => on !== undefined && on !== 'Resident' && on !== 'Patient') || slots.some(({ choice, on }) => choice === 'record' && on !== 'Patient')
  return isRecord || steps.some(({ field }) => field.name === 'archive') && inArchive !== undefined && !['asOf', 'completeness', 'looks'].includes(inArchive)
}

export const rootOf = ({ path }: Question): string => path.steps[0]!.field.name

const passes = ({ path }: Question, names: readonly string[]): boolean => path.steps.some(({ field }) => names.includes(field.name))
