import type { Log } from './ports'

/**
 * Warnings that a peer can cause in any number. The first of a cause is logged; the others are counted, and told in one line
 * when `tell` is called.
 */
export class Notes {
  private readonly counts = new Map<string, { message: string; count: number }>()

  constructor(private readonly log: Log, private readonly fields: object) {}

  add(cause: string, message: string, fields: object = {}): void {
    const known = this.counts.get(cause)
    if (known) known.count += 1
    else {
      this.counts.set(cause, { message, count: 1 })
      this.log.warn({ ...this.fields, ...fields }, message)
    }
  }

  /** How often each cause came, where it came again; after it all are new. */
  tell(): void {
    for (const { message, count } of this.counts.values()) if (count > 1) this.log.warn({ ...this.fields, count }, message)
    this.counts.clear()
  }
}
