/** Waiting that can be cut short: by new work, or for good. */
export interface Alarm {
  wake(): void
  stop(): void
  stopped(): boolean
  /** Until woken; at once where it was woken since the last sleep. */
  sleep(milliseconds: number): Promise<void>
  /** Cut short by `stop` only. */
  pause(milliseconds: number): Promise<void>
}

export function createAlarm(): Alarm {
  const waiting = new Set<{ end: () => void; pausing: boolean }>()
  let woken = false
  let stopped = false

  function wait(milliseconds: number, pausing: boolean): Promise<void> {
    return new Promise(resolve => {
      const waiter = { pausing, end }
      const timer = setTimeout(end, milliseconds)
      function end(): void {
        clearTimeout(timer)
        waiting.delete(waiter)
        resolve()
      }
      waiting.add(waiter)
    })
  }

  function wake(): void {
    woken = true
    for (const { end, pausing } of waiting) if (!pausing || stopped) end()
  }

  return {
    wake,
    stop() {
      stopped = true
      wake()
    },
    stopped: () => stopped,
    async sleep(milliseconds) {
      if (!woken && !stopped) await wait(milliseconds, false)
      woken = false
    },
    async pause(milliseconds) {
      if (!stopped) await wait(milliseconds, true)
    },
  }
}
