import { encodeGlobalId } from '../../src/model/globalId'
import { asking, doctor, patient } from '../support/graphql/ask'
import type { Asker } from '../../src/model/viewer'

const id = encodeGlobalId('Resident', 'r1')
const record = encodeGlobalId('LaboratoryResult', 'p1', 'l0')
const declared = { yes: 'Boolean = true', no: 'Boolean = false', n: 'Int = 2' }

/** A query into the archive of `$id`, with those variables declared that it or its fragments use. */
const archive = (selection: string, fragments = ''): string => {
  const used = Object.entries(declared).filter(([name]) => new RegExp(`\\$${name}\\b`).test(selection + fragments))
  const variables = used.map(([name, type]) => `, $${name}: ${type}`).join('')
  return `query ($id: ID!${variables}) { resident(id: $id) { archive { ${selection} } } } ${fragments}`
}

/** Corners of the language in which engines differ; each must be answered alike. */
const corners: readonly (readonly [string, string, Record<string, unknown>?, Asker?])[] = [
  ['a field that is skipped by a variable', archive('laboratoryResults(first: $n) { nodes { id @skip(if: $yes) status @include(if: $yes) issued @skip(if: $no) } }')],
  ['a fragment that is included by a variable', archive('laboratoryResults(first: 2) { nodes { id ...F @include(if: $no) ...G @include(if: $yes) } }', 'fragment F on Observation { status } fragment G on Observation { issued }')],
  ['a field both skipped and selected', archive('laboratoryResults(first: 2) { nodes { status @skip(if: $yes) ...F } }', 'fragment F on Observation { id status }')],
  ['an inline fragment skipped around a selected field', archive('laboratoryResults(first: 2) { nodes { ... @skip(if: $yes) { code { text } } code { coding { code } } } }')],
  ['a list both included and not', archive('a: laboratoryResults(first: 1) @include(if: $yes) { totalCount } b: laboratoryResults(first: 1) @include(if: $no) { totalCount }')],
  ['a skipped field with resolver inside a fragment on the interface', archive('timeline(first: 3) { nodes { ... on ArchiveRecord @skip(if: $no) { time provenance @include(if: $no) { entry } } } }')],
  ['aliases', archive('x: conditions { n: totalCount } y: conditions { nodes { k: code { t: text } } }')],
  ['one field twice with different selections', archive('conditions { nodes { code { text } } nodes { id code { coding { code } } } }')],
  ['__typename everywhere', archive('__typename timeline(first: 4) { __typename nodes { __typename ... on Node { id } } edges { __typename node { __typename } } }')],
  ['a type condition that never fits', archive('medications { nodes { ... on MedicationRequest { status } } } allergies { nodes { ... on Node { id } } }')],
  ['a whole resource', `{ node(id: "${record}") { ... on ArchiveRecord { resource versions { resource } } } }`],
  ['several nodes, one of them unknown and one malformed', `{ nodes(ids: ["${id}", "${record}", "${encodeGlobalId('Resident', 'nobody')}", "%%"]) { __typename id } }`],
  ['a resident who is not there', `{ resident(id: "${encodeGlobalId('Resident', 'nobody')}") { id archive { conditions { totalCount } } } }`],
  ['an error in a required field', `{ resident(id: "${id}") { id archive { conditions(first: -1) { totalCount } laboratoryResults(first: 1) { totalCount } } } }`],
  ['an error beside an answer', `{ residents(search: "") { id } me { id } }`],
  ['a variable of the wrong type', archive('conditions(first: $n) { totalCount }'), { n: 'many' }],
  ['a missing variable', archive('conditions(first: $n) { totalCount }'), { id: null }],
  ['a wrong instant', 'query ($at: DateTime!) { me { resident { archive(asOf: $at) { asOf } } } }', { at: '2026-02-30T00:00:00Z' }, patient],
  ['an enum variable', 'query ($t: [RecordType!]) { me { resident { archive { timeline(types: $t, first: 2) { nodes { resourceType } } } } } }', { t: ['Encounter', 'VitalSign'] }, patient],
  ['an enum that does not exist', 'query ($t: [RecordType!]) { me { resident { archive { timeline(types: $t) { totalCount } } } } }', { t: ['Nothing'] }, patient],
  ['empty lists', archive('reports(code: "none") { nodes { id } edges { cursor } pageInfo { startCursor hasNextPage } totalCount }')],
  ['introspection', '{ __type(name: "Observation") { name fields { name type { kind name } } } }'],
]

describe('graphql-jit and graphql-js', () => {
  it.each(corners.map(corner => ({ of: corner[0], corner })))('answer alike: $of', async ({ corner: [, query, variables = {}, asker = doctor] }) => {
    const answers = await Promise.all((['jit', 'js'] as const).map(engine => asking(engine).ask(query, { id, ...variables }, asker)))
    expect(answers[0]!.result).toEqual(answers[1]!.result)
    expect(answers[0]!.json).toBe(answers[1]!.json)
  })
})
