/** Who may open which resident's archive: reads what the decision needs, decides, and puts what was refused into the ledger. */
import DataLoader from 'dataloader'
import { askerKey, decide, isInCare, type Audit, type Grant, type RelationSource } from '../access/index'
import { HutongError } from '../model/errors'
import { recordKey, throughMerges } from '../identity/index'
import type { Fact } from '../model/fact'
import { keyedHash } from '../model/ids'
import type { Asker } from '../model/viewer'
import { facts, residents, words, type ResidentRow } from '../store/collections'
import type { Store } from '../store/port'
import type { Vocabulary } from './vocabulary'

export interface AdmitOptions {
  readonly store: Store
  readonly vocabulary: Vocabulary
  readonly audit: Audit
  readonly idKey: string
  /** Days after an encounter's end for which its institution may look. */
  readonly relationDays: number
  readonly relations: readonly RelationSource[]
  readonly now: () => Date
}

export interface Admission { readonly resident: string; readonly patients: readonly string[]; readonly grant: Grant; readonly withheld?: readonly string[] }

/** How it was asked for. */
export interface Asking {
  /** The operation's name, where it is a published one. */
  readonly operation?: string
  /** The field that asks, for the asker's own ledger; absent where that is written already. */
  readonly field?: string
}

export interface Admitter {
  /** Throws NOT_FOUND, in the same words and after the same work, for one who may not look and one who does not exist. */
  admit(asker: Asker, resident: string | undefined, asking: Asking & { readonly field: string }): Promise<Admission>
  /** Those of the residents whom the asker may see; looks at none of them. In the same calls of the store for any number, and for none. */
  visible(asker: Asker, rows: readonly ResidentRow[]): Promise<readonly Admission[]>
  /** The one resident whom the asker may see, where it can be no other; undefined where it can be any, null where it can be none. */
  onlyOne(asker: Asker): Promise<Admission | undefined | null>
}

/** Newest encounters of one source patient among which a relation is sought. */
const mostEncounters = 200
/** Reads of residents before a refusal: one who was merged away three times is asked for in no more than one who is not there. */
const readsOfRefusal = 4

/** Encounters of one source patient, and whether reading them took no words of the store. */
interface Visits { readonly facts: readonly Fact[]; readonly isShort: boolean }
interface Decided { readonly grant?: Grant; readonly isShort: boolean }

export function createAdmitter({ store, vocabulary, audit, idKey, relationDays, relations, now }: AdmitOptions): Admitter {
  const residentRows = new DataLoader<string, ResidentRow | undefined>(async (ids) => {
    const found = new Map((await store.getMany(residents, ids.map((id) => [id]))).map((row) => [row.resident, row]))
    return ids.map((id) => found.get(id))
  }, { cache: false })
  const encounters = new DataLoader<string, Visits>(async (patients) => {
    const rows = await store.find(facts, { where: { patient: { in: patients }, type: 'Encounter' }, limit: mostEncounters })
    const isShort = vocabulary.knows(rows)
    const found = await vocabulary.unpack(rows)
    return patients.map((patient) => ({ facts: found.filter((fact) => fact.patient === patient), isShort }))
  }, { cache: false })

  const currentRow = (resident: string) => throughMerges(resident, (each) => residentRows.load(each))

  async function decided({ viewer, purpose }: Asker, row: ResidentRow, asked: string): Promise<Decided> {
    const { relation, isShort } = viewer.role === 'clinician' ? await relationOf(row, viewer.institution) : { relation: false, isShort: false }
    const self = 'resident' in viewer ? await selfOf(viewer.resident, row.resident, asked) : undefined
    const grant = decide(viewer, purpose, { resident: row.resident, relation, ...(self === undefined ? {} : { self }) })
    return { isShort, ...(grant === undefined ? {} : { grant }) }
  }

  async function selfOf(self: string, resident: string, asked: string): Promise<string | undefined> {
    return self === resident || self === asked ? resident : (await currentRow(self))?.resident
  }

  async function relationOf({ patients, withheld = [] }: ResidentRow, institution: string) {
    const since = new Date(now().getTime() - relationDays * 86_400_000).toISOString()
    const found = (await encounters.loadMany(patients)).map((each) => { if (each instanceof Error) throw each; return each })
    const shown = found.flatMap((each) => each.facts).filter((fact) => !withheld.includes(recordKey(fact)))
    const isShort = found.every((each) => each.isShort)
    if (isInCare(shown, institution, since)) return { relation: true, isShort }
    for (const relation of relations) if (await relation({ patients, institution, since })) return { relation: true, isShort }
    return { relation: false, isShort }
  }

  /** Words of visits are read where they are not remembered: who is refused must not see by it that there were visits. */
  const readWords = (isShort: boolean) => (isShort ? store.getMany(words, [['-']]) : undefined)

  /** A stranger's id costs what a stranger's archive costs, and leaves a row of the same kind. */
  const unknownRow = (resident: string): ResidentRow =>
    ({ resident, version: 0, patients: [`unknown:${keyedHash(idKey, ['unknown', resident])}`] })

  return {
    async admit(asker, asked = '-', { operation, field }) {
      let reads = 0
      const load = (each: string) => {
        reads += 1
        return residentRows.load(each)
      }
      /** A resident who turned out to be another one is asked for by either id. */
      const row = await throughMerges(asked, load)
      const isThere = row !== undefined && row.patients.length > 0
      const known = isThere ? row : unknownRow(asked)
      const { grant, isShort } = await decided(asker, known, asked)
      if (isThere && grant !== undefined) return admissionOf(row, grant)
      await readWords(isShort)
      for (let read = reads; read < readsOfRefusal; read += 1) await residentRows.load('-')
      const refused = { resident: isThere ? row.resident : `nobody:${askerKey(asker)}`, patients: known.patients, asker, outcome: 'denied' as const }
      await Promise.all([audit.record({ ...audit.begin(), ...refused, asked: operation === undefined ? [] : [operation] }), audit.ask(asker, field)])
      throw new HutongError('NOT_FOUND', 'There is no such resident, or you may not know of one.')
    },

    async visible(asker, rows) {
      const some = rows.length > 0 ? rows : [unknownRow('-')]
      const all = await Promise.all(some.map((row) => decided(asker, row, row.resident)))
      if (asker.viewer.role === 'clinician') await readWords(all.every(({ isShort }) => isShort))
      return rows.flatMap((row, index) => {
        const grant = all[index]?.grant
        return grant === undefined ? [] : [admissionOf(row, grant)]
      })
    },

    async onlyOne({ viewer, purpose }) {
      if (!('resident' in viewer)) {
        return decide(viewer, purpose, { resident: '', relation: true }) === undefined ? null : undefined
      }
      const row = await currentRow(viewer.resident)
      const grant = row && decide(viewer, purpose, { resident: row.resident, self: row.resident, relation: false })
      return row === undefined || grant === undefined ? null : admissionOf(row, grant)
    },
  }
}

const admissionOf = ({ resident, patients, withheld }: ResidentRow, grant: Grant): Admission =>
  ({ resident, patients, grant, ...(withheld === undefined ? {} : { withheld }) })
