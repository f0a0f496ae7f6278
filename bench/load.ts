import { loadSources } from '../mappers'
import { generateDistrict } from '../seed'
import type { District, DistrictOptions } from '../seed'
import { composeGateway } from '../src/gateway'
import type { Gateway } from '../src/gateway'
import { encodeGlobalId } from '../src/model/globalId'
import { resourceId } from '../src/model/ids'
import { resources } from '../src/store/collections'
import { createLog } from '../src/operation/log'
import { createMetrics } from '../src/operation/metrics'
import { openStore } from '../src/store'
import { benchKeys, type BenchDatabase } from './database'
import type { Asked } from './query'

export interface LoadFigures {
  readonly residents: number
  readonly records: number
  readonly resources: number
  readonly rawBytes: number
  /** Seconds from the first byte to the last mark, generation of the records not counted. */
  readonly seconds: number
  readonly recordsPerSecond: number
  readonly resourcesPerSecond: number
  readonly databaseBytesPerResident: number
  readonly peakMemoryMb: number
  /** Processor time of the whole process. */
  readonly cpuSeconds: number
  readonly generatingSeconds: number
}

/** Uploads that are in the journal and not yet worked, at the most: a loader that is faster than the workers waits. */
const ahead = 400

/** Loads a district of `residents` through journal, mapping, linking and store into an empty database; all of it durable when it ends. */
export async function load(residents: number, { database, made, progress }: {
  database: BenchDatabase
  made: DistrictOptions
  progress: (done: number) => void
}): Promise<{ asked: readonly Asked[]; figures: LoadFigures }> {
  const gateway = await open(database.url)
  const workers = await gateway.work()
  let [records, rawBytes, generating] = [0, 0, 0]
  const begun = performance.now()
  const cpuBegun = process.cpuUsage()
  const district = generateDistrict({ ...made, residents })
  const uploads = district[Symbol.iterator]()
  for (let done = false; !done;) {
    const start = performance.now()
    const batch = []
    while (batch.length < ahead && !done) {
      const next = uploads.next()
      if (next.done) done = true
      else batch.push(next.value)
    }
    generating += performance.now() - start
    const outcomes = await Promise.all(batch.map(({ source, bytes, arrivedAt, name }) => gateway.journal.append({ source, bytes, arrivedAt, context: { name } })))
    records += outcomes.flat().length
    rawBytes += batch.reduce((sum, { bytes }) => sum + bytes.length, 0)
    await workers.idle()
    progress(records)
  }
  const seconds = (performance.now() - begun - generating) / 1000
  const { user, system } = process.cpuUsage(cpuBegun)
  const cpu = (user + system) / 1e6
  const told = await gateway.store.tally(resources, { where: {}, by: [] })
  const asked = await askedOf(gateway, district)
  await gateway.close()
  const count = told[0]?.count ?? 0
  return { asked, figures: {
    residents, records, resources: count, rawBytes, seconds,
    recordsPerSecond: records / seconds, resourcesPerSecond: count / seconds,
    databaseBytesPerResident: await database.bytes() / residents,
    peakMemoryMb: process.resourceUsage().maxRSS / 1024, cpuSeconds: cpu, generatingSeconds: generating / 1000,
  } }
}

/** Each resident, with the resident's own token. */
async function askedOf({ identity, mappings, tokens }: Gateway, district: District): Promise<Asked[]> {
  const asked: Asked[] = []
  for (const { patients: [patient] } of district.residents()) {
    const mapping = mappings.get(patient?.source ?? '')
    const resident = mapping && patient && await identity.residentOf(resourceId(mapping.source, 'Patient', patient.identifier))
    if (!resident) throw new Error('a resident of the district was not linked')
    const token = await tokens.sign({ viewer: { role: 'resident', id: resident, resident }, purpose: 'PATRQT' }, { expiresIn: '1 day' })
    asked.push({ id: encodeGlobalId('Resident', resident), token })
  }
  return asked
}

async function open(url: string): Promise<Gateway> {
  return composeGateway({
    store: await openStore(url, { role: 'writer' }), mappings: loadSources({ idKey: benchKeys.idKey }), ...benchKeys,
    relationDays: 90, now: () => Date.now(), log: createLog('warn'), metrics: createMetrics(),
  })
}
