import { lanes, tasks, type Lane } from './collections'
import { keep, newId, type Subject } from './storeContract'

const rows = (n: number): Lane[] => Array.from({ length: n }, (_, lane) => ({ lane, last: 0 }))
const numbers = (claimed: { rows: readonly Lane[] }): number[] => claimed.rows.map(({ lane }) => lane)

export function claiming(subject: Subject, patience: number): void {
  const claim = (n: number, now: number, until: number, token?: string): Promise<{ token: string; rows: Lane[] }> =>
    subject().claim(lanes, { where: {}, n, now, until, ...(token === undefined ? {} : { token }) })

  describe('claim', () => {
    beforeEach(() => keep(subject(), lanes, rows(5)))

    it('takes up to n in order, and what is taken is nobody else\'s', async () => {
      const one = await claim(2, 0, 100)
      const other = await claim(9, 0, 100)
      expect([numbers(one), numbers(other)]).toEqual([[0, 1], [2, 3, 4]])
      expect(one.token).not.toBe(other.token)
      expect(numbers(await claim(1, 99, 200))).toEqual([])
    })
    it('gives the rows without anything of the lease', async () => {
      expect((await claim(1, 0, 100)).rows).toEqual([{ lane: 0, last: 0 }])
      expect(await subject().get(lanes, [0])).toEqual({ lane: 0, last: 0 })
    })
    it('takes over what has run out', async () => {
      await claim(3, 0, 100)
      expect(numbers(await claim(9, 50, 200))).toEqual([3, 4])
      expect(numbers(await claim(9, 100, 200))).toEqual([0, 1, 2])
    })
    it('renews under its token, first of all, and then takes free ones', async () => {
      const other = await claim(1, 0, 100)
      const mine = await claim(2, 0, 100)
      expect(numbers(await claim(3, 100, 300, mine.token))).toEqual([1, 2, 0])
      expect(numbers(await claim(9, 200, 400, other.token))).toEqual([3, 4])
    })
    it('lets go when renewed to an instant that is over', async () => {
      const mine = await claim(5, 0, 1000)
      await claim(5, 10, 10, mine.token)
      expect(numbers(await claim(9, 10, 1000))).toEqual([0, 1, 2, 3, 4])
    })
    it('does not renew what another has taken over', async () => {
      const slow = await claim(5, 0, 100)
      await claim(2, 100, 200)
      expect(numbers(await claim(9, 150, 300, slow.token))).toEqual([2, 3, 4])
    })
    it('keeps the lease when its row is put', async () => {
      const mine = await claim(1, 0, 100)
      const put = { verb: 'put', collection: lanes, row: { lane: 0, last: 7 } } as const
      await subject().commit(newId(), [put], { collection: lanes, key: [0], token: mine.token })
      expect(numbers(await claim(9, 50, 100))).toEqual([1, 2, 3, 4])
      expect(await subject().get(lanes, [0])).toEqual({ lane: 0, last: 7 })
    })
    it('takes only what the question names', async () => {
      expect(numbers(await subject().claim(lanes, { where: { lane: { from: 1, below: 3 } }, n: 9, now: 0, until: 1 })))
        .toEqual([1, 2])
      expect(numbers(await subject().claim(lanes, { where: { lane: { in: [4, 0] } }, n: 9, now: 0, until: 1 }))).toEqual([0, 4])
      expect(numbers(await subject().claim(lanes, { where: { lane: { in: [] } }, n: 9, now: 0, until: 1 }))).toEqual([])
    })
    it('never gives a row to two of 50 that ask at once', async () => {
      await keep(subject(), lanes, rows(120))
      const claims = await Promise.all(Array.from({ length: 50 }, () => claim(3, 0, 100)))
      const taken = claims.flatMap(numbers)
      expect(taken).toHaveLength(120)
      expect(new Set(taken).size).toBe(120)
      expect(new Set(claims.map(({ token }) => token)).size).toBe(50)
    }, patience)
    it('refuses a collection without leases, a count that is none, and a question without index', async () => {
      await expect(subject().claim(tasks, { where: {}, n: 1, now: 0, until: 1 })).rejects.toMatchObject({ code: 'BAD_ARGUMENT' })
      await expect(claim(-1, 0, 1)).rejects.toMatchObject({ code: 'BAD_ARGUMENT' })
      await expect(subject().claim(lanes, { where: { last: 0 }, n: 1, now: 0, until: 1 }))
        .rejects.toMatchObject({ code: 'NO_INDEX' })
    })
  })
}
