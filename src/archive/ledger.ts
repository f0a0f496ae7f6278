import type { Audit, AuditedLook } from '../access/index'
import type { Asking } from './admit'

/** What was asked and shown, or asked and refused: two looks, of which the second is only where something was refused. */
class Part {
  private readonly known = new Set<string>()
  private fresh: string[] = []
  private parts = 0

  constructor(private readonly look: () => Omit<AuditedLook, 'asked' | 'part'>, private readonly operation: readonly string[]) {}

  get isEmpty(): boolean {
    return this.fresh.length === 0
  }

  /** Whether anything of it is new. */
  add(asked: readonly string[]): boolean {
    const fresh = asked.filter((each) => !this.known.has(each))
    for (const each of fresh) this.known.add(each)
    this.fresh.push(...fresh)
    return fresh.length > 0
  }

  take(): AuditedLook {
    const [fresh, part] = [this.fresh, this.parts]
    this.fresh = []
    this.parts += 1
    return { ...this.look(), asked: part === 0 ? [...this.operation, ...fresh] : fresh, part }
  }
}

/**
 * One look at an archive. It is written as soon as the archive is opened, with what the first tick asks for; what is asked
 * later is a further part of it. What was written is never changed.
 */
export class Ledger {
  private readonly shown: Part
  private readonly refused: Part
  private isOpened = false
  private next: Promise<void> | undefined
  private written: Promise<void>

  /** `field` goes into the asker's own ledger, once. */
  constructor(private readonly audit: Audit, private readonly look: Omit<AuditedLook, 'asked' | 'part'>, { operation, field }: Asking) {
    const begun = operation === undefined ? [] : [operation]
    let refusal: ReturnType<Audit['begin']> | undefined
    this.shown = new Part(() => look, begun)
    this.refused = new Part(() => ({ ...look, ...(refusal ??= audit.begin()), outcome: 'denied' }), begun)
    this.written = this.write(field)
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

  private add(part: Part, asked: readonly string[]): Promise<void> {
    if (part.add(asked) && this.next === undefined) this.written = awaited(Promise.all([this.written, this.write()]).then(() => undefined))
    return this.written
  }

  private write(field?: string): Promise<void> {
    const writing = endOfTick().then(async () => {
      this.next = undefined
      const own = field === undefined ? undefined : this.audit.ask(this.look.asker, field)
      await Promise.all([...this.looks().map((look) => this.audit.record(look)), own])
    })
    this.next = writing
    return awaited(writing)
  }

  /** An archive that was opened was looked at, whatever is asked of it then, unless what is asked is refused. */
  private looks(): AuditedLook[] {
    const isFirst = !this.isOpened
    this.isOpened = true
    const shown = this.shown.isEmpty && !(isFirst && this.refused.isEmpty) ? [] : [this.shown.take()]
    return this.refused.isEmpty ? shown : [...shown, this.refused.take()]
  }
}

/** Whoever reads waits for it and fails with it; where nobody reads, nothing is shown. */
function awaited(writing: Promise<void>): Promise<void> {
  writing.catch(() => undefined)
  return writing
}

/** When all that is asked in one go has been asked: behind the promises that are ready. */
const endOfTick = () => new Promise<void>((resolve) => void Promise.resolve().then(() => process.nextTick(resolve)))
