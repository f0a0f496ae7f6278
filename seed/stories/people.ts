import { centres, type Institution } from '../institutions'
import { archiveNumber, identityNumber } from '../identityNumbers'
import { at, hour } from '../time'
import type { Person, Registration, Sex } from '../happenings'

export interface Told {
  readonly story: string
  /** Numbers everything the resident has: 900001 and on, beyond those of the ordinary residents. */
  readonly number: number
  readonly name: string
  readonly sex: Sex
  readonly birth: string
  readonly centre: 0 | 1 | 2 | 3 | 4
  readonly street: string
  readonly phone: string
  readonly registered: string
  readonly marital?: Person['marital']
  readonly county?: string
  readonly more?: Partial<Person>
}

/** A resident of a story, with every number that the systems keep. */
export function resident(told: Told): Person {
  const digits = `${told.number}`
  const centre: Institution = centres[told.centre]
  return {
    key: `s${digits}`,
    story: told.story,
    name: told.name,
    sex: told.sex,
    birth: told.birth,
    identity: identityNumber({ county: told.county ?? '350206', birth: told.birth, sex: told.sex, serial: told.number }),
    phone: told.phone,
    street: told.street,
    centre,
    household: `S${digits}`,
    marital: told.marital ?? '2',
    archive: archiveNumber({ street: centre.street ?? '', committee: 3, sequence: told.number % 100_000 }),
    chart: `SY${digits}`,
    maternityChart: `FY${digits}`,
    platformId: `p${digits}`,
    empi: `${centre.unit}000${digits}`,
    healthCard: `A${digits}01`,
    registered: at(told.registered),
    ...told.more,
  }
}

/** The centre's archive as it stands from a moment on. */
export const registration = (
  person: Person,
  moment = person.registered + 9 * hour,
  changed: Partial<Registration> = {},
): Registration => ({
  kind: 'registration',
  person,
  at: moment,
  centre: person.centre,
  archive: person.archive,
  empi: person.empi,
  phone: person.phone,
  street: person.street,
  name: person.name,
  identity: person.identity,
  ...changed,
})
