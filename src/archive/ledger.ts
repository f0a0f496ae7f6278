import type { Audit, AuditedLook } from '../access/index'

/**
 * One look at an archive. It is written as soon as the archive is opened, with what the first tick asks for; what is asked
 * later is added to the same rows.
 */
export class Ledger {
  private readonly asked = new Set<string>()
  private next: Promise<void> | undefined
  private written: Promise<void>

  constructor(private readonly audit: Audit, private readonly look: Omit<AuditedLook, 'asked'>, operation?: string) {
    if (operation !== undefined) this.asked.add(operation)
    this.written = this.write()
  }

  /** Resolves when the look is durable with these record sets among what was asked. */
  async note(recordSets: readonly string[]): Promise<void> {
    const fresh = recordSets.filter((each) => !this.asked.has(each))
    for (const each of fresh) this.asked.add(each)
    if (fresh.length > 0 && this.next === undefined) this.written = this.write()
    return this.written
  }

  audited(): Promise<void> {
    return this.written
  }

  private write(): Promise<void> {
    const writing = endOfTick().then(async () => {
      this.next = undefined
      await this.audit.record({ ...this.look, asked: [...this.asked] })
    })
    this.next = writing
    // Whoever reads waits for it and fails with it; where nobody reads, nothing is shown.
    writing.catch(() => undefined)
    return writing
  }
}

/** When all that is asked in one go has been asked: behind the promises that are ready. */
const endOfTick = () => new Promise<void>((resolve) => void Promise.resolve().then(() => process.nextTick(resolve)))
