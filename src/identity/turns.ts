/** Runs what is asked under one key one after the other, in the order of asking; without a key, at once. */
export type Turns = <T>(key: string | undefined, run: () => Promise<T>) => Promise<T>

export function createTurns(): Turns {
  const last = new Map<string, Promise<unknown>>()
  return async (key, run) => {
    if (key === undefined) return run()
    const mine = (last.get(key) ?? Promise.resolve()).then(run, run)
    last.set(key, mine)
    try {
      return await mine
    } finally {
      if (last.get(key) === mine) last.delete(key)
    }
  }
}
