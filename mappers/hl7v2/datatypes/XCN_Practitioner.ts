import type * as fhir4 from '../../../src/model/fhir'
import type { Hl7Field } from '../../../src/model/record'
import { given, list } from '../given'
import { institutionMeta, type Mapping } from '../mapping'
import { nameOf } from './XPN_HumanName'

interface Person {
  readonly code: string | undefined
  readonly name: fhir4.HumanName | undefined
  readonly degree: string | undefined
}

/** HL7 v2-to-FHIR, data type XCN[Practitioner]: tells the doctor and gives a reference, or only a name where no code is. */
export function XCN_Practitioner(mapping: Mapping, field: Hl7Field | undefined): fhir4.Reference | undefined {
  if (!field) return undefined
  const at = (component: number) => field.text(component)
  return tellPractitioner(mapping, { code: at(1), name: nameOf(at(2), [at(3), at(4)]), degree: at(7) })
}

/** HL7 v2-to-FHIR, data type NDL[PractitionerRole], of which CNN[Practitioner] in NDL-1: code and names as subcomponents. */
export function NDL_Practitioner(mapping: Mapping, field: Hl7Field | undefined): fhir4.Reference | undefined {
  if (!field) return undefined
  const at = (subcomponent: number) => field.text(1, subcomponent)
  const asXcn = at(2) === undefined && field.text(2) !== undefined
  if (asXcn) return XCN_Practitioner(mapping, field)
  return tellPractitioner(mapping, { code: at(1), name: nameOf(at(2), [at(3), at(4)]), degree: at(7) })
}

/** The doctor by his or her code within the source; a code that is a name (`张检验师`) is one. */
function tellPractitioner(mapping: Mapping, { code, name, degree }: Person): fhir4.Reference | undefined {
  const onlyName = code !== undefined && name === undefined && /\p{Script=Han}/u.test(code)
  if (code === undefined || onlyName) {
    const display = onlyName ? code : displayOf(name)
    return display === undefined ? undefined : { type: 'Practitioner', display }
  }
  const id = mapping.id('Practitioner', code)
  mapping.tell(given({
    resourceType: 'Practitioner' as const,
    id,
    meta: institutionMeta(mapping.source.institution.id),
    identifier: [{ system: `urn:hutong:${mapping.source.id}:staff`, value: code }],
    name: list(name),
    qualification: degree === undefined ? undefined : [{ code: { text: degree } }],
  }), { manner: 'part' })
  return given({ reference: `Practitioner/${id}`, display: displayOf(name) })
}

const displayOf = (name: fhir4.HumanName | undefined): string | undefined =>
  name && (name.text ?? [...name.given ?? [], name.family].filter(part => part !== undefined).join(' '))
