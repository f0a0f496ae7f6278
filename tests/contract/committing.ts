import type { Change } from '../../src/store/port'
import { counters, events, lanes, tasks, type Counter, type Task } from './collections'
import { keep, newId, type Subject } from './storeContract'

const task = (id: string, text = ''): Task => ({ id, status: 's', lane: 1, arrival: id, size: 1, text })
const insert = (row: Task): Change => ({ verb: 'insert', collection: tasks, row })
const put = (row: Task): Change => ({ verb: 'put', collection: tasks, row })
const remove = (id: string): Change => ({ verb: 'remove', collection: tasks, key: [id] })
const putIf = (version: number | null, row: Counter): Change => ({ verb: 'putIf', collection: counters, version, row })

export function committing(subject: Subject): void {
  const all = (): Promise<Task[]> => subject().find(tasks, { where: {}, limit: 999 })

  describe('commit: the changes', () => {
    it('inserts, and refuses what is there', async () => {
      expect(await subject().commit(newId(), [insert(task('a', 'first'))])).toEqual({ ok: true, repeated: false })
      expect(await subject().commit(newId(), [insert(task('a', 'second'))]))
        .toEqual({ ok: false, reason: 'conflict', collection: 'tasks', key: ['a'] })
      expect(await all()).toEqual([task('a', 'first')])
    })
    it('puts over what is there, and moves it in the indexes', async () => {
      await keep(subject(), tasks, [task('a')])
      await keep(subject(), tasks, [{ ...task('a', '改'), status: 'other' }])
      expect(await subject().find(tasks, { where: { status: 's' }, limit: 9 })).toEqual([])
      expect(await subject().find(tasks, { where: { status: 'other' }, limit: 9 }))
        .toEqual([{ ...task('a', '改'), status: 'other' }])
    })
    it('removes, also what is not there', async () => {
      await keep(subject(), tasks, [task('a'), task('b')])
      expect(await subject().commit(newId(), [remove('a'), remove('nobody')])).toEqual({ ok: true, repeated: false })
      expect(await all()).toEqual([task('b')])
    })
    it('puts only over the version it was told', async () => {
      const conflict = { ok: false, reason: 'conflict', collection: 'counters', key: ['c'] }
      const commit = (version: number | null, row: Counter): Promise<unknown> => subject().commit(newId(), [putIf(version, row)])
      expect(await commit(1, { id: 'c', version: 2, count: 0 })).toEqual(conflict)
      expect(await commit(null, { id: 'c', version: 1, count: 1 })).toEqual({ ok: true, repeated: false })
      expect(await commit(null, { id: 'c', version: 1, count: 9 })).toEqual(conflict)
      expect(await commit(1, { id: 'c', version: 2, count: 2 })).toEqual({ ok: true, repeated: false })
      expect(await commit(1, { id: 'c', version: 2, count: 9 })).toEqual(conflict)
      expect(await subject().get(counters, ['c'])).toEqual({ id: 'c', version: 2, count: 2 })
    })
    it('applies changes of one row in their order', async () => {
      await subject().commit(newId(), [insert(task('a', '1')), put(task('a', '2')), remove('a'), insert(task('a', '3'))])
      expect(await all()).toEqual([task('a', '3')])
    })
    it('keeps what the row was at the call', async () => {
      const row = task('a', 'before')
      const commit = subject().commit(newId(), [put(row)])
      row.text = 'after'
      await commit
      expect(await all()).toEqual([task('a', 'before')])
    })
    it('leaves out fields that are undefined', async () => {
      await keep(subject(), tasks, [{ ...task('a'), text: undefined }])
      expect(await all()).toEqual([{ id: 'a', status: 's', lane: 1, arrival: 'a', size: 1 }])
    })
  })

  describe('commit: all or nothing', () => {
    it('leaves nothing of a commit that lost', async () => {
      await keep(subject(), tasks, [task('taken', 'old')])
      const changes = [insert(task('a')), put(task('taken', 'new')), insert(task('b')), insert(task('taken'))]
      expect(await subject().commit(newId(), changes)).toMatchObject({ ok: false, reason: 'conflict', key: ['taken'] })
      expect(await all()).toEqual([task('taken', 'old')])
    })
    it('does no harm to the others that are written with it', async () => {
      await keep(subject(), tasks, [task('taken')])
      const outcomes = await Promise.allSettled([
        subject().commit(newId(), [insert(task('a'))]),
        subject().commit(newId(), [insert(task('b')), insert(task('taken'))]),
        subject().commit(newId(), [insert({ ...task('c'), lane: NaN })]),
        subject().commit(newId(), [insert(task('d'))]),
      ])
      expect(outcomes.map(outcome => outcome.status === 'fulfilled' ? outcome.value.ok : outcome.reason.code))
        .toEqual([true, false, 'BAD_ARGUMENT', true])
      expect((await all()).map(({ id }) => id)).toEqual(['a', 'd', 'taken'])
    })
    it('reads what it wrote, over collections', async () => {
      await subject().commit(newId(), [put(task('a')), putIf(null, { id: 'c', version: 1, count: 1 })])
      expect([await subject().get(tasks, ['a']), await subject().get(counters, ['c'])])
        .toEqual([task('a'), { id: 'c', version: 1, count: 1 }])
    })
  })

  describe('commit: repeated', () => {
    it('answers its first outcome and changes nothing', async () => {
      const id = newId()
      expect(await subject().commit(id, [insert(task('a'))])).toEqual({ ok: true, repeated: false })
      await subject().commit(newId(), [put(task('a', 'later'))])
      expect(await subject().commit(id, [insert(task('a'))])).toEqual({ ok: true, repeated: true })
      expect(await all()).toEqual([task('a', 'later')])
    })
    it('is applied once when many send it at once', async () => {
      const id = newId()
      const outcomes = await Promise.all(Array.from({ length: 20 }, () => subject().commit(id, [insert(task('a'))])))
      expect(outcomes.every(({ ok }) => ok)).toBe(true)
      expect(outcomes.filter(outcome => outcome.ok && !outcome.repeated)).toHaveLength(1)
    })
    it('may be tried again when it lost', async () => {
      await keep(subject(), tasks, [task('a')])
      const id = newId()
      expect(await subject().commit(id, [insert(task('a'))])).toMatchObject({ ok: false })
      await subject().commit(newId(), [{ verb: 'remove', collection: tasks, key: ['a'] }])
      expect(await subject().commit(id, [insert(task('a'))])).toEqual({ ok: true, repeated: false })
    })
    it('holds for a commit of nothing', async () => {
      const id = newId()
      expect(await subject().commit(id, [])).toEqual({ ok: true, repeated: false })
      expect(await subject().commit(id, [])).toEqual({ ok: true, repeated: true })
    })
  })

  describe('commit: races', () => {
    it('counts to 100 when 100 count at once and losers try again', async () => {
      await keep(subject(), counters, [{ id: 'c', version: 0, count: 0 }])
      await Promise.all(Array.from({ length: 100 }, async () => {
        for (;;) {
          const now = await subject().get(counters, ['c'])
          if (!now) throw new Error('the counter is gone')
          const next = { id: 'c', version: now.version + 1, count: now.count + 1 }
          if ((await subject().commit(newId(), [putIf(now.version, next)])).ok) return
        }
      }))
      expect(await subject().get(counters, ['c'])).toEqual({ id: 'c', version: 100, count: 100 })
    })
    it('lets one of many insert', async () => {
      const outcomes = await Promise.all(Array.from({ length: 30 }, (_, i) =>
        subject().commit(newId(), [insert(task('a', `${i}`))])))
      expect(outcomes.filter(({ ok }) => ok)).toHaveLength(1)
    })
  })

  describe('commit: fence', () => {
    it('is applied while the lease is held, and refused when another holds it', async () => {
      await keep(subject(), lanes, [{ lane: 1, last: 0 }])
      const mine = await subject().claim(lanes, { where: {}, n: 1, now: 0, until: 100 })
      const fence = { collection: lanes, key: [1], token: mine.token }
      expect(await subject().commit(newId(), [put(task('a'))], fence)).toEqual({ ok: true, repeated: false })
      const other = await subject().claim(lanes, { where: {}, n: 1, now: 200, until: 300 })
      expect(other.rows).toHaveLength(1)
      expect(await subject().commit(newId(), [put(task('b'))], fence))
        .toEqual({ ok: false, reason: 'lease-lost', collection: 'lanes', key: [1] })
      expect((await all()).map(({ id }) => id)).toEqual(['a'])
    })
    it('is refused for a lease that never was', async () => {
      await keep(subject(), lanes, [{ lane: 1, last: 0 }])
      for (const key of [[1], [2]]) {
        expect(await subject().commit(newId(), [], { collection: lanes, key, token: 'x' }))
          .toMatchObject({ ok: false, reason: 'lease-lost' })
      }
    })
    it('answers a repeated commit before it asks for the lease', async () => {
      await keep(subject(), lanes, [{ lane: 1, last: 0 }])
      const { token } = await subject().claim(lanes, { where: {}, n: 1, now: 0, until: 100 })
      const id = newId()
      await subject().commit(id, [put(task('a'))], { collection: lanes, key: [1], token })
      await subject().claim(lanes, { where: {}, n: 1, now: 200, until: 300 })
      expect(await subject().commit(id, [put(task('a'))], { collection: lanes, key: [1], token }))
        .toEqual({ ok: true, repeated: true })
    })
    it('is of no use on a collection without leases', async () => {
      await expect(subject().commit(newId(), [], { collection: events, key: ['p', 't', '', 'x'], token: 'x' }))
        .rejects.toMatchObject({ code: 'BAD_ARGUMENT' })
    })
  })
}
