import type { Audit, AuditedLook } from '../access/index'

/**
 * One look at an archive. It is written as soon as the archive is opened, with what the first tick asks for; what is asked
 * later is added to the same rows.
 */
export class Ledger {
  private readonly shown = new Set<string>()
  private readonly refused = new Set<string>()
  private readonly operation: readonly string[]
  /** What is refused is a look of its own, where something else is shown. */
  private readonly refusal: Pick<AuditedLook, 'look' | 'at'>
  private next: Promise<void> | undefined
  private written: Promise<void>

  constructor(private readonly audit: Audit, private readonly look: Omit<AuditedLook, 'asked'>, operation?: string) {
    this.refusal = audit.begin()
    this.operation = operation === undefined ? [] : [operation]
    this.written = this.write()
  }

  /** Resolves when the look is durable with these record sets among what was asked. */
  note(recordSets: readonly string[]): Promise<void> {
    return this.add(this.shown, recordSets)
  }

  /** What the asker may not see is never among what was shown, and where nothing was, the look was refused. `audited` waits for it. */
  refuse(part: string): void {
    void this.add(this.refused, [part])
  }

  audited(): Promise<void> {
    return this.written
  }

  private add(known: Set<string>, parts: readonly string[]): Promise<void> {
    const fresh = parts.filter((each) => !known.has(each))
    for (const each of fresh) known.add(each)
    if (fresh.length > 0 && this.next === undefined) this.written = this.write()
    return this.written
  }

  private write(): Promise<void> {
    const writing = endOfTick().then(async () => {
      this.next = undefined
      await Promise.all(this.looks().map((look) => this.audit.record(look)))
    })
    this.next = writing
    // Whoever reads waits for it and fails with it; where nobody reads, nothing is shown.
    writing.catch(() => undefined)
    return writing
  }

  private looks(): AuditedLook[] {
    const { operation, look } = this
    const [shown, refused] = [[...operation, ...this.shown], [...operation, ...this.refused]]
    if (this.refused.size === 0) return [{ ...look, asked: shown }]
    if (this.shown.size === 0) return [{ ...look, asked: refused, outcome: 'denied' }]
    return [{ ...look, asked: shown }, { ...look, ...this.refusal, asked: refused, outcome: 'denied' }]
  }
}

/** When all that is asked in one go has been asked: behind the promises that are ready. */
const endOfTick = () => new Promise<void>((resolve) => void Promise.resolve().then(() => process.nextTick(resolve)))
