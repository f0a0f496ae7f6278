import { SignJWT, errors, jwtVerify } from 'jose'
import { LRUCache } from 'lru-cache'
import { z } from 'zod'
import { HutongError } from '../model/errors'
import type { Asker, Viewer } from '../model/viewer'

/** The key of the demo's tokens. It is public: a gateway that others can reach must refuse it (`isDemoKey`). */
export const demoKey = 'hutong-demo-key-which-everybody-knows'
export const isDemoKey = (key: string): boolean => key === demoKey

export interface Tokens {
  /** A signed token for an asker; `expiresIn` as `12h`, `30 days`, or seconds. */
  sign(asker: Asker, options: { readonly expiresIn: string | number }): Promise<string>
  /** Who asks. Throws UNAUTHENTICATED where the token is missing, malformed, expired or signed by another key. */
  verify(token: string): Promise<Asker>
}

const issuer = 'hutong'
/** No store keeps a NUL or half a surrogate pair in a key. */
const id = z.string().min(1).max(128).regex(/^[^\0\p{Cs}]+$/u)
const viewer = z.discriminatedUnion('role', [
  z.strictObject({ role: z.literal('resident'), id, resident: id }),
  z.strictObject({ role: z.literal('clinician'), id, institution: id }),
  z.strictObject({ role: z.literal('source'), id, source: id }),
  z.strictObject({ role: z.literal('steward'), id }),
  z.strictObject({ role: z.literal('app'), id, resident: id }),
])
const claims = z.object({ viewer, purpose: z.enum(['TREAT', 'PATRQT', 'HOPERAT', 'COVERAGE']), exp: z.number() })

interface Verified { readonly asker: Asker; readonly until: number }

/**
 * Signs and reads viewers' tokens: JWT (RFC 7519) by HS256. `key`: at least 32 bytes of UTF-8, as RFC 7518 §3.2 asks.
 * A token that was verified is remembered until it expires (at most 10,000 of them), so that a hit costs no signature.
 */
export function createTokens(options: { readonly key: string; readonly now?: () => Date }): Tokens {
  const key = new TextEncoder().encode(options.key)
  if (key.length < 32) throw new HutongError('CONFIGURATION', 'The key that signs tokens must have at least 32 bytes.')
  const now = options.now ?? (() => new Date())
  const verified = new LRUCache<string, Verified>({ max: 10_000 })

  return {
    async sign(asker, { expiresIn }) {
      const seconds = Math.floor(now().getTime() / 1000)
      return new SignJWT({ viewer: asker.viewer, purpose: asker.purpose })
        .setProtectedHeader({ alg: 'HS256', typ: 'JWT' }).setIssuer(issuer).setIssuedAt(seconds)
        .setExpirationTime(seconds + (typeof expiresIn === 'number' ? expiresIn : secondsOf(expiresIn))).sign(key)
    },

    async verify(token) {
      const known = verified.get(token)
      if (known !== undefined && now().getTime() < known.until) return known.asker
      verified.delete(token)
      const read = await readToken(token, key, now())
      verified.set(token, read)
      return read.asker
    },
  }
}

async function readToken(token: string, key: Uint8Array, now: Date): Promise<Verified> {
  try {
    const { payload } = await jwtVerify(token, key, { algorithms: ['HS256'], issuer, currentDate: now })
    const told = claims.safeParse(payload)
    if (!told.success) throw unauthenticated('The token does not say who asks, and why, as it must.')
    return { asker: { viewer: told.data.viewer satisfies Viewer, purpose: told.data.purpose }, until: told.data.exp * 1000 }
  } catch (error) {
    if (error instanceof errors.JWTExpired) throw unauthenticated('The token has expired.')
    if (error instanceof errors.JOSEError) {
      throw unauthenticated('The token is malformed or signed by no key that is known here.')
    }
    throw error
  }
}

const unauthenticated = (message: string) => new HutongError('UNAUTHENTICATED', message)

const units: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 }

function secondsOf(span: string): number {
  const [, count, unit] = /^(\d+)\s*([smhd])[a-z]*$/.exec(span) ?? []
  if (count === undefined || unit === undefined) {
    throw new HutongError('BAD_ARGUMENT', 'A span of time is a whole number of s, m, h or d: 12h, 30 days.', 'expiresIn')
  }
  return Number(count) * (units[unit] ?? 0)
}
