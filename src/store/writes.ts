/** Writes, checked and packed by whoever asks for them, as plain data: what a process may hand to the one that writes. */
import { randomBytes } from 'node:crypto'
import { HutongError } from '../model/errors'
import { turn } from '../model/turns'
import type { Turn } from '../model/turns'
import { checkCount, planWhere } from './plan'
import type { Change, Claim, CollectionSpec, CommitOutcome, Fence, KeyValue, Where } from './port'
import { checkKey, packRow, type PackedRow } from './row'

export interface PackedChange {
  readonly verb: Change['verb']
  readonly collection: string
  readonly key: readonly KeyValue[]
  readonly row?: PackedRow
  readonly version?: number | null
}

export interface PackedCommit {
  readonly id: string
  readonly changes: readonly PackedChange[]
  readonly fence?: { readonly collection: string; readonly key: readonly KeyValue[]; readonly token: string }
  readonly size: number
}

export interface PackedClaim {
  readonly collection: string
  readonly where: Where
  readonly n: number
  readonly until: number
  readonly now: number
  readonly token: string
}

/** Both may be repeated without harm: commits go by their id, claims by their token. */
export interface Writes {
  commit(commit: PackedCommit): Promise<CommitOutcome>
  /** Keys of the rows now held under the claim's token, in order. */
  claim(claim: PackedClaim): Promise<readonly (readonly KeyValue[])[]>
  close(): Promise<void>
}

/** Takes a copy, so that what is written is what was there when `commit` was called. Throws BAD_ARGUMENT or VALUE_TOO_LARGE. */
export function packCommit(id: string, changes: readonly Change[], fence?: Fence): PackedCommit {
  return packedOf(id, changes.map(packChange), fence)
}

/** More changes than so many are packed with turns for others between them. */
export const packedAtOnce = 100

/** The same for many changes, whose rows must stay as they are until the commit is done. */
export async function packInTurns(id: string, changes: readonly Change[], fence?: Fence, give: Turn = turn): Promise<PackedCommit> {
  const packed: PackedChange[] = []
  for (let at = 0; at < changes.length; at += packedAtOnce) {
    packed.push(...changes.slice(at, at + packedAtOnce).map(packChange))
    await give()
  }
  return packedOf(id, packed, fence)
}

function packedOf(id: string, packed: readonly PackedChange[], fence: Fence | undefined): PackedCommit {
  if (id === '' || /[\0\p{Surrogate}]/u.test(id)) throw new HutongError('BAD_ARGUMENT', 'The id of a commit is not well formed.')
  const size = packed.reduce((sum, { row }) => sum + (row?.size ?? 0), 0)
  return { id, changes: packed, size, ...(fence ? { fence: packFence(fence) } : {}) }
}

export function packClaim(spec: CollectionSpec, claim: Claim): PackedClaim {
  planWhere(leased(spec), claim.where)
  checkCount(spec, 'n', claim.n)
  const { where, n, until, now, token = randomBytes(16).toString('hex') } = claim
  return { collection: spec.name, where, n, until, now, token }
}

const packFence = ({ collection, key, token }: Fence): NonNullable<PackedCommit['fence']> =>
  ({ collection: leased(collection).name, key: checkKey(collection, key), token })

function packChange(change: Change): PackedChange {
  const { verb, collection } = change
  if (verb === 'remove') return { verb, collection: collection.name, key: checkKey(collection, change.key) }
  const row = packRow(collection, change.row)
  const version = verb === 'putIf' ? { version: change.version } : {}
  return { verb, collection: collection.name, key: row.key, row, ...version }
}

function leased(spec: CollectionSpec): CollectionSpec {
  if (!spec.leased) throw new HutongError('BAD_ARGUMENT', `Rows of ${spec.name} cannot be claimed.`, spec.name)
  return spec
}
