import * as fc from 'fast-check'
import { events, tasks, type Event, type Task } from './collections'
import { keep, newId, type Subject } from './storeContract'

const event = (patient: string, type: string, time: string, id: string): Event => ({ patient, type, time, id })
const task = (id: string, status: string, lane: number, arrival: string): Task => ({ id, status, lane, arrival, size: 1 })
const ids = (rows: readonly { id: string }[]): string => rows.map(({ id }) => id).join(' ')
const year = (n: number): string => `${2000 + n}-01-01T00:00:00.000Z`

export function paging(subject: Subject): void {
  describe('find: pages', () => {
    it('meets each row once, whatever the page, the direction and equal values', async () => {
      const rows = Array.from({ length: 40 }, (_, i) => event('p', `t${i % 3}`, year(i % 4), `${i}`.padStart(2, '0')))
      await keep(subject(), events, rows)
      for (const order of ['forward', 'backward'] as const) {
        for (const limit of [1, 7, 40]) {
          const whole = await subject().find(events, { where: { patient: 'p' }, order, limit: 99 })
          expect(await pages(limit, after => subject().find(events, { where: { patient: 'p' }, order, limit, ...behind(after) })))
            .toEqual(whole)
          expect(whole).toHaveLength(40)
        }
      }
    })
    it('goes on within a period', async () => {
      await keep(subject(), events, [1, 2, 3, 4, 5].map(n => event('p', 'lab', year(n), `${n}`)))
      const where = { patient: 'p', type: 'lab', time: { below: year(5), from: year(2) } }
      expect(ids(await subject().find(events, { where, limit: 9, after: event('p', 'lab', year(4), '4') }))).toBe('3 2')
      expect(ids(await subject().find(events, { where, limit: 9, after: event('p', 'lab', year(9), '9') }))).toBe('4 3 2')
    })
    it('needs only the fields of key and index, and not that the row is still there', async () => {
      await keep(subject(), tasks, [1, 2, 3].map(n => task(`${n}`, 's', 7, `${n}`)))
      await subject().commit(newId(), [{ verb: 'remove', collection: tasks, key: ['2'] }])
      expect(ids(await subject().find(tasks, { where: { lane: 7 }, limit: 9, after: { id: '2', arrival: '2' } }))).toBe('1')
      await expect(subject().find(tasks, { where: { lane: 7 }, limit: 9, after: { id: '2' } }))
        .rejects.toMatchObject({ code: 'BAD_ARGUMENT' })
    })
    it('stays true while rows come and go: none twice, none of the old ones missed', async () => {
      const old = Array.from({ length: 60 }, (_, i) => event('p', 'lab', year(i), `old${i}`))
      await keep(subject(), events, old)
      let n = 0
      const met = await pages(7, async after => {
        const page = await subject().find(events, { where: { patient: 'p', type: 'lab' }, limit: 7, ...behind(after) })
        n++
        await keep(subject(), events, [event('p', 'lab', year(60 + n), `newer${n}`),
          event('p', 'lab', `1990-01-${10 + n}`, `older${n}`)])
        return page
      })
      const seen = met.map(({ id }) => id)
      expect(new Set(seen).size).toBe(seen.length)
      expect(seen.filter(id => id.startsWith('old') && !id.startsWith('older'))).toEqual(old.map(({ id }) => id).toReversed())
      expect(seen.some(id => id.startsWith('newer'))).toBe(false)
    })
    it('is refused together with in', async () => {
      await expect(subject().find(events, { where: { patient: { in: ['p', 'q'] } }, limit: 1, after: event('p', 't', '', '') }))
        .rejects.toMatchObject({ code: 'BAD_ARGUMENT' })
    })
  })

  describe('find: as a filter and a sort would answer', () => {
    it('for any rows and any question', async () => {
      const text = fc.constantFrom('a', 'b', '张', '𠮷', '\uff5e')
      const row = fc.record({ patient: text, type: text, time: text, id: text })
      const range = fc.oneof(fc.record({ from: text, below: text }), fc.record({ above: text }), fc.record({ to: text }))
      const bound = fc.oneof(range, text.map(prefix => ({ prefix })))
      const kept = fc.array(row, { maxLength: 30 })
      await fc.assert(fc.asyncProperty(kept, text, text, bound, fc.boolean(), async (rows, patient, type, time, back) => {
        const now = await subject().find(events, { where: {}, limit: 999 })
        await subject().commit(newId(), now.map(old =>
          ({ verb: 'remove', collection: events, key: [old.patient, old.type, old.time, old.id] })))
        await keep(subject(), events, rows)
        const order = back ? 'backward' : 'forward'
        const found = await subject().find(events, { where: { patient, type, time }, limit: 99, order })
        expect(found).toEqual(expected(rows, patient, type, time, back))
      }), { numRuns: 40 })
    })
  })
}

const behind = (after?: Event): { after?: Event } => after ? { after } : {}

async function pages(limit: number, next: (after?: Event) => Promise<Event[]>): Promise<Event[]> {
  const met: Event[] = []
  for (let after: Event | undefined; ; after = met.at(-1)) {
    const page = await next(after)
    met.push(...page)
    if (page.length < limit) return met
  }
}

const compare = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b))

function expected(rows: readonly Event[], patient: string, type: string, time: object, back: boolean): Event[] {
  const { from, above, to, below, prefix } = time as Record<string, string | undefined>
  const kept = [...new Map(rows.map(row => [JSON.stringify([row.patient, row.type, row.time, row.id]), row])).values()]
    .filter(row => row.patient === patient && row.type === type)
    .filter(row => (from === undefined || compare(row.time, from) >= 0) && (above === undefined || compare(row.time, above) > 0)
      && (to === undefined || compare(row.time, to) <= 0) && (below === undefined || compare(row.time, below) < 0)
      && (prefix === undefined || row.time.startsWith(prefix)))
    .toSorted((a, b) => compare(b.time, a.time) || compare(a.id, b.id))
  return back ? kept.toReversed() : kept
}
