/**
 * Facts as they are kept. An archive's cost is the bytes that are read, and most of them say the same in every archive: codes,
 * flags, reference ranges, units, who performed. What recurs together is kept once, as a word, and a fact names its words.
 */
import { createHash } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import type { Fact } from '../model/fact'
import { encodeGlobalId } from '../model/globalId'
import { contentHash } from '../model/ids'
import { words, type KeptFact, type WordRow } from '../store/collections'
import type { Change, Store } from '../store/port'
import { frames, isCoded } from './frames'
import { keptKey } from './panels'
import { currentProjection } from './project'

export interface Vocabulary {
  /** A fact as it is kept, and the changes that keep the words of it that are not known to be in the store. */
  pack(fact: Fact): { readonly row: KeptFact; readonly words: readonly Change[] }
  /** To be told when those changes were committed. */
  kept(changes: readonly Change[]): void
  /** Whether all words of these are remembered, so that they are unpacked without the store. */
  knows(rows: readonly KeptFact[]): boolean
  /** The facts again, made in the rows themselves: rows are read anew each time. One store call where a word is not remembered. */
  unpack(rows: readonly KeptFact[]): Promise<readonly Fact[]>
}

type Elements = Record<string, unknown>
/** What a word says: elements of a record, and of the fact itself. */
interface Word { readonly record: Elements; readonly fact?: Pick<Fact, 'source' | 'institution'> }
/** The same as it is remembered: in lists, since each is put into many records. */
interface Known { readonly elements: readonly (readonly [string, unknown])[]; readonly fact?: Word['fact'] }

/** Elements that recur together, in one word each: nothing in them is one patient's own. */
const groups = {
  what: ['resourceType', 'status', 'intent', 'category', 'class', 'type', 'code', 'interpretation', 'referenceRange', 'method', 'priority',
    'clinicalStatus', 'verificationStatus', 'severity', 'medicationCodeableConcept', 'vaccineCode', 'route', 'site', 'questionnaire',
    'valueQuantity', 'component'],
  who: ['identifier', 'performer', 'resultsInterpreter', 'recorder', 'asserter', 'requester', 'author', 'informationSource',
    'serviceProvider', 'participant', 'location', 'managingOrganization'],
  how: ['dosageInstruction', 'dosage', 'dispenseRequest'],
} as const
const groupOf = new Map<string, keyof typeof groups>((['what', 'who', 'how'] as const).flatMap((group) =>
  groups[group].map((element) => [element, group] as const)))

/** Words remembered by a process: a city's codes, ranges and staff. */
const remembered = 200_000

export function createVocabulary(store: Store): Vocabulary {
  const values = new LRUCache<string, Known>({ max: remembered })
  /** The word of a text that the store is known to have. */
  const known = new LRUCache<string, string>({ max: remembered })

  function remember({ word, json }: WordRow): void {
    if (!values.has(word)) values.set(word, knownOf(JSON.parse(json) as Word))
    known.set(json, word)
  }

  return {
    pack(fact) {
      if (fact.type === 'Patient') return { row: { ...fact, record: withoutId(fact) }, words: [] }
      const { own, parts } = separate(fact)
      const named: string[] = []
      const fresh: Change[] = []
      for (const part of parts) {
        const json = JSON.stringify(part)
        const word = known.get(json) ?? wordOf(json)
        named.push(word)
        if (!known.has(json)) fresh.push({ verb: 'put', collection: words, row: { word, json } satisfies WordRow })
      }
      const { patient, type, time, id, projection } = fact
      return { row: { patient, type, time, id, projection, ...hashKey(fact), words: named, record: own }, words: fresh }
    },

    kept(changes) {
      for (const change of changes) if (change.collection === words && change.verb === 'put') remember(change.row as WordRow)
    },

    knows: (rows) => rows.every((row) => (row.words ?? []).every((word) => values.has(word))),

    async unpack(rows) {
      const missing = new Set<string>()
      for (const row of rows) for (const word of row.words ?? []) if (!values.has(word)) missing.add(word)
      const read = missing.size > 0 ? await store.getMany(words, [...missing].map((word) => [word])) : []
      read.forEach(remember)
      // One of an older projection is made anew by whoever reads it.
      return rows.map((row) => (row.projection === currentProjection ? join(row, values) : row as Fact))
    },
  }
}

/** What is the fact's own, and what it shares with many. */
function separate(fact: Fact): { own: Elements; parts: readonly Word[] } {
  const own: Elements = {}
  const shared = { what: {} as Elements, who: {} as Elements, how: {} as Elements }
  for (const [element, value] of Object.entries(withoutId(fact))) {
    const group = groupOf.get(element)
    const framed = frames[element]?.split(value)
    if (framed !== undefined && group !== undefined) {
      shared[group][element] = framed.frame
      own[element] = framed.values
    } else if (group !== undefined && frames[element] === undefined && isCoded(value)) shared[group][element] = value
    else own[element] = value
  }
  const { source, institution } = fact
  const who: Word = { fact: { source, ...(institution === undefined ? {} : { institution }) }, record: shared.who }
  return { own, parts: [{ record: shared.what }, who, ...(Object.keys(shared.how).length > 0 ? [{ record: shared.how }] : [])] }
}

function withoutId({ record }: Fact): Elements {
  const { id: _, ...rest } = record as unknown as Elements & { id?: string }
  return rest
}

const knownOf = ({ record, fact }: Word): Known => ({ elements: Object.entries(record), ...(fact === undefined ? {} : { fact }) })

function join(row: KeptFact, values: LRUCache<string, Known>): Fact {
  const fact = row as { -readonly [Field in keyof KeptFact]: KeptFact[Field] }
  const record = row.record as Elements
  for (const word of row.words ?? []) {
    const value = values.get(word)
    if (value === undefined) throw new Error('a word that a fact names is not in the store')
    if (value.fact !== undefined) {
      fact.source = value.fact.source
      fact.institution = value.fact.institution
    }
    for (const [element, told] of value.elements) {
      const own = record[element]
      record[element] = own === undefined ? told : frames[element]?.join(told, own) ?? told
    }
  }
  record['id'] = encodeGlobalId(row.type, row.patient, row.id)
  fact.words = undefined
  return row as Fact
}

/** The key of the same fact as it is kept, and what keeps facts of one key apart: hashes. */
export const hashKey = ({ same, apart }: Fact): Pick<Fact, 'same' | 'apart'> => ({
  ...(same === undefined ? {} : { same: keptKey(same) }),
  ...(apart === undefined ? {} : { apart: apart.map((part) => (part === '' ? '' : contentHash([part]).slice(0, 8))) }),
})

/** 72 bits of SHA-256: a city's words do not collide. */
const wordOf = (json: string) => createHash('sha256').update(json).digest('base64url').slice(0, 12)
