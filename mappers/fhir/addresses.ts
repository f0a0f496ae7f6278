import type { MapperSource } from '../../src/model/source'
import type { Entry } from './entries'
import { settingsOf } from './settings'
import { isKnownType } from './types'

/** Which addresses of a record are the source's own, and which another server's. */
export interface Addresses {
  /** Whether an absolute URL lies under no base of the source. What is relative, or a URN, is the source's own. */
  isForeign(url: string): boolean
  /** The address, without a version, of an entry that is another server's; undefined where it is the source's own. */
  ofForeign(entry: Entry): string | undefined
}

/** The bases are those that the source's settings name; where they name none, the only base of the record's full URLs. */
export function readAddresses(entries: readonly Entry[], source: MapperSource): Addresses {
  const { baseUrls } = settingsOf(source)
  const used = new Set(entries.flatMap(({ fullUrl = '' }) => (isAbsolute(fullUrl) ? baseOf(fullUrl) ?? [] : [])))
  const named = baseUrls.map(url => normal(url).replace(/\/+$/, ''))
  const own = new Set(named.length === 0 && used.size === 1 ? used : named)
  const isForeign = (url: string): boolean => isAbsolute(url) && !own.has(baseOf(url) ?? '')
  const ofForeign = ({ fullUrl, url }: Entry): string | undefined => {
    const address = [fullUrl, literalIn(url ?? '') && url].find(each => each !== undefined && isForeign(each))
    return address === undefined ? undefined : unversioned(address).url
  }
  return { isForeign, ofForeign }
}

/** `http://…`, `//server/…`, but no URN: that names a thing, wherever it lies. */
export const isAbsolute = (url: string): boolean => /^(?!urn:)(?:[a-z][a-z\d+.-]*:|\/\/)/i.test(url)

/** The base of `<base>/Type/id` and `<base>/Type?search`; undefined for an address of another form. */
export function baseOf(url: string): string | undefined {
  const [, base, type] = /^(.*)\/([A-Z]\w+)(?:\/[A-Za-z0-9\-.]{1,64}(?:\/_history\/[^/]*)?|\?.*)$/.exec(url) ?? []
  return base !== undefined && isKnownType(type ?? '') ? normal(base) : undefined
}

/** Type and id of `Type/id`, under whatever base and in whatever version (FHIR R4, 2.3.0.1 literal references). */
export function literalIn(url: string): { readonly type: string; readonly id: string } | undefined {
  const [, type, id] = /(?:^|\/)([A-Z]\w+)\/([A-Za-z0-9\-.]{1,64})(?:\/_history\/[^/]*)?$/.exec(url) ?? []
  return type && id && isKnownType(type) ? { type, id } : undefined
}

/** A reference to one version points to its resource: the two apart. */
export function unversioned(reference: string): { readonly url: string; readonly version?: string } {
  const [, url, version] = /^([^?]*)\/_history\/([^/]*)$/.exec(reference) ?? []
  return url === undefined ? { url: reference } : { url, ...(version ? { version } : {}) }
}

/** The same for every way of writing a URL: scheme and server in lower case, no port that goes without saying. */
export function normal(url: string): string {
  if (!/^https?:/i.test(url) || !URL.canParse(url)) return url
  const { origin } = new URL(url)
  return `${origin}${url.replace(/^https?:\/*[^/?#]*/i, '')}`
}
