/** Who may open which resident's archive: reads what the decision needs, decides, and puts what was refused into the ledger. */
import DataLoader from 'dataloader'
import { decide, isInCare, type Audit, type Grant, type RelationSource } from '../access/index'
import { HutongError } from '../model/errors'
import { recordKey, throughMerges } from '../identity/index'
import type { Fact } from '../model/fact'
import { keyedHash } from '../model/ids'
import type { Asker } from '../model/viewer'
import { facts, residents, type ResidentRow } from '../store/collections'
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

export interface Admitter {
  /** Throws NOT_FOUND, in the same words and after the same work, for one who may not look and one who does not exist. */
  admit(asker: Asker, resident: string | undefined, operation?: string): Promise<Admission>
  /** Those of the residents whom the asker may see; looks at none of them. */
  visible(asker: Asker, rows: readonly ResidentRow[]): Promise<readonly Admission[]>
}

/** Newest encounters of one source patient among which a relation is sought. */
const mostEncounters = 200

export function createAdmitter({ store, vocabulary, audit, idKey, relationDays, relations, now }: AdmitOptions): Admitter {
  const residentRows = new DataLoader<string, ResidentRow | undefined>(async (ids) => {
    const found = new Map((await store.getMany(residents, ids.map((id) => [id]))).map((row) => [row.resident, row]))
    return ids.map((id) => found.get(id))
  }, { cache: false })
  const encounters = new DataLoader<string, readonly Fact[]>(async (patients) => {
    const found = await vocabulary.unpack(await store.find(facts, { where: { patient: { in: patients }, type: 'Encounter' }, limit: mostEncounters }))
    return patients.map((patient) => found.filter((fact) => fact.patient === patient))
  }, { cache: false })

  /** A resident who turned out to be another one is asked for by either id. */
  async function find(resident: string): Promise<ResidentRow | undefined> {
    const row = await throughMerges(resident, (each) => residentRows.load(each))
    return row === undefined || row.patients.length === 0 ? undefined : row
  }

  async function grantOf({ viewer, purpose }: Asker, row: ResidentRow, asked: string): Promise<Grant | undefined> {
    const relation = viewer.role === 'clinician' && await isRelated(row, viewer.institution)
    const self = 'resident' in viewer ? await selfOf(viewer.resident, row.resident, asked) : undefined
    return decide(viewer, purpose, { resident: row.resident, relation, ...(self === undefined ? {} : { self }) })
  }

  async function selfOf(self: string, resident: string, asked: string): Promise<string | undefined> {
    return self === resident || self === asked ? resident : (await find(self))?.resident
  }

  async function isRelated({ patients, withheld = [] }: ResidentRow, institution: string): Promise<boolean> {
    const since = new Date(now().getTime() - relationDays * 86_400_000).toISOString()
    const found = (await encounters.loadMany(patients)).map((each) => { if (each instanceof Error) throw each; return each })
    const shown = found.flat().filter((fact) => !withheld.includes(recordKey(fact)))
    if (isInCare(shown, institution, since)) return true
    for (const relation of relations) if (await relation({ patients, institution, since })) return true
    return false
  }

  /** A stranger's id costs what a stranger's archive costs, and leaves a row of the same kind. */
  const unknownRow = (resident: string): ResidentRow =>
    ({ resident, version: 0, patients: [`unknown:${keyedHash(idKey, ['unknown', resident])}`] })

  return {
    async admit(asker, asked, operation) {
      const row = await find(asked ?? '-')
      const known = row ?? unknownRow(asked ?? '')
      const grant = await grantOf(asker, known, asked ?? '')
      if (row !== undefined && grant !== undefined) return admissionOf(row, grant)
      await audit.record({ ...audit.begin(), resident: known.resident, patients: known.patients, asker, outcome: 'denied',
        asked: operation === undefined ? [] : [operation] })
      throw new HutongError('NOT_FOUND', 'There is no such resident, or you may not know of one.')
    },

    async visible(asker, rows) {
      const grants = await Promise.all(rows.map(async (row) => grantOf(asker, row, row.resident)))
      return rows.flatMap((row, index) => {
        const grant = grants[index]
        return grant === undefined ? [] : [admissionOf(row, grant)]
      })
    },
  }
}

const admissionOf = ({ resident, patients, withheld }: ResidentRow, grant: Grant): Admission =>
  ({ resident, patients, grant, ...(withheld === undefined ? {} : { withheld }) })
