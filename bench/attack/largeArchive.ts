/** A resident with as much as one archive may answer with, and others beside: what a costly question can find at worst. */
import { loadSources } from '../../mappers'
import { usualPurpose } from '../../src/access'
import { composeGateway } from '../../src/gateway'
import type { Gateway } from '../../src/gateway'
import { encodeGlobalId } from '../../src/model/globalId'
import { resourceId } from '../../src/model/ids'
import type { Viewer } from '../../src/model/viewer'
import { createLog } from '../../src/operation/log'
import { createMetrics } from '../../src/operation/metrics'
import { openStore } from '../../src/store'
import { facts } from '../../src/store/collections'
import { benchKeys } from '../database'

export interface LargeArchive {
  /** Global id of the resident. */
  readonly id: string
  /** Tokens: the resident's own, a clinician's of the hospital where the resident lies, a steward's, a source's. */
  readonly tokens: { readonly resident: string; readonly clinician: string; readonly steward: string; readonly source: string }
  /** Global ids of some of the resident's records. */
  readonly records: readonly string[]
  readonly facts: number
}

const source = 'first-hospital'
const resultsOfMessage = 500

/** Fills an empty database: one resident with about `results` laboratory results, each day's in one message, and `others` with one chart each. */
export async function makeLargeArchive(url: string, { results, others }: { results: number; others: number }): Promise<LargeArchive> {
  const gateway = composeGateway({
    store: await openStore(url, { role: 'writer' }), mappings: loadSources({ idKey: benchKeys.idKey }), ...benchKeys,
    relationDays: 90, now: () => Date.now(), log: createLog('warn'), metrics: createMetrics(),
  })
  const workers = await gateway.work()
  const feed = async (text: string) => {
    await gateway.journal.append({ source, bytes: Buffer.from(text), arrivedAt: new Date().toISOString(), context: { name: 'large.hl7' } })
  }
  await feed(admission(0))
  for (let n = 1; n <= others; n++) await feed(admission(n))
  for (let n = 0; n * resultsOfMessage < results; n++) await feed(laboratory(n, Math.min(resultsOfMessage, results - n * resultsOfMessage)))
  await workers.idle()
  const made = await madeOf(gateway)
  await gateway.close()
  return made
}

async function madeOf({ store, identity, mappings, tokens }: Gateway): Promise<LargeArchive> {
  const mapping = mappings.get(source)
  if (mapping === undefined) throw new Error(`there is no source ${source}`)
  const patient = resourceId(mapping.source, 'Patient', chartOf(0))
  const resident = await identity.residentOf(patient)
  if (resident === undefined) throw new Error('the resident was not linked')
  const some = await store.find(facts, { where: { patient: { in: [patient] } }, limit: 100 })
  const many = await store.find(facts, { where: { patient: { in: [patient] }, type: 'LaboratoryResult' }, limit: 100 })
  const [count] = await store.tally(facts, { where: { patient: { in: [patient] } }, by: [] })
  const sign = (viewer: Viewer) => tokens.sign({ viewer, purpose: usualPurpose(viewer.role) }, { expiresIn: '1 day' })
  return {
    id: encodeGlobalId('Resident', resident),
    tokens: {
      resident: await sign({ role: 'resident', id: resident, resident }),
      clinician: await sign({ role: 'clinician', id: 'attack-clinician', institution: mapping.source.institution.id }),
      steward: await sign({ role: 'steward', id: 'attack-steward' }),
      source: await sign({ role: 'source', id: source, source }),
    },
    records: [...some, ...many].map(({ type, id }) => encodeGlobalId(type, patient, id)),
    facts: count?.count ?? 0,
  }
}

const chartOf = (n: number) => `ATTACK${String(n).padStart(5, '0')}`
const minute = (at: number) => new Date(at).toISOString().replaceAll(/[-:T]/g, '').slice(0, 14)

function admission(n: number): string {
  const at = minute(Date.now() - 86_400_000)
  return [
    `MSH|^~\\&|HIS|SYY|HUTONG|HULI|${at}||ADT^A04|A${n}|P|2.4|||||CHN|UNICODE UTF-8`, `EVN|A04|${at}`,
    `PID|1||${chartOf(n)}^^^SYY^MR||试${String.fromCodePoint(0x4E00 + n)}${String.fromCodePoint(0x5000 + n)}||19${String(20 + n % 70)}0${1 + n % 9}1${n % 10}|${n % 2 ? 'M' : 'F'}`,
    `PV1|1|O|||||||||||||||||V${n}^^^SYY^VN|||||||||||||||||||||||||${at}`, '',
  ].join('\r')
}

/** One day's results: another value at each, so that none is another's same fact. */
function laboratory(n: number, results: number): string {
  const at = minute(Date.now() - (n + 2) * 86_400_000)
  return [
    `MSH|^~\\&|LIS|SYY|HUTONG|HULI|${at}||ORU^R01|R${n}|P|2.4|||||CHN|UNICODE UTF-8`,
    `PID|1||${chartOf(0)}^^^SYY^MR||试一||19200110|F`, `OBR|1|O${n}^HIS|S${n}^SYYLIS|XCG^血常规^SYYLIS|||${at}|||||||${at}|BLD^静脉血|D0102^王建平||||||${at}|LAB|F`,
    ...Array.from({ length: results }, (_, index) => `OBX|${index + 1}|NM|K${index}^项目${index}^SYYLIS||${index % 9}.${n}|g/L|1-9|N|||F`), '',
  ].join('\r')
}
