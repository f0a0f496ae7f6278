/** All that is kept: the whole data model on one page. Both adapters build their tables and indexes from it. */
import type { Fact } from '../model/fact'
import type { Features } from '../model/features'
import type { ResidentLink } from '../model/link'
import type { FhirResource } from '../model/fhir'
import type { ErrorCode } from '../model/errors'
import type { MappingIssue } from '../model/mapping'
import type { UploadContext } from '../model/record'
import type { Collection, CollectionSpec } from './port'

/** An upload, kept whole. Key: hash of source, context and bytes. */
export interface UploadRow {
  upload: string
  source: string
  /** Instant of arrival, UTC. */
  receivedAt: string
  size: number
  context: UploadContext
  bytes: Uint8Array
}

export type EntryStatus =
  /** journaled, not yet worked */
  | 'received'
  /** worked; its patient has not arrived, so it is in no archive */
  | 'pending'
  | 'mapped'
  | 'quarantined'

/** The smallest piece of an upload that stands alone. Key: hash of source, context and the piece's bytes. */
export interface EntryRow {
  entry: string
  source: string
  upload: string
  start: number
  end: number
  /** Monotonic ULID: the journal's order. */
  arrival: string
  receivedAt: string
  /** `receivedAt` was told by a seed or a backfill: the record counts as committed then, too. */
  backdated?: boolean
  /** Calendar day of arrival in the source's time zone, `2026-11-20`. */
  day: string
  lane: number
  status: EntryStatus
  /** Id of the source patient, where the record could be read far enough to know it; else ''. */
  patient: string
  controlId: string
  attempts: number
  workedAt?: string
  mapper?: { name: string; hash: string }
  /** Why it is in quarantine (set with `received`, where it could not be read when it came). */
  reason?: { code: ErrorCode; place?: string; message: string }
  /** While pending: the patients that have not arrived; `patient` is the first of them. */
  waitsFor?: readonly string[]
  issues?: readonly MappingIssue[]
  unmapped?: readonly string[]
  /** What it told: `Type/id` of each resource. */
  resources?: readonly string[]
}

/** What one process took in of a source in one hour: processes on one database share a source's quota by these. */
export interface QuotaRow {
  source: string
  /** Instant (UTC) at which the hour begins. */
  hour: string
  process: string
  entries: number
  bytes: number
}

/** One of the fixed partitions in which entries are worked in order; whoever holds its lease works it. */
export interface LaneRow {
  lane: number
  /** The last change sequence given out in this lane. */
  last: number
}

/** A process that works the journal, while it does: lanes are shared out evenly among these. */
export interface WorkerRow {
  worker: string
  /** Instant in milliseconds until which it counts, unless it says again that it is there. */
  until: number
}

/** One telling of one resource: append-only. */
export interface ResourceRow {
  /** Compartment: the source patient, or `directory:<source>` for Organization, Practitioner and Location. */
  patient: string
  /** `Observation/3f…` */
  ref: string
  /** Version time, then journal order: `2026-11-04T08:20:00.000Z~<arrival>`. */
  version: string
  source: string
  entry: string
  manner: 'whole' | 'part' | 'deleted'
  removed?: readonly string[]
  receivedAt: string
  /** When it could first be read: `asOf` goes by this. */
  committedAt: string
  mapper: { name: string; hash: string }
  resource: FhirResource
}

/** What the older of many tellings of one resource come to: a further one costs the same however many there were. */
export interface HeadRow {
  patient: string
  /** '' is the compartment itself: its `version` is raised with every write of it, so that racing ones meet. */
  ref: string
  /** Raised with every write, so that racing ones meet. */
  version: number
  /** The newest version that it stands for. */
  last: string
  /** Absent where it is deleted. */
  resource?: FhirResource
}

export interface ChangeRow {
  lane: number
  seq: number
  patient: string
  at: string
  entry: string
  /** `Type/id` of what changed. */
  refs: readonly string[]
}

/**
 * A fact as it is kept: what recurs in many is named by its words, and of `record` only its own elements stand here
 * (archive/vocabulary.ts). Who somebody is recurs in none: facts of type Patient are whole.
 */
export interface KeptFact extends Pick<Fact, 'patient' | 'type' | 'time' | 'id' | 'projection' | 'same' | 'apart'>, Partial<Pick<Fact, 'source' | 'institution'>> {
  readonly words?: readonly string[]
  readonly record: object
}

