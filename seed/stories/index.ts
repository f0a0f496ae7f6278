import type { Story } from '../story'

/** The residents whose records pass through several systems, and must come out right. All fictitious. */
export const stories: readonly Story[] = []
