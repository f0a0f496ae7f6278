/**
 * Whose child a patient is, where it is told: `Patient.contact` (HL7's NK1, FHIR), the family as mappers tell it
 * (`urn:hutong:family`: PID-21, a community archive's mother), and a newborn's name (黄丽之女). Pure.
 */
import type { Kin, ReadIdentifier } from '../../model/features'
import type * as fhir4 from '../../model/fhir'
import { normaliseName } from '../names'
import { isNobody, readNewborn } from './placeholders'
import { standard } from './personNames'

const familyUrl = 'urn:hutong:family'
/** v3-RoleCode, HL7 table 0063 and what community systems write. */
const mothers = new Set(['MTH', 'NMTH', 'NMTHF', 'GESTM', '母亲', '母', '妈妈', '生母'])
const guardians = new Set(['PRN', 'FTH', 'NFTH', 'GRD', 'GUARD', 'PAR', '父亲', '父', '爸爸', '监护人', '父母', '家长'])
const mostKin = 4

export type OwnKeys = (identifiers: readonly fhir4.Identifier[]) => readonly string[]

/** `keysOf`: an identifier as both a person's own and a parent's are compared. */
export function readKin(person: Partial<fhir4.Patient>, names: readonly string[], keysOf: OwnKeys): Kin[] {
  const kin = [
    ...(person.contact ?? []).flatMap(ofContact),
    ...(person.extension ?? []).flatMap((each) => ofFamily(each, keysOf)),
    ...names.flatMap(ofName),
  ]
  return [...new Map(kin.map((each) => [JSON.stringify(each), each])).values()].slice(0, mostKin)
}

/** A person's numbers and identifiers, as `Kin.keys` has those of a parent. */
export const ownKeys = (numbers: readonly { readonly number: string }[], identifiers: readonly ReadIdentifier[]): string[] => [
  ...numbers.map(({ number }) => `number|${number}`),
  ...identifiers.map(({ authority, value }) => `${authority}|${value}`),
]

function ofContact({ relationship, name }: fhir4.PatientContact): Kin[] {
  const told = (relationship ?? []).flatMap(({ coding, text }) => [...(coding ?? []).map(({ code }) => code ?? ''), text ?? ''])
  const isMother = told.some((code) => mothers.has(code))
  if (!isMother && !told.some((code) => guardians.has(code))) return []
  return kinOf(isMother, name?.text ?? [name?.family, ...(name?.given ?? [])].filter(Boolean).join(''), [])
}

function ofFamily({ url, extension }: fhir4.Extension, keysOf: OwnKeys): Kin[] {
  if (url !== familyUrl) return []
  return (extension ?? [])
    .filter((each) => each.url === 'mother' || each.url === 'father')
    .flatMap(({ url: role, valueReference }) => {
      const patient = valueReference?.reference
      const keys = [
        ...(valueReference?.identifier ? keysOf([valueReference.identifier]) : []),
        ...(patient === undefined ? [] : [`patient|${patient}`]),
      ]
      return kinOf(role === 'mother', valueReference?.display, keys)
    })
}

/** It may be the father's name. */
function ofName(text: string): Kin[] {
  const parent = readNewborn(text)?.parent
  return parent === undefined ? [] : kinOf(false, parent, [])
}

function kinOf(isMother: boolean, text: string | undefined, keys: readonly string[]): Kin[] {
  const name = text === undefined || isNobody(text) ? '' : standard(normaliseName(text)).slice(0, 60)
  if (name === '' && keys.length === 0) return []
  return [
    {
      ...(isMother ? { isMother: true as const } : {}),
      ...(name === '' ? {} : { name }),
      ...(keys.length === 0 ? {} : { keys }),
    },
  ]
}
