/** Who is whom: the first rule, and the seam for those that follow. */
export type { Identity } from './api'
export { createIdentity, type IdentityOptions } from './links'
export { isSameName, normaliseName, searchTermsOf, searchText } from './names'
export { featuresOf, identityNumberSystem, type Features } from './normalise'
