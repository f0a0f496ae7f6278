import { communityHealthSource } from './systems/communityHealth'
import { firstHospitalSource } from './systems/firstHospital'
import { maternityHospitalSource } from './systems/maternityHospital'
import { regionalPlatformSource } from './systems/regionalPlatform'
import { isTold } from './systems/platformResources'
import { firstHospital, maternityHospital } from './institutions'
import type { Happening, Sex } from './happenings'

/** One source's patient: by the identifier under which that source keeps the person. */
export interface TruePatient {
  readonly source: string
  readonly identifier: string
}

export interface TrueResident {
  readonly key: string
  /** File name of the story that tells of this resident, e.g. `02-lin-jianguo`. */
  readonly story?: string
  readonly name: string
  readonly sex: Sex
  readonly birth: string
  readonly identity: string
  readonly died?: string
  readonly patients: readonly TruePatient[]
}

/** A record that is bad on purpose: what is expected of the gateway. */
export interface Fault {
  readonly source: string
  /** The upload's name. */
  readonly name: string
  /** `quarantined`: kept, with an error of this code; `refused`: the sender hears it (AR); `issue`: mapped, with this issue. */
  readonly expected: 'quarantined' | 'refused' | 'issue'
  readonly code: string
  readonly what: string
}

export interface Truth {
  readonly residents: readonly TrueResident[]
  readonly faults: readonly Fault[]
}

/** Who is who: every source's patient that the happenings make, under the resident who it truly is. */
export function residentsOf(happenings: Iterable<Happening>, until: number): TrueResident[] {
  const known = new Map<string, { resident: TrueResident; patients: Map<string, TruePatient> }>()
  for (const happening of happenings) {
    if (happening.at > until) continue
    const { person } = happening
    const entry =
      known.get(person.key) ??
      known
        .set(person.key, {
          patients: new Map(),
          resident: {
            key: person.key,
            name: person.name,
            sex: person.sex,
            birth: person.birth,
            identity: person.identity,
            patients: [],
            ...(person.story ? { story: person.story } : {}),
            ...(person.died !== undefined ? { died: new Date(person.died).toISOString() } : {}),
          },
        })
        .get(person.key)
    for (const patient of patientsOf(happening)) entry?.patients.set(`${patient.source}|${patient.identifier}`, patient)
  }
  return [...known.values()].map(({ resident, patients }) => ({ ...resident, patients: [...patients.values()] }))
}

function patientsOf(happening: Happening): TruePatient[] {
  const { person } = happening
  const platform = { source: regionalPlatformSource, identifier: person.platformId }
  if (happening.kind === 'registration' || happening.kind === 'follow-up')
    return [{ source: communityHealthSource, identifier: happening.empi }]
  if (happening.kind === 'merge')
    return [happening.retired, person.chart].map(identifier => ({ source: firstHospitalSource, identifier }))
  if (happening.kind === 'visit' || happening.kind === 'laboratory') {
    const twice = happening.kind === 'laboratory' && happening.twice ? [platform] : []
    if (happening.institution === firstHospital)
      return [{ source: firstHospitalSource, identifier: happening.chart ?? person.chart }, ...twice]
    if (happening.institution === maternityHospital)
      return [{ source: maternityHospitalSource, identifier: person.maternityChart }, ...twice]
    return happening.kind === 'laboratory' || isTold(happening) ? [platform] : []
  }
  return [platform]
}
