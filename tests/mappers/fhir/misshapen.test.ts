import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { assert, constant, constantFrom, jsonValue, pre, property, record } from 'fast-check'
import { isHutongError } from '../../../src/model/errors'
import type { MappingResult } from '../../../src/model/mapping'
import { codesOf, mapBody } from './support'
import { misshapenPlaces } from './shapes'

type Json = Record<string, unknown>
type Path = readonly (string | number)[]

const golden = join(__dirname, '../../../mappers/sources/regional-platform/golden')
/** What was told whole: a deletion says no more than the id. */
const given = ['transaction', 'batch-with-bad-entries', 'collection'].flatMap(name => (
  JSON.parse(readFileSync(join(golden, `${name}.out.json`), 'utf8')) as Json[]
)).filter(resource => Object.keys(resource).length > 2)
const rich: Json = {
  resourceType: 'Patient', id: 'p', meta: { tag: [{ code: 'x' }], extension: [{ url: 'urn:x', valueDecimal: 1.5 }] },
  language: 'zh', text: { status: 'generated', div: '<div/>' },
  extension: [{ url: 'urn:x', extension: [{ url: 'y', valueHumanName: { given: ['a'] } }] }],
  contained: [{ resourceType: 'Organization', id: 'o', name: '院' }, { resourceType: 'Claim', id: 'k', language: 'zh' }],
  name: [{ text: '陈桂芳', given: ['桂', null, '芳'], _given: [null, { id: 'g' }, null] }, { family: '陈' }],
  birthDate: '1956-08-17', _birthDate: { extension: [{ url: 'urn:x', valueInteger: 1 }] }, multipleBirthInteger: 2,
  contact: [{ relationship: [{ coding: [{ code: 'N', userSelected: true }] }], period: { start: '2020' } }],
}
const resources = [...given, rich]

function pathsIn(value: unknown, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [path]
  const inner = Object.entries(value).map(([key, each]) => pathsIn(each, [...path, Array.isArray(value) ? Number(key) : key]))
  return [path, ...inner.flat()]
}

interface Placed { readonly resource: Json; readonly path: Path; readonly value: unknown }

function put({ resource, path, value }: Placed): Json {
  const copy = structuredClone(resource)
  const parent = path.slice(0, -1).reduce<unknown>((inner, key) => (inner as Json)[key], copy) as Json
  parent[path.at(-1) ?? ''] = value
  return copy
}

/** What cannot be read at all (no resourceType) is told as an error of its own, not mapped. */
function mapOrRefuse(body: unknown): MappingResult {
  try {
    return mapBody(body)
  } catch (error) {
    if (!isHutongError(error)) throw error
    return { tellings: [], issues: [], unmapped: [] }
  }
}

const value = jsonValue({ maxDepth: 3 })
const places = resources.map(resource => [resource, pathsIn(resource).filter(path => path.length > 0)] as const)
const placed = constantFrom(...places).chain(([resource, paths]) =>
  record({ resource: constant(resource), path: constantFrom(...paths), value }))

describe('JSON of any shape at any place of a resource', () => {
  it('never gives a mapped resource of another shape than FHIR R4\'s', () => {
    assert(property(placed, each => {
      const { tellings } = mapOrRefuse(put(each))
      expect(tellings.flatMap(telling => misshapenPlaces(telling.resource.resourceType, telling.resource))).toEqual([])
    }), { numRuns: 600 })
  })

  it('is told at its place where it breaks that shape', () => {
    assert(property(placed, each => {
      const sent = put(each)
      pre(typeof sent.resourceType === 'string')
      const { tellings, ...result } = mapOrRefuse(sent)
      pre(tellings.length > 0)
      const misshapen = misshapenPlaces(String(sent.resourceType), sent)
      expect(misshapen.filter(place => !codesOf({ tellings, ...result }).includes(`invalid-element ${place}`))).toEqual([])
    }), { numRuns: 600 })
  })

  it('is no matter for what has its right shape: each is given back as it came', () => {
    const codes = resources.flatMap(resource => codesOf(mapBody(resource)))
    expect(codes.filter(code => code.startsWith('invalid-element'))).toEqual([])
  })
})

describe('what is left when the misshapen is gone', () => {
  const patient = { resourceType: 'Patient', id: 'p' }
  const mapped = (part: object): object => mapBody({ ...patient, ...part }).tellings[0]?.resource as object

  it.each([
    ['no empty list', { name: ['陈'] }, 'name'], ['no empty object', { maritalStatus: { text: 5 } }, 'maritalStatus'],
    ['no null that nothing stands beside', { photo: [null] }, 'photo'],
  ])('%s', (_, part, element) => {
    expect(mapped(part)).not.toHaveProperty(element)
  })

  it('stands beside what it stood beside', () => {
    const name = [{ given: ['a', 5, 'c', null, 'e'], _given: [null, null, { id: 'of-c' }, { id: 'alone' }, 7] }]
    expect(mapped({ name })).toMatchObject({
      name: [{ given: ['a', 'c', null, 'e'], _given: [null, { id: 'of-c' }, { id: 'alone' }, null] }],
    })
  })

  it('is a number where a sender wrote one as text, with a warning', () => {
    const { tellings, issues } = mapBody({
      resourceType: 'Observation', status: 'final', code: { text: 'x' }, subject: { reference: 'Patient/1' },
      valueQuantity: { value: '7.10' }, component: [{ code: { text: 'x' }, valueQuantity: { value: '约7' } }],
    })
    expect(tellings[0]?.resource).toMatchObject({ valueQuantity: { value: 7.1 }, component: [{ code: { text: 'x' } }] })
    expect(issues.map(({ severity, place }) => `${severity} ${place}`)).toEqual([
      'warning Observation.valueQuantity.value', 'error Observation.component[0].valueQuantity.value',
    ])
  })
})
