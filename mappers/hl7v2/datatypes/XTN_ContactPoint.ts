import type * as fhir4 from '../../../src/model/fhir'
import type { Hl7Field } from '../../../src/model/record'
import { given } from '../given'
import type { Mapping } from '../mapping'
import { tables } from '../tables'

/**
 * HL7 v2-to-FHIR, data type XTN[ContactPoint]; `use` is the segment map's where XTN-2 is silent. A number that by the
 * source's settings is a mobile phone's is told as one.
 */
export function XTN_ContactPoint(mapping: Mapping, field: Hl7Field, use: 'home' | 'work'): fhir4.ContactPoint | undefined {
  const equipment = field.text(3)
  const address = field.text(4)
  const written = field.text(12) ?? field.text(1)
  const local = field.text(7)
  const number = written ?? (local && [field.text(5), field.text(6), local].filter(part => part !== undefined).join(' '))
  const isAddress = equipment === 'Internet' || equipment === 'X.400' || number === undefined
  const value = isAddress ? address ?? number : number
  if (value === undefined) return undefined
  const told = field.text(2)
  const isMail = value === address || value.includes('@')
  const isMobile = equipment === 'CP' || (mapping.settings.mobileNumbers?.test(value) ?? false)
  return given({
    system: (equipment && tables.telecomSystem.get(equipment)) || (isMail ? 'email' as const : 'phone' as const),
    value,
    use: isMobile ? 'mobile' as const : told === undefined ? use : tables.telecomUse.get(told),
  })
}
