import { HutongError } from '../../src/model/errors'
import { resourceId } from '../../src/model/ids'
import type { Hl7Field, Hl7Message, Hl7Segment } from '../../src/model/record'
import type { MapperSource } from '../../src/model/source'
import { settingsOf } from './settings'

/**
 * The number by which a source knows its patient (PID-3, MRG-1), in this order: the source's own chart number (its
 * authority `''`, by CX-4 or CX-5); a type MR; a type PI, PN, PT or none; PID-2; PID-4; any other number (a health card, an
 * identity number). The source's own number is the whole identifier; others carry their namespace, so that two
 * authorities' numbers are two patients.
 */
export function chartNumber(source: MapperSource, fields: readonly Hl7Field[]): string | undefined {
  const numbered = fields.filter(field => field.text(1) !== undefined)
  const own = source.assigningAuthorities['']?.system
  const isOwn = (field: Hl7Field) => {
    const key = field.text(4) ?? field.text(5)
    return key === undefined ? own !== undefined : own !== undefined && systemOf(source, key) === own
  }
  const ofType = (types: readonly (string | undefined)[]) => numbered.find(field => types.includes(field.text(5)))
  const chosen = numbered.find(isOwn) ?? ofType(['MR']) ?? ofType(['PI', 'PN', 'PT', undefined]) ?? numbered[0]
  const value = chosen?.text(1)
  if (!chosen || value === undefined) return undefined
  if (isOwn(chosen)) return value
  return `${chosen.text(4) ?? chosen.text(5) ?? ''}|${value}`
}

const systemOf = (source: MapperSource, name: string) =>
  Object.hasOwn(source.assigningAuthorities, name) ? source.assigningAuthorities[name]?.system : undefined

/** Id of the Patient that a PID names; undefined where it names none. */
export function patientId(source: MapperSource, pid: Hl7Segment | undefined): string | undefined {
  if (!pid) return undefined
  const number = chartNumber(source, pid.field(3)) ?? chartNumber(source, pid.field(2)) ?? chartNumber(source, pid.field(4))
  return number === undefined ? undefined : resourceId(source, 'Patient', number)
}

/** Id of the Patient of a message; where it names none, the source's settings say whether the message stands for one. */
export function patientOf(source: MapperSource, message: Hl7Message): string | undefined {
  const id = patientId(source, message.first('PID'))
  if (id !== undefined || settingsOf(source).unidentifiedPatients === 'refuse') return id
  return resourceId(source, 'Patient', `message|${message.controlId}`)
}

/** As `patientOf`; throws PATIENT_MISSING. */
export function requirePatient(source: MapperSource, message: Hl7Message): string {
  const id = patientOf(source, message)
  if (id === undefined) throw new HutongError('PATIENT_MISSING', 'The message names no patient.', 'PID-3')
  return id
}
