/** What stewards and systems are shown beside archives is in the ledger of whom it is about, before it is shown. */
import { HutongError } from '../../src/model/errors'
import type { Asker } from '../../src/model/viewer'
import { asking, fakeArchive, steward, system, valueAt } from '../support/graphql/ask'

const reviewId = Buffer.from(JSON.stringify(['2026-11-04T08:00:00.000Z', 'review-1'])).toString('base64url')

const asked: readonly (readonly [string, string, readonly string[], Asker?])[] = [
  ['the issues of a record in quarantine', '{ quarantinedEntry(id: "entry-1") { issues { code } } }', ['issues']],
  ['a record, masked', '{ quarantinedEntry(id: "entry-1") { bytes } }', ['bytes, masked']],
  ['a record as it came', '{ quarantinedEntry(id: "entry-1") { bytes(reason: " the sender asks why ") } }', ['bytes, because: the sender asks why']],
  ['records of a page', '{ quarantine(first: 1) { nodes { bytes } } }', ['bytes, masked']],
  ['a trace', '{ trace(source: "first-hospital", key: "MSG1") { id } }', ['trace']],
  ['a record that is worked again', 'mutation { replayQuarantined(id: "entry-1") { id } }', ['replayQuarantined']],
  ['links', '{ linkHistory(patient: "p1") { at } }', ['linkHistory']],
  ['open questions, their patients asked for or not', '{ reviewQueue { evidence { feature } } }', ['Patient', 'reviewQueue']],
  ['a question that is decided', `mutation { decideReview(id: "${reviewId}", verdict: cut, reason: "two people") { patients { features } } }`, ['Patient', 'decideReview']],
  ['a cross-reference', '{ crossReference(identifier: { system: "s", value: "v" }) { resident } }', ['Patient', 'crossReference']],
  ['a match', '{ match(person: {}) { resident } }', ['Patient', 'match']],
  ['a match to a source', '{ match(person: {}) { resident } }', ['Patient', 'match'], system],
]

describe.each(asked.map(([what, query, words, asker = steward]) => ({ what, query, words, asker })))('$what', ({ query, words, asker }) => {
  it('is a look at the resident', async () => {
    const archive = fakeArchive()
    const { result } = await asking('js', { archive }).ask(query, {}, asker)
    expect(result.errors).toBeUndefined()
    expect(archive.lookedAt).toEqual([{ residents: ['r1'], asked: words }])
  })

  it('is not shown where the look cannot be written', async () => {
    const archive = fakeArchive()
    archive.ledger = () => Promise.reject(new HutongError('STORE_UNAVAILABLE', 'The store cannot be reached.'))
    const { result } = await asking('js', { archive }).ask(query, {}, asker)
    expect(result.errors?.map(({ extensions }) => extensions['code'])).toEqual(['STORE_UNAVAILABLE'])
    expect(Object.values(result.data ?? {}).every(each => each === null)).toBe(true)
  })
})

describe('the bytes of a record in quarantine', () => {
  const bytes = async (args: string, archive = fakeArchive()) => {
    const { result } = await asking('js', { archive }).ask(`{ quarantinedEntry(id: "entry-1") { bytes${args} } }`, {}, steward)
    return { codes: result.errors?.map(({ extensions }) => extensions['code']), text: result.data?.['quarantinedEntry'] && Buffer.from(String(valueAt(result, 'quarantinedEntry', 'bytes')), 'base64').toString() }
  }

  it('are masked without a reason, and as they came with one', async () => {
    expect([(await bytes('')).text, (await bytes('(reason: null)')).text, (await bytes('(reason: "why")')).text]).toEqual(['MSH|x', 'MSH|x', 'MSH|陈'])
  })

  it.each(['', '  ', 'x'.repeat(501)])('are refused for a reason that is none: "%s"', async reason => {
    const archive = fakeArchive()
    expect((await bytes(`(reason: "${reason}")`, archive)).codes).toEqual(['BAD_ARGUMENT'])
    expect(archive.lookedAt).toEqual([])
  })
})
