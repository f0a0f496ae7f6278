import { HutongError } from '../model/errors'

/** Records that one operation may go over: read, merged, filtered, each time anew. Four times what one archive may answer with. */
const mostGoneOver = 80_000

/** What a whole resource costs to read and compose, in facts: 40 µs and 8 kB. */
export const perTelling = 12

/**
 * Counts what one operation goes over in all archives that it opens. Prices are judged before anything is read and know no
 * archive's size; this knows it: many periods, codes or instants are nothing on a small archive, and seconds on the largest.
 */
export class Work {
  private done = 0

  constructor(private readonly most: number = mostGoneOver) {}

  /** Throws QUERY_TOO_COSTLY where it is more than one operation may. */
  spend(records: number): void {
    this.done += records
    if (this.done <= this.most) return
    throw new HutongError('QUERY_TOO_COSTLY', 'The operation goes over too many records: ask for fewer types, periods, codes, instants, pages of looks or residents at once.', undefined,
      { what: 'records', is: this.done, most: this.most })
  }
}
