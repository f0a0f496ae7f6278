/**
 * Work that names a key in common goes one after the other, in the order in which it was asked for; all else goes at once. In
 * MongoDB, writers of one row do not wait for one another: one of them fails and starts again. Within a process that is not
 * left to chance.
 */
export class Turns {
  private readonly last = new Map<string, Promise<unknown>>()

  take<T>(keys: Iterable<string>, work: () => Promise<T>): Promise<T> {
    const named = [...new Set(keys)]
    const before = named.flatMap(key => this.last.get(key) ?? [])
    const mine = before.length === 0 ? work() : Promise.allSettled(before).then(work)
    for (const key of named) this.last.set(key, mine)
    const leave = (): void => {
      for (const key of named) if (this.last.get(key) === mine) this.last.delete(key)
    }
    mine.then(leave, leave)
    return mine
  }
}

export const rowTurn = (collection: string, id: unknown): string => `row ${collection} ${String(id)}`
