import { setTimeout as pause } from 'node:timers/promises'
import { isHutongError } from '../model/errors'

/** What must not tell leaves at multiples of this, counted from when it was asked. */
const stepMs = 20

/**
 * NOT_FOUND leaves at an even time: the little by which looking for somebody who is there differs from looking for nobody is not
 * to be measured. What is found does not wait, unless `always`. Rejects as `work` does.
 */
export async function evenly<T>(work: () => Promise<T>, { always = false } = {}): Promise<T> {
  const begun = performance.now()
  try {
    const done = await work()
    if (always) await untilStep(begun)
    return done
  } catch (error) {
    if (always || (isHutongError(error) && error.code === 'NOT_FOUND')) await untilStep(begun)
    throw error
  }
}

async function untilStep(begun: number): Promise<void> {
  const due = begun + Math.ceil((performance.now() - begun) / stepMs) * stepMs
  // Timers keep whole milliseconds from when they are set, which would tell the fraction at which the work was done.
  const left = due - performance.now()
  if (left > 2) await pause(Math.floor(left) - 1)
  while (performance.now() < due) await new Promise<void>((resolve) => void setImmediate(resolve))
}
