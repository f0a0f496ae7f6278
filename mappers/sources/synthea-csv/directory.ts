import type { Address, Organization, Practitioner } from '../../../src/model/fhir'
import { told, type SyntheaRow } from './row'

/** organizations.csv → Organization. */
export function mapOrganization(row: SyntheaRow): void {
  const [key, phone] = [row.text('Id'), row.text('PHONE')]
  const organization: Organization = told({
    resourceType: 'Organization' as const,
    id: row.id('Organization', key),
    identifier: [{ system: row.source.assigningAuthorities['']?.system, value: key }],
    name: row.text('NAME'),
    telecom: phone === undefined ? undefined : [{ system: 'phone' as const, value: phone }],
    address: addressOf(row),
  })
  row.tell(organization)
}

/** providers.csv → Practitioner. */
export function mapProvider(row: SyntheaRow): void {
  const [key, name, gender] = [row.text('Id'), row.text('NAME'), row.text('GENDER')]
  const practitioner: Practitioner = told({
    resourceType: 'Practitioner' as const,
    id: row.id('Practitioner', key),
    identifier: [{ system: row.source.assigningAuthorities['']?.system, value: key }],
    name: name === undefined ? undefined : [{ text: name }],
    gender: gender === 'M' ? 'male' as const : gender === 'F' ? 'female' as const : undefined,
    address: addressOf(row),
  })
  row.tell(practitioner)
}

function addressOf(row: SyntheaRow): Address[] | undefined {
  const [line, city, state, postalCode] = ['ADDRESS', 'CITY', 'STATE', 'ZIP'].map(column => row.text(column))
  if ([line, city, state, postalCode].every(part => part === undefined)) return undefined
  return [told({ line: line === undefined ? undefined : [line], city, state, postalCode })]
}
