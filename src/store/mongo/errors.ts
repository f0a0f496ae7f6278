/** Faults of the driver and of the server in Hutong's words. Theirs can hold values: only their codes go on. */
import { HutongError, isHutongError, type ErrorCode } from '../../model/errors'

interface Fault {
  readonly name?: unknown
  readonly code?: unknown
  readonly codeName?: unknown
  hasErrorLabel?(label: string): boolean
}

/** A bulk write wraps what broke it off, be it a lost connection, in an error without its code and labels. */
function faultOf(error: unknown): Fault {
  const { errorResponse } = (error ?? {}) as { errorResponse?: unknown }
  return (errorResponse instanceof Error ? errorResponse : error ?? {}) as Fault
}

export const hasLabel = (error: unknown, label: 'TransientTransactionError' | 'UnknownTransactionCommitResult'): boolean =>
  faultOf(error).hasErrorLabel?.(label) === true

/** What a primary that failed had not given to a majority: to be done again. */
export class RolledBack extends Error {}

/** Outside of a transaction, too. */
export const isWriteConflict = (error: unknown): boolean => faultOf(error).code === 112

export const isDuplicate = (error: unknown): boolean => faultOf(error).code === 11_000

const awayNames = /^(Mongo(ose)?ServerSelection|MongoNetwork|MongoTopologyClosed|MongoNotConnected|MongoPoolCl|MongoClientClosed|MongoWaitQueue|MongoExpiredSession|MongoOperationTimeout|PoolCleared)/
/** Of sockets: the driver lets some through as they are. */
const socketCodes = /^(EPIPE|ECONN|EHOST|ENET|ETIMEDOUT|ENOTFOUND|EAI_)/
/** Not the primary, stepping down, shutting down, unreachable. */
const awayCodes = new Set<unknown>([6, 7, 89, 91, 189, 262, 9001, 10_058, 10_107, 11_600, 11_602, 13_435, 13_436])
const tooLargeCodes = new Set<unknown>([10_334, 17_280, 17_419, 17_420, 'ERR_OUT_OF_RANGE'])
const fullCodes = new Set<unknown>([14_031])
const forbiddenCodes = new Set<unknown>([13, 18, 8000])
const busyCodes = new Set<unknown>([24, 50, 112, 225, 246, 251])

/** The server cannot be had now; another try later may find it. */
export function isAway(error: unknown): boolean {
  const { name, code } = faultOf(error)
  return awayNames.test(String(name)) || awayCodes.has(code) || (typeof code === 'string' && socketCodes.test(code))
}

export function translate(error: unknown): unknown {
  if (isHutongError(error)) return error
  const { name, code, codeName } = faultOf(error)
  const told = (ours: ErrorCode, message: string): HutongError =>
    new HutongError(ours, message, undefined, { cause: String(codeName ?? code ?? name) })
  if (fullCodes.has(code)) return told('STORE_UNAVAILABLE', 'MongoDB cannot write: its disk is full.')
  if (isAway(error)) return told('STORE_UNAVAILABLE', 'MongoDB cannot be reached, or has no primary now.')
  if (tooLargeCodes.has(code)) return told('VALUE_TOO_LARGE', 'A row is over what MongoDB keeps in one document.')
  if (forbiddenCodes.has(code)) return told('CONFIGURATION', 'MongoDB does not let this user in, or not do this.')
  if (error instanceof RolledBack || busyCodes.has(code) || hasLabel(error, 'TransientTransactionError')) return told('STORE_BUSY', 'MongoDB is busy with others\' writes.')
  return String(name).startsWith('Mongo') ? told('INTERNAL', 'MongoDB refused a command.') : error
}
