import type { MappingIssue } from '../../src/model/mapping'
import { readIdentityNumber } from '../../src/terminology/identity-number'
import { isObject, listOf, text, type JsonObject } from './json'

const identityNumberSystem = 'urn:oid:2.16.156.10011.1.3'

/** Birth date and sex can be read from a resident's identity number, and must agree with the record or an issue is raised. */
export function checkIdentityNumber(patient: JsonObject, place: string, report: (issue: MappingIssue) => void): void {
  listOf(patient.identifier).forEach((identifier, index) => {
    if (!isObject(identifier) || identifier.system !== identityNumberSystem) return
    const reading = readIdentityNumber(text(identifier.value) ?? '')
    if (!reading.valid) {
      report(warning(`identity-number-${reading.reason}`, `${place}.identifier[${index}]`, 'not valid; kept as told'))
      return
    }
    const [birthDate, gender] = [text(patient.birthDate), text(patient.gender)]
    if (birthDate !== undefined && !reading.birthDate.startsWith(birthDate)) {
      report(warning('identity-number-contradicts-birth-date', `${place}.birthDate`, 'the identity number says another'))
    }
    if ((gender === 'male' || gender === 'female') && gender !== reading.sex) {
      report(warning('identity-number-contradicts-sex', `${place}.gender`, 'the identity number says another'))
    }
  })
}

const warning = (code: string, place: string, message: string): MappingIssue => ({ severity: 'warning', code, place, message })
