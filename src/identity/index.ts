/** Who is whom: a master patient index behind one seam. */
export {
  recordKey,
  type Asking,
  type CrossReference,
  type Identity,
  type Match,
  type RecordKey,
  type Stewarding,
  type Word,
} from './api'
export { createIdentity, type IdentityOptions } from './links'
export { isSameName, normaliseName, searchTermsOf, searchText } from './names'
export type { Features } from '../model/features'
export { featuresOf, featuresOfRow, identityNumberSystem, tableColumns, type TablePerson } from './features/person'
export { throughMerges } from './merges'
export { linkTable, type LinkedTable } from './table'
export { judge, certainFrom, possibleFrom, type Judgement } from './judge'
