/** Whoever reads frames: one connection; or an upload. */
export interface FrameHolder {
  /** Lets go of its frame and of its connection. */
  giveWay(): void
}

interface Held { readonly bytes: number; readonly isWorked: boolean }

/**
 * The memory that MLLP frames take, of all connections of all listeners together. Where they hold more than `limit` bytes
 * (64 MB), the connection with the largest frame that is still coming gives way: it was not acknowledged, so that its sender
 * sends again. A frame that is being worked is never let go. Uploads have one of their own (journal.ts). So never more than the limit and one step of growth is held.
 */
export class FrameMemory {
  private readonly holders = new Map<FrameHolder, Held>()
  private sum = 0

  constructor(private readonly limit = 64_000_000) {}

  get held(): number {
    return this.sum
  }

  /** What a connection holds from now on; at 0 it is forgotten. */
  tell(holder: FrameHolder, bytes: number, isWorked = false): void {
    this.sum += bytes - (this.holders.get(holder)?.bytes ?? 0)
    if (bytes > 0) this.holders.set(holder, { bytes, isWorked })
    else this.holders.delete(holder)
    while (this.sum > this.limit) {
      const largest = this.largestComing()
      if (!largest) return
      this.tell(largest, 0)
      largest.giveWay()
    }
  }

  private largestComing(): FrameHolder | undefined {
    let largest: { holder: FrameHolder; bytes: number } | undefined
    for (const [holder, { bytes, isWorked }] of this.holders) {
      if (!isWorked && bytes > (largest?.bytes ?? 0)) largest = { holder, bytes }
    }
    return largest?.holder
  }
}
