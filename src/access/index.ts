/** Who asks, what they may see, and the ledger of who looked. */
export { askerKey } from './askings'
export { createAudit, type Audit, type AuditedLook } from './audit'
export { decide, usualPurpose, type Evidence, type Grant } from './policy'
export { isInCare, type RelationSource } from './relation'
export { createTokens, demoKey, isDemoKey, type Tokens } from './tokens'
