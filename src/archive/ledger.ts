import type { Audit, AuditedLook } from '../access/index'
import type { Asking } from './admit'

/**
 * One look at an archive. It is written as soon as the archive is opened, with what the first tick asks for; what is asked
 * later is a further part of it. What was written is never changed.
 */
export class Ledger {
  private readonly asked: Set<string>
  private fresh: string[]
  private parts = 0
  /** Goes into the asker's own ledger, once. */
  private readonly field: string | undefined
  private next: Promise<void> | undefined
  private written: Promise<void>

  constructor(private readonly audit: Audit, private readonly look: Omit<AuditedLook, 'asked' | 'part'>, { operation, field }: Asking) {
    this.field = field
    this.fresh = operation === undefined ? [] : [operation]
    this.asked = new Set(this.fresh)
    this.written = this.write()
  }

  /** Resolves when the look is durable with these record sets among what was asked. */
  async note(recordSets: readonly string[]): Promise<void> {
    const fresh = recordSets.filter((each) => !this.asked.has(each))
    for (const each of fresh) this.asked.add(each)
    this.fresh.push(...fresh)
    if (fresh.length > 0 && this.next === undefined) this.written = awaited(Promise.all([this.written, this.write()]).then(() => undefined))
    return this.written
  }

  audited(): Promise<void> {
    return this.written
  }

  private write(): Promise<void> {
    const writing = endOfTick().then(async () => {
      this.next = undefined
      const [asked, part] = [this.fresh, this.parts]
      this.fresh = []
      this.parts += 1
      const own = part === 0 && this.field !== undefined ? this.audit.ask(this.look.asker, this.field) : undefined
      await Promise.all([this.audit.record({ ...this.look, asked, part }), own])
    })
    this.next = writing
    return awaited(writing)
  }
}

/** Whoever reads waits for it and fails with it; where nobody reads, nothing is shown. */
function awaited(writing: Promise<void>): Promise<void> {
  writing.catch(() => undefined)
  return writing
}

/** When all that is asked in one go has been asked: behind the promises that are ready. */
const endOfTick = () => new Promise<void>((resolve) => void Promise.resolve().then(() => process.nextTick(resolve)))
