/** What asks for somebody whom one may not see asks the store the same, writes the same and says the same as what asks for nobody. */
import { createAudit } from '../../src/access/index'
import { createArchive } from '../../src/archive/index'
import { createIdentity } from '../../src/identity/index'
import type { Encounter } from '../../src/model/fhir'
import type { Asker } from '../../src/model/viewer'
import type { Store } from '../../src/store/port'
import { centre, clinician, createWorld, fromInstitution, hospital, id, idKey, number, numberSystem, patient, person, resident as residentViewer, sources, steward, type World } from './world'

const source = 'first-hospital'
const chart = (name: string) => id(source, 'Patient', name)
const word = (minute: number) => ({ at: `2026-11-10T00:0${minute}:00.000Z`, by: 'steward-1', reason: 'seen the papers' })
const visit = (of: string): Encounter => ({ resourceType: 'Encounter', id: `e${of}`, status: 'finished', class: { code: 'IMP' }, meta: fromInstitution(hospital),
  subject: { reference: `Patient/${chart(of)}` }, period: { start: '2026-11-01', end: '2026-11-05' } })
/** Valid by its check digit, of nobody here. */
const nobodys = '440524188001010014'
const wrong: Asker = { ...steward, purpose: 'TREAT' }

describe('a refusal', () => {
  let world: World
  let calls: string[] = []
  /** Of the resident in question, of one who is asking, and of one who was merged away. */
  let [of, self, gone] = ['', '', '']

  const counting = (store: Store): Store => ({
    ...store,
    get: (collection, key) => (calls.push(`get ${collection.name}`), store.get(collection, key)),
    getMany: (collection, keys) => (calls.push(`getMany ${collection.name}`), store.getMany(collection, keys)),
    find: (collection, find) => (calls.push(`find ${collection.name}`), store.find(collection, find)),
    tally: (collection, tally) => (calls.push(`tally ${collection.name}`), store.tally(collection, tally)),
    commit: (commitId, changes, fence) => {
      calls.push(`commit ${changes.map(({ collection }) => collection.name).join()}`)
      return store.commit(commitId, changes, fence)
    },
  })

  beforeAll(async () => {
    world = await createWorld({ observe: () => undefined })
    const tell = (name: string, told: typeof person) => world.tell(source, chart(name), { resource: patient(source, name, told) }, { resource: visit(name) })
    await tell('1', person)
    await tell('2', { name: [{ text: '林建国' }], gender: 'male', birthDate: '1960-01-01' })
    await tell('3', { name: [{ text: '吴志强' }], gender: 'male', birthDate: '1971-01-01' })
    await tell('4', { name: [{ text: '吴志强' }], gender: 'male', birthDate: '1972-01-01' })
    ;[of, self] = await Promise.all(['1', '2'].map(async (name) => (await world.identity.residentOf(chart(name)))!)) as [string, string]
    const two = await Promise.all(['3', '4'].map(async (name) => (await world.identity.residentOf(chart(name)))!)) as [string, string]
    const now = await world.identity.mergeResidents(...two, word(1))
    gone = two.find((each) => each !== now)!
  })
  afterAll(() => world.close())

  /** By a gateway that has remembered nothing yet; the look is not the first of its day. What was asked of the store, in no order. */
  const ask = async (question: (archive: World['archive']) => Promise<unknown>, { store, archive }: World = world) => {
    await question(archive).catch(() => undefined)
    const counted = counting(store)
    const now = () => new Date('2026-11-20T02:00:00.000Z')
    const fresh = createArchive({ store: counted, identity: createIdentity({ store: counted, idKey }), audit: createAudit({ store: counted, now }), idKey, sources, now })
    calls = []
    const answer = await question(fresh).catch((refused: unknown) => refused)
    return { answer, calls: calls.toSorted() }
  }

  const askers: readonly (readonly [string, () => Asker])[] = [
    ['a resident', () => residentViewer(self)],
    ['an app', () => ({ viewer: { role: 'app', id: 'an-app', resident: self }, purpose: 'PATRQT' })],
    ['a clinician elsewhere', () => clinician(centre)],
    ['a source', () => ({ viewer: { role: 'source', id: 'a-system', source }, purpose: 'HOPERAT' })],
    ['a steward for another purpose', () => wrong],
  ]
  const questions: readonly (readonly [string, (asker: Asker) => (archive: World['archive'], who: 'there' | 'not there') => Promise<unknown>])[] = [
    ['by id', (asker) => (archive, who) => archive.open(asker, { resident: who === 'there' ? of : 'f'.repeat(32) })],
    ['by an id that was merged away', (asker) => (archive, who) => archive.open(asker, { resident: who === 'there' ? gone : 'f'.repeat(32) })],
    ['by number', (asker) => (archive, who) => archive.open(asker, { identifier: who === 'there' ? number : nobodys })],
    ['by number and system', (asker) => (archive, who) => archive.open(asker, { identifier: who === 'there' ? number : nobodys, system: numberSystem })],
    ['by a record', (asker) => (archive, who) => archive.fact(asker, { type: 'Encounter', patient: who === 'there' ? chart('1') : chart('nobody'), id: 'e1' })],
    ['by a name', (asker) => (archive, who) => archive.search(asker, who === 'there' ? '陈桂' : '欧阳', 5)],
    ['by a number in a search', (asker) => (archive, who) => archive.search(asker, who === 'there' ? number : nobodys, 5)],
  ]

  describe.each(askers)('of %s', (_, asker) => {
    it.each(questions)('who asks %s asks the same of the store, and says the same, as where nobody is', async (_question, asking) => {
      const question = asking(asker())
      const there = await ask((archive) => question(archive, 'there'))
      const notThere = await ask((archive) => question(archive, 'not there'))
      expect(there.calls).toContainEqual(expect.stringMatching(/^commit .*askings$/))
      expect(there).toEqual(notThere)
      expect([there.answer].flat().map((answer) => (answer as { code?: string }).code)).toEqual(Array.isArray(there.answer) ? [] : ['NOT_FOUND'])
    })
  })

  it('of a steward who asks for what is withheld asks the same as where nobody is', async () => {
    const own = await createWorld()
    await own.tell(source, chart('1'), { resource: patient(source, '1', person) })
    const resident1 = (await own.identity.residentOf(chart('1')))!
    await own.identity.reportNotMine({ resident: resident1, records: [{ patient: chart('1'), type: 'Patient', id: chart('1') }] }, word(1))
    const byNumber = (identifier: string) => ask((archive) => archive.open(steward, { identifier }), own)
    const byText = (text: string) => ask((archive) => archive.search(steward, text, 5), own)
    expect(await byNumber(number)).toEqual(await byNumber(nobodys))
    expect(await byText('陈桂')).toEqual(await byText('欧阳'))
    expect(await byText(number)).toEqual(await byText(nobodys))
    await own.close()
  })

  it('leaves no earlier than its step', async () => {
    const begun = performance.now()
    await world.archive.open(clinician(centre), { resident: of }).catch(() => undefined)
    expect(performance.now() - begun).toBeGreaterThanOrEqual(20)
  })

  it('is none for the hospital', async () => {
    await expect(world.archive.open(clinician(hospital), { identifier: number })).resolves.toBeDefined()
  })
})
