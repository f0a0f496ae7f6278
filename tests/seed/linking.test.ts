/** What the synthetic district makes hard, and what linking makes of it. */
import { linkDistrict } from '../../bench/conformance/district'
import { people } from '../../seed/district'
import { rates } from '../../seed/heldAs'
import type { Person } from '../../seed/happenings'

const until = Date.parse('2026-11-20T10:00:00+08:00')
const everybody = [...people({ seed: 20261120, first: 1, count: 2000, span: { from: until - 10 * 365.25 * 86_400_000, until } })]
const share = (holds: (person: Person) => boolean, among: readonly Person[] = everybody) => among.filter(holds).length / among.length
const held = (holds: (own: Partial<Person>) => boolean) => (person: Person) => Object.values(person.heldAs ?? {}).some(holds)

describe('two thousand residents of the district', () => {
  it('have twins, namesakes of one day of birth, and the commonest names', () => {
    const children = everybody.filter(({ mother }) => mother !== undefined)
    expect(share(({ birthOrder }) => birthOrder !== undefined, children)).toBeGreaterThan(0.04)
    const named = new Map<string, number>()
    for (const { name, sex, birth } of everybody) named.set(`${name} ${sex} ${birth}`, (named.get(`${name} ${sex} ${birth}`) ?? 0) + 1)
    expect([...named.values()].filter(count => count > 1).length).toBeGreaterThan(3)
    expect(share(({ name }) => name === '陈伟' || name === '王芳')).toBeGreaterThan(0.005)
  })

  it('share telephones within families', () => {
    const uses = new Map<string, number>()
    for (const { phone, household } of everybody) uses.set(`${household} ${phone}`, (uses.get(`${household} ${phone}`) ?? 0) + 1)
    expect(share(({ phone, household }) => (uses.get(`${household} ${phone}`) ?? 0) > 1)).toBeGreaterThan(0.4)
  })

  it('are held under no number, a misread one or their mother\'s, another name, telephone, address or birth date, as often as is said', () => {
    const ofSystems = (rate: number) => 1 - (1 - rate) ** 4
    const near = (found: number, rate: number) => expect(Math.abs(found - ofSystems(rate))).toBeLessThan(0.25 * ofSystems(rate) + 0.005)
    near(share(held(({ identity }) => identity === '')), rates.numberMissing)
    near(share(held(({ phone }) => phone !== undefined)), rates.phoneOther)
    near(share(held(({ street }) => street !== undefined)), rates.addressOld)
    expect(share(held(({ identity }) => (identity?.length ?? 0) > 0))).toBeGreaterThan(ofSystems(rates.numberMisread) * 0.7)
    expect(share(held(({ name }) => name !== undefined))).toBeGreaterThan(rates.renamed)
    expect(share(held(({ birth }) => birth !== undefined))).toBeGreaterThan(rates.birthMistyped)
  })

  it('are what they are, whatever a system holds of them', () => {
    expect(new Set(everybody.map(({ identity }) => identity)).size).toBe(everybody.length)
  })
})

it('linking makes no two of them one, finds nearly all their records, and asks little', async () => {
  const { patients, precision, recall, questions, mixed } = await linkDistrict({ residents: 160, years: 4 })
  expect(mixed).toEqual([])
  expect(precision).toBe(1)
  expect(recall).toBeGreaterThan(0.975)
  expect(questions / patients).toBeLessThan(0.04)
}, 60_000)
