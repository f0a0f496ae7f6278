/** What linking goes by, normalised. Pure. */
import type { Features, ReadIdentifier, ReadNumber } from '../../model/features'
import type * as fhir4 from '../../model/fhir'
import { readIdentityNumber } from '../../terminology/identity-number'
import { nameTexts } from '../names'
import { readBirthDate } from './births'
import { place, readAddress, readEmail, readOwnPhone, readPhone } from './contacts'
import { ownKeys, readKin } from './kin'
import { generationOf, readNames } from './personNames'
import { isFillerDate, readNewborn } from './placeholders'
import { shortened } from './shortened'

/** 居民身份号码, GB 11643 */
export const identityNumberSystem = 'urn:oid:2.16.156.10011.1.3'
const archiveNumberSystem = 'urn:oid:2.16.156.10011.1.2'
/** Numbers of visits, not of people. */
const visitSystems = new Set(['urn:oid:2.16.156.10011.1.11', 'urn:oid:2.16.156.10011.1.12'])

export type { Features, ReadIdentifier, ReadNumber } from '../../model/features'

type Person = Pick<fhir4.Patient, 'identifier' | 'name' | 'birthDate' | 'gender' | 'link'> & Partial<fhir4.Patient>

/** The features of a Patient of the source `source`, whose own numbers are compared inside it only. */
export function featuresOf(patient: Person, source = ''): Features {
  const person = shortened(patient)
  const current = person.name?.filter(({ use }) => use !== 'old')
  const birthDate = readBirthDate(person.birthDate)
  const replaced = person.link?.find(({ type }) => type === 'replaced-by')?.other.reference
  const texts = nameTexts(current)
  const born = texts.flatMap((text) => readNewborn(text) ?? [])
  const parent = born.find(({ parent: told }) => told !== undefined)?.parent
  const generation = generationOf(current)
  const misread = misreadOf(person.identifier)
  const kin = readKin(person, texts, (identifiers) => ownKeys(numbersOf(identifiers), identifiersOf(identifiers, source)))
  const order = person.multipleBirthInteger ?? born.find((each) => each.order !== undefined)?.order
  const birthOrder = order ?? (person.multipleBirthBoolean === true ? 0 : undefined)
  const names = readNames(current)
  return {
    numbers: numbersOf(person.identifier),
    identifiers: identifiersOf(person.identifier, source),
    names,
    phones: distinct(telecoms(person, 'phone'), readOwnPhone),
    emails: distinct(telecoms(person, 'email'), readEmail),
    places: (person.address ?? []).slice(0, 4).flatMap((address) => readAddress(address) ?? []),
    ...(misread && { misread }),
    ...(parent && { parent }),
    ...(kin.length > 0 ? { kin } : {}),
    ...(birthDate && { birthDate }),
    ...(generation && { generation }),
    ...(person.gender === 'male' || person.gender === 'female' ? { sex: person.gender } : {}),
    ...(birthOrder === undefined ? {} : { birthOrder }),
    ...(born.length > 0 && names.length === 0 ? { newborn: true as const } : {}),
    ...(replaced?.startsWith('Patient/') === true ? { replacedBy: replaced.slice('Patient/'.length) } : {}),
  }
}

/** The columns of a plain table that a person may have. */
export interface TablePerson {
  readonly nationalId?: string
  readonly identityNumber?: string
  readonly family?: string
  readonly given?: string
  readonly name?: string
  readonly birthDate?: string
  readonly sex?: string
  readonly phone?: string
  readonly email?: string
  readonly line?: string
  readonly locality?: string
  readonly postcode?: string
  readonly region?: string
  readonly birthPlace?: string
  readonly occupation?: string
  readonly generation?: string
}

export const tableColumns = [
  'identityNumber',
  'nationalId',
  'family',
  'given',
  'name',
  'generation',
  'birthDate',
  'sex',
  'phone',
  'email',
  'line',
  'locality',
  'postcode',
  'region',
  'birthPlace',
  'occupation',
] as const satisfies readonly (keyof TablePerson)[]

