/**
 * Long loops give the event loop to others in between: whoever has worked for as long as one may waits in a row, and one is
 * let on in each turn of the loop. So no hold is longer than `longest`, one step of a loop, and what others do in that turn.
 */

/** Milliseconds from one turn of the event loop to the next: what is written in one is one transaction, so that fewer are dearer. */
const longest = 20

/** To be awaited between two steps of a long loop. A step should take a millisecond or less. */
export type Turn = () => Promise<void> | undefined

export interface Clock { readonly now: () => number; readonly later: (action: () => void) => void }

/** One for a process: who waits, waits for all of them. */
export function createTurns({ now, later }: Clock): Turn {
  const waiting: (() => void)[] = []
  let since = -Infinity
  const next = (): void => {
    since = now()
    waiting.shift()?.()
    if (waiting.length > 0) later(next)
  }
  return () => {
    if (now() - since < longest) return undefined
    return new Promise(resolve => {
      waiting.push(resolve)
      if (waiting.length === 1) later(next)
    })
  }
}

export const turn: Turn = createTurns({ now: () => performance.now(), later: action => void setImmediate(action) })

/** The items one after the other, with turns between them, if any are to be given. */
export async function eachInTurn<T>(items: Iterable<T>, step: (item: T) => void, give: Turn | undefined): Promise<void> {
  for (const item of items) {
    step(item)
    const wait = give?.()
    if (wait) await wait
  }
}

/** Bytes that are copied or hashed at a stroke: about a millisecond. */
export const stroke = 1_000_000

/** A copy in memory of its own. */
export async function copyInTurns(bytes: Uint8Array, give: Turn = turn): Promise<Uint8Array<ArrayBuffer>> {
  const copy = new Uint8Array(bytes.byteLength)
  for (let at = 0; at < bytes.byteLength; at += stroke) {
    copy.set(bytes.subarray(at, at + stroke), at)
    await give()
  }
  return copy
}
