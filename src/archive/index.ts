/** The read model of a resident's records, and its writing side: the only door to records. */
import type { Audit, RelationSource } from '../access/index'
import { recordKey, throughMerges, type Identity } from '../identity/index'
import { HutongError } from '../model/errors'
import type { SourceMapping } from '../model/mapping'
import type { Asker } from '../model/viewer'
import type { ServedPatient } from '../model/served'
import type { Fact } from '../model/fact'
import { encodeGlobalId } from '../model/globalId'
import { links, residents } from '../store/collections'
import type { Store } from '../store/port'
import { createAdmitter, type Admission, type Asking } from './admit'
import type { Archive, ArchiveWriter } from './api'
import { createCompleteness } from './completeness'
import { alwaysEvenly, evenly } from './evenly'
import { createFinder } from './find'
import { instant } from './filter'
import { createHistory } from './history'
import { endOf } from './instants'
import { Ledger } from './ledger'
import { createFactLoader, mostFacts } from './load'
import { OpenedArchive, type Shelf } from './open'
import { composePerson } from './person'
import { sourceContext } from './project'
import { createPreference } from './tellers'
import { createVocabulary, type Vocabulary } from './vocabulary'
import { Work } from './work'
import { createWriter } from './write'

export type * from './api'
export { compose } from './compose'
export { alwaysEvenly } from './evenly'
export { currentProjection, project, sourceContext } from './project'
export { Work } from './work'

export interface ArchiveOptions {
  readonly store: Store
  readonly identity: Identity
  readonly audit: Audit
  /** The deployment's key for ids and search keys. */
  readonly idKey: string
  readonly sources: ReadonlyMap<string, SourceMapping>
  /** Days after an encounter's end for which its institution may look; default 90. */
  readonly relationDays?: number
  /** Further reasons for which an institution may look. */
  readonly relations?: readonly RelationSource[]
  /** Facts that one archive may answer with; default 20,000. */
  readonly mostFacts?: number
  readonly now?: () => Date
}

const mostFound = 100

/**
 * A clinician's search looks at namesakes whom the clinician may not see, so its time goes by their number: this covers some
 * hundreds of them. Others' searches read of nobody but whom they may see.
 */
const searchStepMs = 100

export function createArchive(options: ArchiveOptions): Archive & ArchiveWriter {
  const { store, identity, audit, idKey, sources, now = () => new Date() } = options
  const vocabulary = createVocabulary(store)
  const shelf = createShelf(options, vocabulary, now)
  const { relationDays = 90, relations = [] } = options
  const admitter = createAdmitter({ store, vocabulary, audit, idKey, now, relationDays, relations })
  const persons = async (admission: Admission) => {
    const patients = await shelf.load({ owner: admission, patients: admission.patients, types: ['Patient'] })
    const withheld = new Set(admission.withheld)
    return patients.filter((fact) => !withheld.has(recordKey(fact))) as Fact<ServedPatient>[]
  }
  const finder = createFinder({ store, idKey, admitter, persons })

  function begin(asker: Asker, { resident, patients, grant }: Admission, asking: Asking): Ledger {
    const withheld = grant.withheld ? { withheld: true } : {}
    return new Ledger(audit, { ...audit.begin(), resident, patients, asker, outcome: 'shown', ...withheld }, asking)
  }

  const open = async (asker: Asker, who: Parameters<Archive['open']>[1],
    { asOf: told, work = new Work(), ...asking }: Asking & { readonly asOf?: string; readonly field: string; readonly work?: Work }) => {
    const asOf = instant(told, endOf, 'asOf')
    const resident = 'resident' in who ? who.resident : await finder.byIdentifier(who.identifier, who.system)
    const admission = await admitter.admit(asker, resident, asking)
    const patients = asOf === undefined ? admission.patients : await linkedBy(store, admission.patients, asOf)
    return new OpenedArchive(shelf, {
      resident: admission.resident, patients, patientsNow: admission.patients, grant: admission.grant,
      ledger: begin(asker, admission, asking), withheld: new Set(admission.withheld), work, ...(asOf === undefined ? {} : { asOf }),
    })
  }

  async function search(asker: Asker, text: string, limit: number) {
    const found = await finder.byText(asker, text, limit)
    const [shown] = await Promise.all([
      Promise.all(found.map(async (admission) => {
        const [patients] = await Promise.all([persons(admission), begin(asker, admission, { operation: 'search' }).note(['Patient'])])
        return { resident: admission.resident, person: composePerson(encodeGlobalId('Resident', admission.resident), patients, sources) }
      })),
      audit.ask(asker, 'residents'),
    ])
    return shown
  }

  return {
    ...createWriter({ store, vocabulary, idKey, sources }),
    open: (asker, who, asking = {}) => evenly(() => open(asker, who, { field: 'resident', ...asking })),
    async search(asker, text, limit) {
      if (!Number.isInteger(limit) || limit < 1 || limit > mostFound) {
        throw new HutongError('BAD_ARGUMENT', `\`limit\` must be a whole number from 1 to ${mostFound}.`, 'limit')
      }
      return alwaysEvenly(() => search(asker, text, limit), asker.viewer.role === 'clinician' ? searchStepMs : undefined)
    },
    async looked(asker, ids, asked, outcome = 'shown') {
      const rows = await store.getMany(residents, [...new Set(ids.length === 0 ? ['-'] : ids)].map((id) => [id]))
      const current = await Promise.all(rows.map(async (row) => (row.mergedInto === undefined ? row : throughMerges(row.mergedInto, (id) => store.get(residents, [id])))))
      const shown = new Map(current.flatMap((row) => (row === undefined ? [] : [[row.resident, row]])))
      const look = audit.begin()
      await Promise.all([
        ...[...shown.values()].map(({ resident, patients }) => audit.record({ ...look, resident, patients, asker, asked, outcome })),
        // What follows a comma is of one look, not the field's name.
        audit.ask(asker, asked.at(-1)?.split(',')[0] ?? 'looked'),
      ])
    },
    fact: (asker, { type, patient, id }, openOnce = (resident) => open(asker, { resident }, { field: 'node' })) => evenly(async () => {
      const resident = await identity.residentOf(patient)
      const archive = await openOnce(resident ?? patient)
      const found = await archive.node(type, patient, id).catch(async (error: unknown) => {
        await archive.audited()
        throw error
      })
      return { ...found, archive }
    }),
  }
}

/**
 * Of those who are the resident now, the ones that were anybody's then: what was taken out of an archive since is another
 * person's, at whatever day one asks.
 */
async function linkedBy(store: Store, patients: readonly string[], asOf: string): Promise<string[]> {
  const first = patients.length === 0 ? [] : await store.find(links, { where: { patient: { in: patients }, at: { to: asOf } }, limit: 1 })
  return first.map(({ patient }) => patient)
}

function createShelf({ store, sources, idKey, mostFacts: limit = mostFacts }: ArchiveOptions, vocabulary: Vocabulary, now: () => Date): Shelf {
  const contexts = new Map([...sources].map(([id, { source }]) => [id, sourceContext(source, idKey)]))
  const history = createHistory(store, contexts, limit)
  return {
    store, sources, history,
    load: createFactLoader({ store, vocabulary, history, limit }),
    completeness: createCompleteness({ store, sources, now }),
    preference: createPreference(sources),
  }
}
