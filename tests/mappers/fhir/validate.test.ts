import { primitiveFault } from '../../../mappers/fhir/primitives'
import { codesOf, mapBody } from './support'

const faults = (resource: object): string[] => codesOf(mapBody(resource)).filter(code => code.startsWith('invalid-element'))
const observation = { resourceType: 'Observation', status: 'final', code: { text: 'x' }, subject: { reference: 'Patient/1' } }

describe('an element that FHIR R4 does not allow is reported with its place, and kept', () => {
  it.each([
    ['a required one that is missing', { ...observation, status: undefined, _status: undefined, code: undefined },
      ['Observation.status', 'Observation.code']],
    ['an unknown one', { ...observation, colour: 'red' }, ['Observation.colour']],
    ['a list that must be one', { ...observation, code: [{ text: 'x' }] }, ['Observation.code']],
    ['one that must be a list', { ...observation, category: { text: 'x' } }, ['Observation.category']],
    ['an empty list', { ...observation, category: [] }, ['Observation.category']],
    ['a code with blanks around it', { ...observation, status: ' final' }, ['Observation.status']],
    ['a day that never was', { ...observation, effectiveDateTime: '2023-02-29' }, ['Observation.effectiveDateTime']],
    ['a time without an offset', { ...observation, effectiveDateTime: '2023-02-28T10:00:00' }, ['Observation.effectiveDateTime']],
    ['a number that is text', { ...observation, valueQuantity: { value: '7.1' } }, ['Observation.valueQuantity.value']],
    ['a choice of a wrong type', { ...observation, valueAddress: { text: 'x' } }, ['Observation.valueAddress']],
    ['one deep inside', { ...observation, component: [{ code: {} }, { valueString: 'x' }] }, ['Observation.component[1].code']],
    ['an id that is none', { ...observation, id: 'a:b' }, ['Observation.id']],
  ])('%s', (_, resource, places) => {
    const told = JSON.parse(JSON.stringify(resource)) as object
    expect(faults(told)).toEqual(places.map(place => `invalid-element ${place}`))
    expect(mapBody(told).tellings).toHaveLength(1)
  })
})

describe('an element of another shape than FHIR R4 gives it is left out, with an error at its place', () => {
  it.each([
    ['a name that is text', { name: '陈桂芳' }, 'Patient.name'],
    ['a list in a list', { name: [[{ text: '陈桂芳' }]] }, 'Patient.name[0]'],
    ['nothing in a list', { name: [null, { text: '陈桂芳' }] }, 'Patient.name[0]'],
    ['an object where text stands', { birthDate: { year: 1949 } }, 'Patient.birthDate'],
    ['a number where text stands', { name: [{ text: 5 }] }, 'Patient.name[0].text'],
    ['an extension that is none', { extension: [5] }, 'Patient.extension[0]'],
    ['a contained resource that is none', { contained: ['x'] }, 'Patient.contained[0]'],
    ['one within a contained resource', { contained: [{ resourceType: 'Organization', id: 'o', name: ['x'] }] },
      'Patient.contained[0].name'],
  ])('%s', (_, part, place) => {
    const { tellings, issues } = mapBody({ resourceType: 'Patient', id: 'p', gender: 'female', ...part })
    expect(issues).toMatchObject([{ severity: 'error', code: 'invalid-element', place }])
    expect(JSON.stringify(issues)).not.toMatch(/陈桂芳|1949/)
    expect(tellings[0]?.resource).toMatchObject({ resourceType: 'Patient', gender: 'female' })
    expect(JSON.stringify(tellings[0]?.resource)).not.toMatch(/"text":5|1949|"x"|\[5|null|"name":"/)
  })
})

it('a value that is only extended is there', () => {
  const { status: _, ...without } = observation
  expect(faults({ ...without, _status: { extension: [{ url: 'urn:x', valueCode: 'unknown' }] } })).toEqual([])
})

describe('primitives of FHIR R4', () => {
  it.each([
    ['date', '2024-02-29'], ['date', '2024'], ['dateTime', '2024-02'], ['dateTime', '2024-02-29T23:59:60+08:00'],
    ['instant', '2024-02-29T00:00:00.123Z'], ['time', '08:00:00'], ['code', 'a b'], ['oid', 'urn:oid:2.16.156'], ['integer', -1],
    ['unsignedInt', 0], ['positiveInt', 1], ['decimal', 1.5], ['boolean', false], ['uri', 'urn:x'], ['base64Binary', 'AAA='],
  ])('%s %p is right', (type, value) => {
    expect(primitiveFault(type, value)).toBeUndefined()
  })

  it.each([
    ['date', '2023-02-29'], ['date', '24'], ['date', 2024], ['dateTime', '2024-02-29T10:00Z'], ['instant', '2024-02-29'],
    ['time', '8:00:00'],
    ['code', 'a  b'], ['oid', '2.16.156'], ['integer', 1.5], ['integer', 2_147_483_648], ['unsignedInt', -1], ['positiveInt', 0],
    ['decimal', '1.5'], ['boolean', 'true'], ['uri', 'a b'], ['string', ''], ['id', 'a'.repeat(65)], ['base64Binary', '&'],
  ])('%s %p is wrong', (type, value) => {
    expect(primitiveFault(type, value)).toBeDefined()
  })
})
