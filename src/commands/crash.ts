import type { CrashPoint } from '../intake'

/** For tests of what a crash leaves behind: the process kills itself at the point that HUTONG_CRASH_AT names. */
export function crashAt(): ((point: CrashPoint) => void) | undefined {
  const at = process.env['NODE_ENV'] === 'test' ? process.env['HUTONG_CRASH_AT'] : undefined
  return at === undefined ? undefined : point => void (point === at && process.kill(process.pid, 'SIGKILL'))
}
