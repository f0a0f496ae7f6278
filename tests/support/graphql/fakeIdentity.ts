/** Answers of the shapes that identity gives; who is whom is tested where it is decided (tests/stories, tests/identity). */
import type { Gateway } from '../../../src/graphql/context'
import type { ResidentLink } from '../../../src/model/link'

type FakeIdentity = Gateway['identity']
type ReviewRow = Awaited<ReturnType<FakeIdentity['decideReview']>>

const at = '2026-11-04T08:00:00.000Z'
const evidence = [{ feature: 'birthDate:same', weight: 14.3 }, { feature: 'phone:same', weight: 15.9 }]

const review = (more: Partial<ReviewRow> = {}): ReviewRow => ({
  review: 'review-1', status: 'open', kind: 'possible', patient: 'p1', other: 'p2', at, probability: 0.97, evidence, against: ['name-differs'], rule: 'test/1', ...more,
})
const link: ResidentLink = {
  patient: 'p1', resident: 'r1', at, grade: 'certain', rule: 'test/1', by: 'machine', evidence: ['birthDate:same'], weights: evidence,
}
const features = { numbers: [], identifiers: [], names: [{ script: 'han', family: '陈', given: '桂芳' }], birthDate: '1956-03-04', phones: [], emails: [], places: [] } as const

export const fakeIdentity: FakeIdentity = {
  reviewQueue: async () => [review()],
  subjectsOf: async patients => patients.map(patient => ({ patient, source: 'first-hospital', resident: 'r1', features })),
  decideReview: async (_, verdict, { reason }) => review({ status: verdict, reason }),
  mergeResidents: async one => one,
  splitPatient: async () => 'r2',
  linkHistory: async () => [link],
  crossReference: async () => [{ resident: 'r1', patients: [{ source: 'first-hospital', patient: 'p1' }] }],
  match: async () => [{ resident: 'r1', patients: [{ source: 'first-hospital', patient: 'p1' }], grade: 'possible', probability: 0.6, evidence, against: [] }],
  reportNotMine: async (_, { reason }) => review({ kind: 'not-mine', other: '', reason }),
}
