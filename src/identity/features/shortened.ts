/** What linking looks at of a record, however long it is: a value of any length costs no more to normalise than a long one. Pure. */
import type * as fhir4 from '../../model/fhir'
import { shortNames } from '../names'

const mostListed = 200
const longest = 500

/** A person for linking: of each list, and of each value in it, no more than an honest record has. */
export function shortened<P extends Partial<fhir4.Patient>>(person: P): P {
  const { identifier, name, telecom, address, contact, extension } = person
  return {
    ...person,
    ...(identifier && { identifier: identifier.slice(0, mostListed).map(cutValue) }),
    ...(name && { name: shortNames(name) }),
    ...(telecom && { telecom: telecom.slice(0, mostListed).map(cutValue) }),
    ...(address && { address: address.slice(0, mostListed).map(cutAddress) }),
    ...(contact && { contact: contact.slice(0, mostListed).map((each) => (each.name ? { ...each, name: shortNames([each.name])[0] } : each)) }),
    ...(extension && { extension: extension.slice(0, mostListed) }),
  }
}

const cut = (text: string): string => (typeof text === 'string' ? text.slice(0, longest) : text)
const cutValue = <T extends { value?: string }>(told: T): T => (told.value === undefined ? told : { ...told, value: cut(told.value) })

function cutAddress({ text, line, city, state, postalCode, ...address }: fhir4.Address): fhir4.Address {
  return {
    ...address,
    ...(text === undefined ? {} : { text: cut(text) }),
    ...(line === undefined ? {} : { line: line.slice(0, 10).map(cut) }),
    ...(city === undefined ? {} : { city: cut(city) }),
    ...(state === undefined ? {} : { state: cut(state) }),
    ...(postalCode === undefined ? {} : { postalCode: cut(postalCode) }),
  }
}
