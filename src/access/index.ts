/** Who asks, what they may see, and the ledger of who looked. */
export { askerKey } from './askings'
export { createAudit, type Audit, type AuditedLook } from './audit'
export { isOperation, operations, permit, type Operation } from './operations'
export { decide, usualPurpose, type Evidence, type Grant } from './policy'
export { createRate, type Rate } from './rate'
export { reasonOf } from './reason'
export { isInCare, type RelationSource } from './relation'
export { createTokens, type Tokens } from './tokens'
