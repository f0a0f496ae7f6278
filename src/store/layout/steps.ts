import { looksByResident } from './looks'
import type { Step } from './step'

/** Every step there ever was, in order; one file each. */
export const steps: readonly Step[] = [looksByResident]
