import type { ContactPoint, Element, Extension, Observation, Patient } from '../../src/model/fhir'
import { tellInstitution } from './directory'
import { conceptExtension, extensionUrls, textExtension } from './extensions'
import { identifier, personIdentifiers } from './identifiers'
import { told, type Row } from './row'

/**
 * MPI_DemographicInfo (个人基本信息) → Patient, and its blood types as Observations. The row says nothing of the archive,
 * which is EHR_HealthRecord's, so the Patient is told in part.
 */
export function mapDemographicInfo(row: Row): void {
  row.versionTime = (row.date('lastModifyTime') ?? row.date('createTime'))?.instant
  tellInstitution(row, ['lastModifyUnit', 'createUnit'])
  const name = row.text('personName')
  const gender = genderOf(row)
  const birthDate = row.day('birthday')
  const patient: Patient = told({
    resourceType: 'Patient',
    id: row.patient,
    extension: nonEmpty([
      ...personExtensions(row),
      ...textExtension(extensionUrls.sexAsTold, gender ? undefined : unreadSex(row)),
    ]),
    identifier: [identifier(row, '', row.text('empiId') ?? ''), ...personIdentifiers(row, { birthDate, gender })],
    name: name === undefined ? undefined : [{ use: 'official' as const, text: name.replace(/\s+/g, ' ') }],
    telecom: nonEmpty(telecoms(row)),
    gender,
    birthDate,
    _birthDate: birthDate === undefined && !row.isUnknownDate('birthday') ? asTold(row.text('birthday')) : undefined,
    address: address(row),
    maritalStatus: row.concept('maritalStatusCode', 'maritals', row.tables.maps.maritals),
    contact: contact(row),
  })
  row.tell(patient, { manner: 'part' })
  for (const bloodType of bloodTypes) tellBloodType(row, bloodType)
}

/** GB/T 2261.1: 0 unknown, 1 male, 2 female, 9 not stated (the sender does not say: no gender). */
function genderOf(row: Row): Patient['gender'] {
  const code = row.text('sexCode')
  if (code === undefined || code === '9') return undefined
  const gender = row.tables.maps.gender[code]
  if (gender === undefined) row.issue('unknown-code', 'sexCode', 'a code that GB/T 2261.1 does not have')
  return gender
}

const unreadSex = (row: Row): string | undefined => (row.text('sexCode') === '9' ? undefined : row.text('sexCode'))

/** What stands in a cell that cannot be read, kept as FHIR's own extension has it. */
const asTold = (text: string | undefined): Element | undefined =>
  (text === undefined ? undefined : { extension: [{ url: originalText, valueString: text }] })

const originalText = 'http://hl7.org/fhir/StructureDefinition/originalText'

function telecoms(row: Row): ContactPoint[] {
  const points: [string, ContactPoint][] = [
    ['mobileNumber', { system: 'phone', use: 'mobile' }],
    ['phoneNumber', { system: 'phone', use: 'home' }],
    ['email', { system: 'email' }],
  ]
  return points.flatMap(([column, point]) => {
    const value = row.text(column)
    return value === undefined ? [] : [{ ...point, value }]
  })
}

function address(row: Row): Patient['address'] {
  const [text, postalCode] = [row.text('address'), row.text('zipCode')]
  return text === undefined && postalCode === undefined ? undefined : [told({ use: 'home' as const, text, postalCode })]
}

function contact(row: Row): Patient['contact'] {
  const [name, phone, relation] = [row.text('contact'), row.text('contactPhone'), row.text('contactRelation')]
  if (name === undefined && phone === undefined) return undefined
  return [told({
    relationship: relation === undefined ? undefined : [{ text: relation }],
    name: name === undefined ? undefined : { text: name },
    telecom: phone === undefined ? undefined : [{ system: 'phone' as const, value: phone }],
  })]
}

const nationalityUrl = 'http://hl7.org/fhir/StructureDefinition/patient-nationality'
const birthPlaceUrl = 'http://hl7.org/fhir/StructureDefinition/patient-birthPlace'

function personExtensions(row: Row): Extension[] {
  const nationality = row.concept('nationalityCode', 'nationality')
  const birthPlace = row.text('homePlace')
  const contractEnd = row.day('sceEndDate')
  const payment = row.concept('insuranceCode', 'payMode')
  const otherPayment = row.text('insuranceType') ?? row.text('insuranceText')
  const keyGroups = row.codes('crowdType', row.tables.dictionaries.crowdType ?? {}, row.system('crowdType'))
    .flatMap(({ coding, text }) => conceptExtension('group', coding ? { coding: [coding], text } : { text }))
  return [
    ...(nationality ? [{ url: nationalityUrl, extension: [{ url: 'code', valueCodeableConcept: nationality }] }] : []),
    ...(birthPlace === undefined ? [] : [{ url: birthPlaceUrl, valueAddress: { text: birthPlace } }]),
    ...conceptExtension(extensionUrls.ethnicGroup, row.concept('nationCode', 'ethnic')),
    ...conceptExtension(extensionUrls.education, row.concept('educationCode', 'education')),
    ...conceptExtension(extensionUrls.occupation, row.concept('workCode', 'jobtitle')),
    ...textExtension(extensionUrls.workplace, row.text('workPlace')),
    ...conceptExtension(extensionUrls.household, row.concept('registeredPermanent', 'registeredPermanent')),
    ...conceptExtension(extensionUrls.paymentMethod, payment),
    ...(payment ? [] : textExtension(extensionUrls.paymentMethod, otherPayment)),
    ...(keyGroups.length > 0 ? [{ url: extensionUrls.keyGroups, extension: keyGroups }] : []),
    ...conceptExtension(extensionUrls.contractState, row.concept('signFlag', 'signFlag')),
    ...(contractEnd === undefined ? [] : [{ url: extensionUrls.contractEnd, valueDateTime: contractEnd }]),
  ]
}

interface BloodType {
  readonly column: string
  readonly dictionary: string
  readonly loinc: { readonly code: string; readonly display: string }
  readonly text: string
}

const bloodTypes: readonly BloodType[] = [
  { column: 'bloodTypeCode', dictionary: 'blood', loinc: { code: '883-9', display: 'ABO group [Type] in Blood' }, text: 'ABO血型' },
  { column: 'rhBloodCode', dictionary: 'rhBlood', loinc: { code: '10331-7', display: 'Rh [Type] in Blood' }, text: 'RH血型' },
]

/** 不详 is no result: nothing is told. When and by whom the type was found is not in the row. */
function tellBloodType(row: Row, { column, dictionary, loinc, text }: BloodType): void {
  const value = row.concept(column, dictionary, dictionary === 'blood' ? row.tables.maps.blood : {})
  if (!value || value.text === '不详') return
  const observation: Observation = {
    resourceType: 'Observation',
    id: row.id('Observation', `${row.text('empiId')}/${column}`),
    status: 'final',
    category: [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/observation-category', code: 'laboratory' }] }],
    code: {
      coding: [
        { system: 'http://loinc.org', ...loinc },
        { system: row.system('MPI_DemographicInfo'), code: column, display: text },
      ],
      text,
    },
    subject: row.subject,
    valueCodeableConcept: value,
  }
  row.tell(observation)
}

const nonEmpty = <T>(list: T[]): T[] | undefined => (list.length > 0 ? list : undefined)