/** Elements that many facts share: codes, ranges and units; who performed. Key: hash of its JSON. */
export interface WordRow { word: string; json: string }

/** A key under which candidates for the same person are found (a keyed hash; never the value). */
export interface BlockRow {
  block: string
  /** '' is the block itself: its `version` is raised with every link that was decided by it, so that racing ones meet. */
  patient: string
  version?: number
}
/** A lower-cased search term (name, pinyin, initials) or the keyed hash of an identifier. */
export interface SearchRow { term: string; patient: string }

/** The read side of links: who belongs to a resident now. */
export interface ResidentRow {
  resident: string
  version: number
  patients: readonly string[]
  /** Where nobody is left, because all turned out to be another resident: whom to ask for instead. */
  mergedInto?: string
  /** Instant (UTC) from which there is such a resident. */
  since?: string
  /** Records that the resident says are not theirs, `<patient> <type>/<id>`: in no answer until a steward has decided, and after it where they are not. */
  withheld?: readonly string[]
  /** Residents with whom a sure likeness was refused, since other members contradict: looked at again with this one. */
  rivals?: readonly string[]
}

/** A source patient as linking knows it: what is compared, by which keys it is found, and which resident it is now. */
export interface SubjectRow {
  patient: string
  version: number
  source: string
  features: Features
  /** Hashed blocking keys that stand in `blocks`. */
  keys: readonly string[]
  resident?: string
  /** Instant of the newest link. */
  at?: string
  /** The features that the newest link was decided by. */
  settled?: string
}

/** Two source patients whom a steward should look at, or a record that a resident says is not theirs. */
export interface ReviewRow {
  /** Hash of what is asked. */
  review: string
  status: 'open' | 'joined' | 'cut' | 'withdrawn'
  kind: 'possible' | 'not-mine'
  /** Of a pair the lesser id. */
  patient: string
  /** '' where a record is in question, and not a pair. */
  other: string
  /** `<patient> <type>/<id>` of each teller, where a record is in question. */
  records?: readonly string[]
  /** Who says that it is not theirs. */
  resident?: string
  at: string
  probability?: number
  evidence: readonly { readonly feature: string; readonly weight: number }[]
  /** What speaks against the pair. */
  against: readonly string[]
  rule: string
  decidedBy?: string
  decidedAt?: string
  reason?: string
}

/** A person's word on two source patients, kept under each of them; the newest is in force, and the machine never overrides it. */
export interface DecisionRow {
  patient: string
  other: string
  at: string
  verdict: 'joined' | 'cut' | 'withdrawn'
  by: string
  reason: string
}

/** Who looks: as their token says. */
export interface LookedBy { readonly role: string; readonly id: string; readonly institution?: string }

/**
 * A look at a resident's record. Never changed: what is asked later of the same look is a row of its own. It names the source
 * patients that were looked at, so that a split carries them along.
 */
export interface LookRow {
  resident: string
  /** `2026-11-20T02:00:00.000Z~<id>`; a later part of the same look: `…~<id>~1`. */
  look: string
  patients: readonly string[]
  viewer: LookedBy
  purpose: string
  /** What was asked: record sets, and the operation's name where it is a published one. */
  asked: readonly string[]
  outcome: 'shown' | 'denied'
  withheld?: boolean
}

/** The refused looks of one asker at one resident on one day (UTC); `look` is the first of them. */
export interface RefusalRow extends LookRow {
  version: number
  count: number
  /** Refused looks of that day by others whose rows gave way to this one. */
  others: number
}

/** What one asker asked in one minute, by one process: how often, and never the text that was searched for. */
export interface AskingRow {
  /** `<role>:<id>` */
  asker: string
  /** `2026-11-20T02:00` */
  minute: string
  /** Field, purpose and process. */
  part: string
  viewer: LookedBy
  purpose: string
  field: string
  count: number
}

/** What `/readyz` writes to: its lease is taken anew, which no row and no id of a commit grows by. */
export interface ProbeRow { readonly probe: string }

const collection = <R extends object>(spec: CollectionSpec): Collection<R> => spec

