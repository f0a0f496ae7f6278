import { factTypes, type FactType } from '../model/fact'
import type { Purpose, Viewer } from '../model/viewer'
import { purposes } from './operations'

/** What is known of how a viewer stands to a resident, when access is decided. */
export interface Evidence {
  /** The resident who is asked for. */
  readonly resident: string
  /** The resident that the viewer is, or acts for, by the id that is in force now. */
  readonly self?: string
  /** The viewer's institution has, or lately had, the resident in its care. */
  readonly relation: boolean
}

/** What one may see of one resident. */
export interface Grant {
  readonly facts: ReadonlySet<FactType>
  /** Who looked at the archive. */
  readonly looks: boolean
  /** Something is kept from the viewer. */
  readonly withheld: boolean
}

const everything: Grant = { facts: new Set(factTypes), looks: true, withheld: false }
const clinical: Grant = { ...everything, looks: false }
const demographics: Grant = { facts: new Set(['Patient']), looks: false, withheld: true }

/** The purpose of a role's ordinary work: what a token for it says unless told otherwise. */
export const usualPurpose = (role: Viewer['role']): Purpose => purposes[role][0] ?? 'HOPERAT'

/**
 * What a viewer may see of a resident, by default nothing (undefined). Residents, and apps on their behalf, see their own;
 * a clinician, for treatment, sees a resident in the care of the clinician's institution; a steward sees who a resident
 * is, never clinical facts; a source sees no archive.
 */
export function decide(viewer: Viewer, purpose: Purpose, evidence: Evidence): Grant | undefined {
  if (!purposes[viewer.role].includes(purpose)) return undefined
  switch (viewer.role) {
    case 'resident':
    case 'app':
      return evidence.self === evidence.resident ? everything : undefined
    case 'clinician':
      return evidence.relation ? clinical : undefined
    case 'steward':
      return demographics
    case 'source':
      return undefined
    default:
      return undefined
  }
}
