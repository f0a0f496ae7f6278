import type { Condition } from '../../src/store/port'
import { events, mixed, tasks, terms, type Event, type Task } from './collections'
import { keep, type Subject } from './storeContract'

const event = (patient: string, type: string, time: string, id: string): Event => ({ patient, type, time, id })
const task = (id: string, status: string, lane: number, arrival: string, size = 1): Task => ({ id, status, lane, arrival, size })
const ids = (rows: readonly { id: string }[]): string => rows.map(({ id }) => id).join(' ')
const year = (n: number): string => `${2000 + n}-01-01T00:00:00.000Z`

export function finding(subject: Subject): void {
  const within = async (term: Condition): Promise<string[]> =>
    (await subject().find(terms, { where: { term }, limit: 99 })).map(row => row.term)

  describe('get and getMany', () => {
    it('gives a row as it was kept, nested values, Chinese and astral text included', async () => {
      const nested = { list: [1, null, 'x', { 深: true }], n: 0.1 }
      const row = { ...event('p', 't', year(1), '𠮷野'), note: '血红蛋白 "13.2"\n\u0000', nested }
      await keep(subject(), events, [row])
      expect(await subject().get(events, ['p', 't', year(1), '𠮷野'])).toEqual(row)
    })

    it('gives nothing for what is missing, and no error', async () => {
      await keep(subject(), tasks, [task('a', 's', 1, '1')])
      expect(await subject().get(tasks, ['b'])).toBeUndefined()
      expect(ids(await subject().getMany(tasks, [['c'], ['a'], ['b']]))).toBe('a')
      expect(await subject().getMany(tasks, [])).toEqual([])
    })

    it('gives many in the order of their keys, as often as they are named', async () => {
      await keep(subject(), tasks, Array.from({ length: 700 }, (_, i) => task(`t${i}`, 's', i, 'a')))
      const keys = Array.from({ length: 700 }, (_, i) => [`t${(i * 37) % 700}`])
      expect((await subject().getMany(tasks, [...keys, ['t1']])).map(({ id }) => [id])).toEqual([...keys, ['t1']])
      await keep(subject(), events, [event('p', 't', year(1), 'a'), event('p', 't', year(2), 'b')])
      expect(ids(await subject().getMany(events, [['p', 't', year(2), 'b'], ['p', 't', year(1), 'b'], ['p', 't', year(1), 'a']])))
        .toBe('b a')
    })

    it('tells the number 1 from the string "1"', async () => {
      await keep(subject(), mixed, [{ a: 'x', b: 1, id: 'number' }, { a: 'x', b: '1', id: 'string' }])
      expect(ids(await subject().find(mixed, { where: { a: 'x', b: 1 }, limit: 9 }))).toBe('number')
      expect(ids(await subject().find(mixed, { where: { a: 'x', b: '1' }, limit: 9 }))).toBe('string')
      expect(ids(await subject().find(mixed, { where: { a: 'x', b: { from: 0 } }, limit: 9 }))).toBe('number')
      expect(ids(await subject().find(mixed, { where: { a: 'x', b: { below: '9' } }, limit: 9 }))).toBe('string')
      expect(await subject().get(mixed, ['x', '1', 'number'])).toBeUndefined()
    })

    it('refuses a key of the wrong length', async () => {
      await expect(subject().get(events, ['p', 't'])).rejects.toMatchObject({ code: 'BAD_ARGUMENT' })
    })
  })

  describe('find: order', () => {
    beforeEach(() => keep(subject(), events, [
      event('p', 'lab', year(3), 'c'), event('p', 'lab', year(1), 'a'), event('p', 'lab', year(3), 'b'),
      event('p', 'lab', year(2), 'd'),
      event('p', 'visit', year(9), 'v'), event('q', 'lab', year(9), 'w'),
    ]))

    it('goes along the key, fields with - from the greatest down', async () => {
      expect(ids(await subject().find(events, { where: { patient: 'p', type: 'lab' }, limit: 9 }))).toBe('b c d a')
    })
    it('goes against it when told to', async () => {
      expect(ids(await subject().find(events, { where: { type: 'lab', patient: 'p' }, order: 'backward', limit: 3 })))
        .toBe('a d c')
    })
    it('takes at most the limit, and nothing of none', async () => {
      expect(ids(await subject().find(events, { where: { patient: 'p' }, limit: 2 }))).toBe('b c')
      expect(await subject().find(events, { where: { patient: 'p' }, limit: 0 })).toEqual([])
    })
    it('goes through the whole collection when nothing is asked', async () => {
      expect(ids(await subject().find(events, { where: {}, limit: 9 }))).toBe('b c d a v w')
    })
    it('goes by a declared index, the key behind it', async () => {
      await keep(subject(), tasks, [
        task('3', 'open', 1, 'b'), task('2', 'open', 1, 'b'), task('1', 'open', 2, 'a'), task('4', 'done', 1, 'c'),
      ])
      expect(ids(await subject().find(tasks, { where: { status: 'open' }, limit: 9 }))).toBe('2 3 1')
      expect(ids(await subject().find(tasks, { where: { lane: 1 }, limit: 9 }))).toBe('4 2 3')
      expect(ids(await subject().find(tasks, { where: { status: 'open', lane: 1, arrival: 'b', id: '3' }, limit: 9 }))).toBe('3')
    })
    it('sorts strings by code point, not by UTF-16 unit, and numbers by value before strings', async () => {
      const words = ['a', 'Z', '张', '\uff5e', '𠮷', 'é', '', '10', '9']
      await keep(subject(), mixed, [...words, 10, 9, -1, 0.5].map((b, i) => ({ a: 'x', b, id: `${i}` })))
      const inOrder = words.toSorted((one, other) => Buffer.compare(Buffer.from(one), Buffer.from(other)))
      expect(inOrder.indexOf('\uff5e')).toBeLessThan(inOrder.indexOf('𠮷'))
      expect((await subject().find(mixed, { where: { a: 'x' }, limit: 99 })).map(({ b }) => b))
        .toEqual([-1, 0.5, 9, 10, ...inOrder])
    })
  })

  describe('find: in', () => {
    beforeEach(() => keep(subject(), events, ['p', 'q', 'r'].flatMap(patient => ['lab', 'visit'].flatMap(type =>
      [1, 2, 3].map(n => event(patient, type, year(n), `${patient}${type[0]}${n}`))))))

    it('gives up to the limit for each combination, in the order of the lists', async () => {
      const where = { type: { in: ['visit', 'lab'] }, patient: { in: ['r', 'nobody', 'p'] } }
      const found = await subject().find(events, { where, limit: 2 })
      expect(ids(found)).toBe('rv3 rv2 rl3 rl2 pv3 pv2 pl3 pl2')
    })
    it('goes with equality, ranges and the other direction', async () => {
      const where = { patient: 'q', type: { in: ['lab', 'visit'] }, time: { above: year(1) } }
      expect(ids(await subject().find(events, { where, order: 'backward', limit: 1 }))).toBe('ql2 qv2')
    })
    it('takes a value that is named twice once, and gives nothing for an empty list', async () => {
      expect(ids(await subject().find(events, { where: { patient: { in: ['p', 'p'] }, type: 'lab' }, limit: 1 }))).toBe('pl3')
      expect(await subject().find(events, { where: { patient: { in: [] }, type: 'lab' }, limit: 9 })).toEqual([])
    })
    it('takes long lists', async () => {
      const many = Array.from({ length: 1000 }, (_, i) => `x${i}`)
      expect(ids(await subject().find(events, { where: { patient: { in: [...many, 'q', 'p'] }, type: 'lab' }, limit: 1 })))
        .toBe('ql3 pl3')
    })
  })

  describe('find: prefix and range', () => {
    const kept = ['张', '张三', '张三丰', '李四', 'zhang', 'zhangsan', 'zhao',
      '\ud7ff', '\ud7ffx', '\ue000', '𠮷', '𠮷田', '𠮸', '\u{10ffff}', '\u{10ffff}x']
    beforeEach(() => keep(subject(), terms, kept.map(term => ({ term, patient: 'p' }))))

    it.each(['张', '张三', 'zh', 'zhang', '\ud7ff', '𠮷', '\u{10ffff}', '', 'nobody'])('finds what begins with %j', async prefix => {
      expect((await within({ prefix })).toSorted()).toEqual(kept.filter(term => term.startsWith(prefix)).toSorted())
    })
    it('keeps within from, to, above and below', async () => {
      expect(await within({ from: 'zhang', below: 'zhao' })).toEqual(['zhang', 'zhangsan'])
      expect(await within({ above: 'zhang', to: 'zhao' })).toEqual(['zhangsan', 'zhao'])
      expect(await within({ below: 'zhangsan' })).toEqual(['zhang'])
    })
    it('goes with an order: the newest in a period', async () => {
      await keep(subject(), events, [1, 2, 3, 4].map(n => event('p', 'lab', year(n), `${n}`)))
      const where = { patient: 'p', type: 'lab', time: { from: year(2), to: year(3) } }
      expect(ids(await subject().find(events, { where, limit: 9 }))).toBe('3 2')
    })
    it('refuses a range whose ends are of two types', async () => {
      await expect(subject().find(mixed, { where: { a: 'x', b: { from: 1, to: '2' } }, limit: 1 }))
        .rejects.toMatchObject({ code: 'BAD_ARGUMENT' })
    })
  })
}
