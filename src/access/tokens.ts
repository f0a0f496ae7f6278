import { createHash } from 'node:crypto'
import { SignJWT, errors, jwtVerify } from 'jose'
import { LRUCache } from 'lru-cache'
import { z } from 'zod'
import { HutongError } from '../model/errors'
import type { Asker, Viewer } from '../model/viewer'

export interface Tokens {
  /**
   * A signed token for an asker; `expiresIn` as `12h`, `30 days`, or seconds. `page`: the secret of the page that the token is
   * for, and good with only. Throws BAD_ARGUMENT where it would live longer than a token may.
   */
  sign(asker: Asker, options: { readonly expiresIn: string | number; readonly page?: string }): Promise<string>
  /** Who asks. Throws UNAUTHENTICATED where the token is missing, malformed, expired, signed by another key, made for others, or too long-lived. */
  verify(token: string, page?: string): Promise<Asker>
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
const claims = z.object({
  viewer, purpose: z.enum(['TREAT', 'PATRQT', 'HOPERAT', 'COVERAGE']), aud: z.union([z.string(), z.array(z.string())]), iat: z.number(), exp: z.number(),
  /** SHA-256 of the page's secret. */
  page: z.string().optional(),
})

interface Verified { readonly asker: Asker; readonly until: number; readonly page: string | undefined }

/** How far the clock of whoever signs may be ahead of ours, in seconds. */
const clockSkew = 60

/**
 * Signs and reads viewers' tokens: JWT (RFC 7519) by HS256. `key`: at least 32 bytes of UTF-8, as RFC 7518 §3.2 asks.
 * `audience`: whom they are meant for; `longestHours`: from a token's making (iat) to its end (exp).
 * A token that was verified is remembered until it expires (at most 10,000 of them), so that a hit costs no signature.
 */
export function createTokens(options: { readonly key: string; readonly audience?: string; readonly longestHours?: number; readonly now?: () => Date }): Tokens {
  const key = new TextEncoder().encode(options.key)
  if (key.length < 32) throw new HutongError('CONFIGURATION', 'The key that signs tokens must have at least 32 bytes.')
  const { audience = 'hutong', longestHours = 24, now = () => new Date() } = options
  const rules: Rules = { key, audience, longest: longestHours * 3600 }
  const verified = new LRUCache<string, Verified>({ max: 10_000 })

  return {
    async sign(asker, { expiresIn, page }) {
      const seconds = Math.floor(now().getTime() / 1000)
      const life = typeof expiresIn === 'number' ? expiresIn : secondsOf(expiresIn)
      if (life > rules.longest) throw new HutongError('BAD_ARGUMENT', tooLong(rules), 'expiresIn')
      return new SignJWT({ viewer: asker.viewer, purpose: asker.purpose, ...page !== undefined && { page: hashOf(page) } })
        .setProtectedHeader({ alg: 'HS256', typ: 'JWT' }).setIssuer(issuer).setAudience(page === undefined ? audience : pagesOf(audience))
        .setIssuedAt(seconds).setExpirationTime(seconds + life).sign(key)
    },

    async verify(token, page) {
      let known = verified.get(token)
      if (known === undefined || now().getTime() >= known.until) {
        verified.delete(token)
        known = await readToken(token, rules, now())
        verified.set(token, known)
      }
      if (known.page !== undefined && (page === undefined || hashOf(page) !== known.page)) {
        throw unauthenticated('The token is good only in the page that it was made for.')
      }
      return known.asker
    },
  }
}

interface Rules {
  readonly key: Uint8Array
  readonly audience: string
  /** In seconds. */
  readonly longest: number
}

/** Tokens of a page have an audience of their own: who takes only the gateway's takes none of them. */
const pagesOf = (audience: string): string => `${audience}:ide`

const hashOf = (secret: string): string => createHash('sha256').update(secret).digest('base64url')

const tooLong = ({ longest }: Rules): string =>
  `A token is good for at most ${longest / 3600} hours, from iat to exp: take a shorter one, or raise --token-hours (HUTONG_TOKEN_HOURS).`

async function readToken(token: string, rules: Rules, now: Date): Promise<Verified> {
  try {
    const { payload } = await jwtVerify(token, rules.key, {
      algorithms: ['HS256'], issuer, audience: [rules.audience, pagesOf(rules.audience)], requiredClaims: ['iat', 'exp'], currentDate: now,
    })
    const told = claims.safeParse(payload)
    if (!told.success) throw unauthenticated('The token does not say who asks, and why, as it must.')
    const { viewer: asks, purpose, aud, iat, exp, page } = told.data
    if (iat > now.getTime() / 1000 + clockSkew) throw unauthenticated('The token was made in the future (iat): are the clocks right?')
    if (exp - iat > rules.longest) throw unauthenticated(tooLong(rules))
    // A page's token that names no page is good with none.
    const bound = [aud].flat().includes(rules.audience) ? undefined : page ?? ''
    return { asker: { viewer: asks satisfies Viewer, purpose }, until: exp * 1000, page: bound }
  } catch (error) {
    if (error instanceof errors.JWTExpired) throw unauthenticated('The token has expired.')
    if (error instanceof errors.JWTClaimValidationFailed) throw unauthenticated(wrongClaim(error.claim, rules))
    if (error instanceof errors.JOSEError) {
      throw unauthenticated('The token is malformed or signed by no key that is known here.')
    }
    throw error
  }
}

/** What is wrong with a token that is signed by the right key. */
function wrongClaim(claim: string, { audience }: Rules): string {
  if (claim === 'aud') return `The token is meant for others: its audience (aud) must be "${audience}".`
  if (claim === 'iat' || claim === 'exp') return 'The token must say when it was made (iat) and when it ends (exp).'
  return `The token's claim "${claim}" is not what it must be.`
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