export const uploads = collection<UploadRow>({
  name: 'uploads', key: ['upload'], shardKey: ['upload'], bytes: ['bytes'],
  why: 'Raw bytes as they came, before anything is acknowledged.',
})
export const entries = collection<EntryRow>({
  name: 'entries', key: ['entry'], shardKey: ['entry'],
  indexes: {
    work: ['status', 'lane', 'arrival'],
    account: ['source', 'day', 'status'],
    spoke: ['source', 'arrival'],
    control: ['source', 'controlId'],
    patient: ['patient', 'status'],
    steward: ['status', 'source', 'arrival'],
  },
  why: 'The journal: what became of each record.',
})
export const quotas = collection<QuotaRow>({
  name: 'quotas', key: ['source', 'hour', 'process'], shardKey: ['source'],
  why: 'How much each source has sent in this hour.',
})
export const lanes = collection<LaneRow>({
  name: 'lanes', key: ['lane'], shardKey: ['lane'], leased: true,
  why: 'Order within a patient, and fencing of slow workers.',
})
export const workers = collection<WorkerRow>({
  name: 'workers', key: ['worker'], shardKey: ['worker'],
  indexes: { alive: ['until'] },
  why: 'Who works the journal now, to share the lanes out.',
})
export const resources = collection<ResourceRow>({
  name: 'resources', key: ['patient', 'ref', 'version'], shardKey: ['patient'], appended: true,
  why: 'Every telling of every version, append-only.',
})
export const heads = collection<HeadRow>({
  name: 'heads', key: ['patient', 'ref'], shardKey: ['patient'],
  why: 'What is composed of a resource that was told very often; those told seldom have none (archive/prior.ts).',
})
export const facts = collection<KeptFact>({
  name: 'facts', key: ['patient', 'type', '-time', 'id'], shardKey: ['patient'],
  why: 'What is current, ready to serve; a record is without what the other fields say (archive/vocabulary.ts).',
})
export const words = collection<WordRow>({
  name: 'words', key: ['word'], shardKey: ['word'],
  why: 'What facts say again and again, once.',
})
export const changes = collection<ChangeRow>({
  name: 'changes', key: ['lane', 'seq'], shardKey: ['lane'],
  why: 'What changed of which patient, in order.',
})
export const blocks = collection<BlockRow>({
  name: 'blocks', key: ['block', 'patient'], shardKey: ['block'],
  why: 'Candidates for linking.',
})
export const search = collection<SearchRow>({
  name: 'search', key: ['term', 'patient'], shardKey: ['term'],
  why: 'Residents by name, pinyin, initials or identifier.',
})
export const links = collection<ResidentLink>({
  name: 'links', key: ['patient', 'at', 'resident'], shardKey: ['patient'],
  indexes: { resident: ['resident', 'at'] },
  why: 'Append-only history of who is whom, with evidence.',
})
export const residents = collection<ResidentRow>({
  name: 'residents', key: ['resident'], shardKey: ['resident'],
  why: 'The source patients of a resident now.',
})
export const subjects = collection<SubjectRow>({
  name: 'subjects', key: ['patient'], shardKey: ['patient'],
  why: 'What linking compares of each source patient.',
})
export const reviews = collection<ReviewRow>({
  name: 'reviews', key: ['review'], shardKey: ['review'],
  indexes: { queue: ['status', 'at'], patient: ['patient', 'status'], other: ['other', 'status'] },
  why: 'The queue of stewards.',
})
export const decisions = collection<DecisionRow>({
  name: 'decisions', key: ['patient', 'other', '-at'], shardKey: ['patient'],
  why: 'What people decided of two source patients.',
})
export const looks = collection<LookRow>({
  name: 'looks', key: ['resident', '-look'], shardKey: ['resident'],
  why: 'Who looked at what, when and why: append-only.',
})
export const refusals = collection<RefusalRow>({
  name: 'refusals', key: ['resident', '-look'], shardKey: ['resident'],
  why: 'Looks that were refused, a bounded number for each resident and day.',
})
export const askings = collection<AskingRow>({
  name: 'askings', key: ['asker', '-minute', 'part'], shardKey: ['asker'],
  why: 'How often each asker asked for whom, whether somebody was found or not.',
})
export const probes = collection<ProbeRow>({
  name: 'probes', key: ['probe'], shardKey: ['probe'], leased: true,
  why: 'Whether the store can be written.',
})

export const collections: readonly CollectionSpec[] = [
  uploads, entries, quotas, lanes, workers, resources, heads, facts, words, changes, blocks, search, links, residents, subjects, reviews, decisions, looks,
  refusals, askings, probes,
]