/** The features of a row of a table. */
export function featuresOfRow(row: TablePerson): Features {
  const name = {
    ...(row.family && { family: row.family }),
    ...(row.given && { given: [row.given] }),
    ...(row.name && { text: row.name }),
  }
  const sex = /^(m|male|男|1)$/i.test(row.sex ?? '')
    ? ('male' as const)
    : /^(f|female|女|2)$/i.test(row.sex ?? '')
      ? ('female' as const)
      : undefined
  const told: Person = { name: [{ ...name, ...(row.generation && { suffix: [row.generation] }) }], ...(sex && { gender: sex }) }
  const base = featuresOf(
    row.identityNumber ? { ...told, identifier: [{ system: identityNumberSystem, value: row.identityNumber }] } : told,
  )
  const birthDate = readBirthDate(row.birthDate)
  const nationalId = row.nationalId?.replace(/[^\p{L}\p{N}]/gu, '').toLowerCase()
  const home = place(row)
  const [birthPlace, occupation] = [place({ locality: row.birthPlace })?.locality, place({ locality: row.occupation })?.locality]
  return {
    ...base,
    phones: distinct([row.phone ?? ''], readPhone),
    emails: distinct([row.email ?? ''], readEmail),
    places: home ? [home] : [],
    ...(nationalId && nationalId.length > 4 ? { nationalId } : {}),
    ...(birthDate && { birthDate }),
    ...(birthPlace && { birthPlace }),
    ...(occupation && { occupation }),
  }
}

function numbersOf(identifiers: readonly fhir4.Identifier[] | undefined): ReadNumber[] {
  const read = (identifiers ?? [])
    .filter(({ system, use }) => system === identityNumberSystem && use !== 'old')
    .map(({ value }) => readIdentityNumber(value ?? ''))
    .flatMap((number): ReadNumber[] => {
      if (!number.valid || isFillerDate(number.birthDate)) return []
      const { normalised, birthDate, sex, kind } = number
      return [{ number: normalised, birthDate, sex, ...(kind === 'resident-15' ? { unchecked: true } : {}) }]
    })
    .toSorted((a, b) => Number(b.unchecked ?? false) - Number(a.unchecked ?? false))
  return [...new Map(read.map((number) => [number.number, number])).values()]
    .toSorted((a, b) => (a.number < b.number ? -1 : 1))
    .slice(0, 4)
}

function misreadOf(identifiers: readonly fhir4.Identifier[] | undefined): string | undefined {
  const texts = (identifiers ?? [])
    .filter(({ system, use }) => system === identityNumberSystem && use !== 'old')
    .map(({ value }) => value?.normalize('NFKC').replace(/\s+/g, '').toUpperCase() ?? '')
  return texts.find((text) => /^[1-9]\d{15,17}[\dX]?$/.test(text) && !/(\d)\1{7}/.test(text) && !readIdentityNumber(text).valid)
}

/** By whoever issued them; a source's own numbers, and an archive number's last eight digits, inside the source only. */
function identifiersOf(identifiers: readonly fhir4.Identifier[] | undefined, source: string): ReadIdentifier[] {
  const read = (identifiers ?? []).flatMap(({ system, value, use }) => {
    const bare =
      value
        ?.normalize('NFKC')
        .replace(/[^\p{L}\p{N}]/gu, '')
        .toUpperCase()
        .slice(0, 64) ?? ''
    if (system === undefined || system === identityNumberSystem || visitSystems.has(system) || use === 'old' || use === 'temp')
      return []
    if (bare.length < 4 || /^(.)\1+$/.test(bare)) return []
    const isShort = system === archiveNumberSystem && bare.length < 17
    return [{ authority: isShort ? `${source}|${system}` : system, value: bare }]
  })
  return [...new Map(read.map((each) => [`${each.authority}|${each.value}`, each])).values()].slice(0, 12)
}

const telecoms = (person: Person, system: string) =>
  (person.telecom ?? [])
    .filter((each) => each.system === system || (system === 'phone' && each.system === 'sms'))
    .map(({ value }) => value ?? '')

const distinct = (texts: readonly string[], read: (text: string) => string | undefined): string[] =>
  [...new Set(texts.flatMap((text) => read(text) ?? []))].slice(0, 4)
