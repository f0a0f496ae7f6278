import { blobs, events, tasks, type Task } from './collections'
import { keep, type Subject } from './storeContract'

const task = (id: string, status: string, lane: number, arrival: string, size = 1): Task => ({ id, status, lane, arrival, size })

export function tallying(subject: Subject): void {
  describe('tally', () => {
    beforeEach(() => keep(subject(), tasks, [
      task('a', 'open', 1, '1', 10), task('b', 'open', 2, '2', 20), task('c', 'done', 1, '3', 40), task('d', 'open', 1, '4', 80),
    ]))

    it('counts and sums by indexed fields, in the order of the groups', async () => {
      expect(await subject().tally(tasks, { where: {}, by: ['status', 'lane'], sum: 'size' })).toEqual([
        { by: { status: 'done', lane: 1 }, count: 1, sum: 40 },
        { by: { status: 'open', lane: 1 }, count: 2, sum: 90 },
        { by: { status: 'open', lane: 2 }, count: 1, sum: 20 },
      ])
    })
    it('counts what a where leaves', async () => {
      expect(await subject().tally(tasks, { where: { status: 'open', lane: { from: 2 } }, by: [] }))
        .toEqual([{ by: {}, count: 1, sum: 0 }])
      expect(await subject().tally(tasks, { where: { status: { in: ['done', 'open'] } }, by: ['status'], sum: 'lane' })).toEqual([
        { by: { status: 'done' }, count: 1, sum: 1 }, { by: { status: 'open' }, count: 3, sum: 4 },
      ])
    })
    it('gives no group where there is no row', async () => {
      expect(await subject().tally(tasks, { where: { status: 'none' }, by: [] })).toEqual([])
      expect(await subject().tally(tasks, { where: { status: { in: [] } }, by: ['lane'] })).toEqual([])
    })
    it('adds nothing for what is no number', async () => {
      expect(await subject().tally(tasks, { where: { status: 'open' }, by: [], sum: 'arrival' }))
        .toEqual([{ by: {}, count: 3, sum: 0 }])
      expect(await subject().tally(tasks, { where: { status: 'open' }, by: [], sum: 'absent' }))
        .toEqual([{ by: {}, count: 3, sum: 0 }])
    })
  })

  describe('what has no index is refused', () => {
    it.each([
      ['a field without index', () => subject().find(tasks, { where: { size: 1 }, limit: 1 })],
      ['a gap before the field', () => subject().find(events, { where: { patient: 'p', time: '2001' }, limit: 1 })],
      ['a range before an equality', () =>
        subject().find(events, { where: { patient: { prefix: 'p' }, type: 'lab' }, limit: 1 })],
      ['two ranges', () =>
        subject().find(events, { where: { patient: 'p', type: { prefix: 'l' }, time: { from: '' } }, limit: 1 })],
      ['a tally of it', () => subject().tally(tasks, { where: { size: 1 }, by: [] })],
      ['groups that the index does not hold', () => subject().tally(tasks, { where: { status: 'open' }, by: ['size'] })],
    ])('%s', async (_, ask) => {
      await expect(ask()).rejects.toMatchObject({ code: 'NO_INDEX' })
    })
    it('an empty range picks the index that goes on with the field', async () => {
      await keep(subject(), tasks, [task('a', 's', 1, '1'), task('b', 's', 1, '2')])
      const found = await subject().find(tasks, { where: { lane: 1, arrival: {} }, limit: 9 })
      expect(found.map(({ id }) => id)).toEqual(['b', 'a'])
    })
  })

  describe('bytes', () => {
    const bytes = Uint8Array.from({ length: 256 }, (_, i) => i)
    beforeEach(() => keep(subject(), blobs, [
      { id: 'a', kind: 'k', bytes }, { id: 'b', kind: 'k', bytes: bytes.subarray(3, 5), note: '空' },
      { id: 'c', kind: 'k', bytes: new Uint8Array() }, { id: 'd', kind: 'k' },
    ]))

    it('come back as they went in, by every verb', async () => {
      const whole = [
        { id: 'a', kind: 'k', bytes }, { id: 'b', kind: 'k', bytes: bytes.slice(3, 5), note: '空' },
        { id: 'c', kind: 'k', bytes: new Uint8Array() }, { id: 'd', kind: 'k' },
      ]
      expect(await subject().get(blobs, ['a'])).toEqual(whole[0])
      expect(await subject().getMany(blobs, [['d'], ['b']])).toEqual([whole[3], whole[1]])
      expect(await subject().find(blobs, { where: { kind: 'k' }, limit: 9 })).toEqual(whole)
      expect(await subject().find(blobs, { where: { id: { in: ['c', 'x', 'a'] } }, limit: 9 })).toEqual([whole[2], whole[0]])
      expect(await subject().find(blobs, { where: { kind: 'k' }, limit: 9, after: { id: 'c' } })).toEqual([whole[3]])
    })
    it('are left out when told to', async () => {
      expect(await subject().find(blobs, { where: { kind: 'k' }, limit: 2, withoutBytes: true }))
        .toEqual([{ id: 'a', kind: 'k' }, { id: 'b', kind: 'k', note: '空' }])
    })
    it('are a copy: what was kept does not change with the array', async () => {
      const mine = Uint8Array.of(1, 2, 3)
      const kept = keep(subject(), blobs, [{ id: 'e', kind: 'k', bytes: mine }])
      mine.fill(9)
      await kept
      expect((await subject().get(blobs, ['e']))?.bytes).toEqual(Uint8Array.of(1, 2, 3))
    })
  })
}
