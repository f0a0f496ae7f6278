/**
 * Facts as they are kept. An archive's cost is the bytes that are read, and most of them say the same in every archive:
 * codes, flags, reference ranges, who performed. Each such element is kept once, as a word, and a fact names it.
 */
import { createHash } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import type { Fact } from '../model/fact'
import { encodeGlobalId } from '../model/globalId'
import { contentHash } from '../model/ids'
import { words, type KeptFact, type WordRow } from '../store/collections'
import type { Change, Store } from '../store/port'

export interface Vocabulary {
  /** A fact as it is kept, and the changes that keep the words of it that are not known to be in the store. */
  pack(fact: Fact): { readonly row: KeptFact; readonly words: readonly Change[] }
  /** To be told when those changes were committed. */
  kept(changes: readonly Change[]): void
  /** The facts again, made in the rows themselves: rows are read anew each time. One store call where a word is not remembered. */
  unpack(rows: readonly KeptFact[]): Promise<readonly Fact[]>
}

/** Elements whose values are drawn from few: nothing in them is one patient's own. */
const recurring = new Set([
  'category', 'class', 'type', 'serviceType', 'priority', 'serviceProvider', 'code', 'interpretation', 'referenceRange', 'method',
  'performer', 'resultsInterpreter', 'recorder', 'asserter', 'requester', 'author', 'informationSource', 'clinicalStatus',
  'verificationStatus', 'severity', 'medicationCodeableConcept', 'vaccineCode', 'dosageInstruction', 'dispenseRequest', 'route', 'site',
])

/** Words remembered by a process: a city's codes, ranges and staff. */
const remembered = 200_000

/** Shorter ones are cheaper in place; longer ones do not recur. */
const isWorthIt = (json: string) => json.length >= 40 && json.length <= 2000

export function createVocabulary(store: Store): Vocabulary {
  const values = new LRUCache<string, object>({ max: remembered })
  /** The word of a value that the store is known to have. */
  const known = new LRUCache<string, string>({ max: remembered })

  return {
    pack(fact) {
      const { id: _, ...rest } = fact.record as unknown as Readonly<Record<string, unknown>>
      const record: Record<string, unknown> = {}
      const named: Record<string, string> = {}
      const fresh: Change[] = []
      for (const [element, value] of Object.entries(rest)) {
        const json = recurring.has(element) && isCoded(value) ? JSON.stringify(value) : ''
        if (!isWorthIt(json)) record[element] = value
        else {
          const word = known.get(json) ?? wordOf(json)
          named[element] = word
          if (!known.has(json)) fresh.push({ verb: 'put', collection: words, row: { word, json } satisfies WordRow })
        }
      }
      return { row: { ...fact, ...hashKey(fact), record, words: named } as unknown as KeptFact, words: fresh }
    },

    kept(changes) {
      for (const change of changes) {
        if (change.collection === words && change.verb === 'put') remember(change.row as WordRow)
      }
    },

    async unpack(rows) {
      const missing = new Set<string>()
      for (const { words: named } of rows) for (const element in named) if (!values.has(named[element] ?? '')) missing.add(named[element] ?? '')
      if (missing.size > 0) for (const row of await store.getMany(words, [...missing].map((word) => [word]))) remember(row)
      return rows.map(expand)
    },
  }

  function remember({ word, json }: WordRow): void {
    if (!values.has(word)) values.set(word, JSON.parse(json) as object)
    known.set(json, word)
  }

  function expand(row: KeptFact): Fact {
    const record = row.record as unknown as Record<string, unknown>
    const named = row.words
    for (const element in named) record[element] = values.get(named[element] ?? '')
    record.id = encodeGlobalId(row.type, row.patient, row.id)
    return row
  }
}

/** The key of the same fact as it is kept: a hash of it. */
export const hashKey = ({ same }: Fact): { same?: string } => (same === undefined ? {} : { same: contentHash([same]).slice(0, 16) })

/** Text without a code is somebody's own words. */
function isCoded(value: unknown): boolean {
  if (Array.isArray(value)) return value.every(isCoded)
  return typeof value === 'object' && value !== null && !('text' in value && !('coding' in value || 'low' in value || 'high' in value || 'timing' in value))
}

/** 72 bits of SHA-256: a city's words do not collide. */
const wordOf = (json: string) => createHash('sha256').update(json).digest('base64url').slice(0, 12)
