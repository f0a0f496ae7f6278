import type { HumanName, Identifier, Patient } from '../../../src/model/fhir'
import { told, type SyntheaRow } from './row'

const typeSystem = 'http://terminology.hl7.org/CodeSystem/v2-0203'
const maritalSystem = 'http://terminology.hl7.org/CodeSystem/v3-MaritalStatus'
const genders: Readonly<Record<string, Patient['gender']>> = { M: 'male', F: 'female' }

/** patients.csv → Patient. Expenses, coverage, income and coordinates are not told. */
export function mapPatient(row: SyntheaRow): void {
  const gender = genderOf(row)
  const marital = row.text('MARITAL')
  const died = row.date('DEATHDATE')
  const birthPlace = row.text('BIRTHPLACE')
  const patient: Patient = told({
    resourceType: 'Patient' as const,
    id: row.id('Patient', row.person),
    extension: birthPlace === undefined ? undefined
      : [{ url: 'http://hl7.org/fhir/StructureDefinition/patient-birthPlace', valueAddress: { text: birthPlace.replace(/\s+/g, ' ') } }],
    identifier: identifiersOf(row),
    name: namesOf(row),
    gender,
    birthDate: row.date('BIRTHDATE'),
    deceasedDateTime: died,
    address: addressOf(row),
    maritalStatus: marital === undefined ? undefined : { coding: [{ system: maritalSystem, code: marital }] },
  })
  row.tell(patient)
}

function genderOf(row: SyntheaRow): Patient['gender'] {
  const code = row.text('GENDER')
  const gender = code === undefined ? undefined : genders[code.toUpperCase()]
  if (code !== undefined && gender === undefined) row.issue('unknown-code', 'GENDER', 'neither M nor F')
  return gender
}

function identifiersOf(row: SyntheaRow): Identifier[] {
  return ['Id', 'SSN', 'DRIVERS', 'PASSPORT'].flatMap(column => {
    const value = row.text(column)
    const authority = row.source.assigningAuthorities[column === 'Id' ? '' : column]
    if (value === undefined || authority === undefined) return []
    const type = authority.type ? { type: { coding: [{ system: typeSystem, code: authority.type }] } } : {}
    return [{ ...type, system: authority.system, value }]
  })
}

function namesOf(row: SyntheaRow): HumanName[] | undefined {
  const given = [row.text('FIRST'), row.text('MIDDLE')].flatMap(part => part ?? [])
  const [family, maiden, prefix, suffix] = ['LAST', 'MAIDEN', 'PREFIX', 'SUFFIX'].map(column => row.text(column))
  if (family === undefined && given.length === 0) return undefined
  const parts = {
    ...(given.length > 0 ? { given } : {}), ...(prefix ? { prefix: [prefix] } : {}), ...(suffix ? { suffix: [suffix] } : {}),
  }
  return [
    told({ use: 'official' as const, family, ...parts }),
    ...(maiden === undefined ? [] : [{ use: 'maiden' as const, family: maiden, ...parts }]),
  ]
}

function addressOf(row: SyntheaRow): Patient['address'] {
  const [line, city, district, state, postalCode] = ['ADDRESS', 'CITY', 'COUNTY', 'STATE', 'ZIP'].map(column => row.text(column))
  if ([line, city, district, state, postalCode].every(part => part === undefined)) return undefined
  return [told({ line: line === undefined ? undefined : [line], city, district, state, postalCode })]
}
