import { setTimeout as pause } from 'node:timers/promises'
import { isHutongError } from '../model/errors'

/** A refusal leaves at a multiple of this, counted from when it was asked. */
const stepMs = 20

/**
 * NOT_FOUND leaves at an even time: the little by which looking for somebody who is there differs from looking for nobody is not
 * to be measured. What is found does not wait. Rejects as `work` does.
 */
export async function evenly<T>(work: () => Promise<T>): Promise<T> {
  const begun = performance.now()
  try {
    return await work()
  } catch (error) {
    if (isHutongError(error) && error.code === 'NOT_FOUND') await untilStep(begun, stepMs)
    throw error
  }
}

/** All that `work` answers leaves at a multiple of `step` milliseconds. */
export async function alwaysEvenly<T>(work: () => Promise<T>, step = stepMs): Promise<T> {
  const begun = performance.now()
  try {
    return await work()
  } finally {
    await untilStep(begun, step)
  }
}

async function untilStep(begun: number, step: number): Promise<void> {
  const due = begun + Math.ceil((performance.now() - begun) / step) * step
  // Timers keep whole milliseconds from when they are set, which would tell the fraction at which the work was done.
  const left = due - performance.now()
  if (left >= 1) await pause(Math.floor(left))
  while (performance.now() < due) await new Promise<void>((resolve) => void setImmediate(resolve))
}
