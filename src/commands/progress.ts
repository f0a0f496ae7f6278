import { SingleBar } from 'cli-progress'

/** A bar for each file; silent where nobody watches. */
export function progressBar(shown: boolean) {
  const bar = new SingleBar({ format: '{name}  {bar} {percentage}%  {records} records', stream: process.stderr, clearOnComplete: false, hideCursor: true })
  let current = ''
  return {
    update(name: string, done: number, of: number, records: number): void {
      if (!shown) return
      if (name !== current) {
        bar.stop()
        bar.start(of, done, { name, records })
        current = name
      } else bar.update(done, { records })
    },
    stop: () => bar.stop(),
  }
}
