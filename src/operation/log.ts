import pino from 'pino'
import { harmless } from '../model/harmless'

export type Log = pino.Logger

/**
 * Structured logs (JSON lines on standard error). Nothing personal is ever passed to them: ids in logs are keyed hashes;
 * `redact` is the second fence, not the first. What a terminal would obey is written out.
 */
export function createLog(level: string): Log {
  return pino({
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: { paths: ['authorization', '*.authorization', 'headers', '*.headers', 'body', '*.body', 'token', '*.token'], remove: true },
    serializers: { err: describeError },
    hooks: { streamWrite: harmless },
  }, pino.destination({ fd: 2, sync: false }))
}

/** An error without its message where it is not ours: a driver's message may quote a value. */
function describeError(error: unknown): object {
  if (!(error instanceof Error)) return { type: typeof error }
  const { code, place } = error as Error & { code?: string; place?: string }
  const own = error.name === 'HutongError'
  const where = error.stack?.split('\n').filter(line => line.startsWith('    at ')).slice(0, 8).map(line => line.trim())
  return { type: error.name, code, place, ...(own ? { message: error.message } : { where }) }
}
