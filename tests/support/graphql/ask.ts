import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { getOperationAST, parse, validate, type DocumentNode, type ExecutionResult } from 'graphql'
import { createRate } from '../../../src/access/index'
import type { Look } from '../../../src/archive/api'
import { RequestContext, type Gateway } from '../../../src/graphql/context'
import type { Log } from '../../../src/graphql/errors'
import { createExecutor, type Engine } from '../../../src/graphql/execute'
import { defaultLimits, type Limits } from '../../../src/graphql/limits'
import { createSchema } from '../../../src/graphql/schema'
import type { Source } from '../../../src/model/source'
import type { Asker } from '../../../src/model/viewer'
import { FakeArchive } from './fakeArchive'
import { fakeIdentity } from './fakeIdentity'
import { fakeStewardship } from './fakeStewardship'
import { centre, hospital, resident } from './records'

export const folder = join(__dirname, '..', '..', '..', 'schema', 'operations')
export const operations: ReadonlyMap<string, string> =
  new Map(readdirSync(folder).map(file => [file.replace('.graphql', ''), readFileSync(join(folder, file), 'utf8')]))

export const schema = createSchema()

const source = (id: string, title: string, institution: string, name: string): Source => ({
  id, title, format: 'hl7v2', institution: { id: institution, name, level: '三级甲等' }, institutions: [{ id: institution, name, level: '三级甲等' }],
  charsets: ['gb18030'], timeZone: 'Asia/Shanghai', assigningAuthorities: {}, silentAfterHours: 24, settings: {},
})
export const sources = [
  source('first-hospital', '市一院', hospital, '市第一医院'), source('community-health', '社康', centre, '湖里街道社区卫生服务中心'),
]

const looks: Look[] = [
  { when: '2026-11-04T08:00:00.000Z', who: { role: 'clinician', id: 'doctor' }, institution: hospital, purpose: 'TREAT', asked: ['LaboratoryResult'], outcome: 'shown', count: 1, others: 0 },
  { when: '2026-11-03T08:00:00.000Z', who: { role: 'clinician', id: 'other' }, purpose: 'TREAT', asked: [], outcome: 'denied', count: 1, others: 0 },
]

export function fakeArchive(results = 100): FakeArchive {
  const archive = new FakeArchive([resident('r1', '陈桂芳', results, { deceasedDateTime: '2026-11-10' }), resident('r2', '林建国', 3)])
  archive.looks = looks
  archive.completeness = sources.map(({ id, title }) => ({
    source: id, title, linked: true, connected: true, lastSpokeAt: '2026-11-19T00:00:00.000Z', waiting: 0, quarantined: 0, sourceWaiting: 1, sourceQuarantined: 2, withheld: false,
  }))
  return archive
}

export const gatewayOver = (archive: FakeArchive): Gateway => {
  const gateway = { archive, stewardship: fakeStewardship(), identity: fakeIdentity, matching: createRate({ perMinute: 1000, perHour: 1000 }), sources, now: () => Date.parse('2026-11-20T02:00:00Z') }
  return gateway
}

export const doctor: Asker = { viewer: { role: 'clinician', id: 'doctor', institution: hospital }, purpose: 'TREAT' }
export const patient: Asker = { viewer: { role: 'resident', id: 'app-user', resident: 'r1' }, purpose: 'PATRQT' }
export const system: Asker = { viewer: { role: 'source', id: 'his', source: 'first-hospital' }, purpose: 'HOPERAT' }
export const steward: Asker = { viewer: { role: 'steward', id: 'steward-1' }, purpose: 'HOPERAT' }

export const silent: Log = { error: () => undefined, warn: () => undefined, info: () => undefined }

/** One value deep in an answer, by its path. */
export const valueAt = (result: ExecutionResult, ...path: readonly (string | number)[]): unknown =>
  path.reduce<unknown>((value, key) => (value as Record<string | number, unknown>)[key], result.data)

/** Asks as a client would, without HTTP: parse, validate, execute; the answer as the JSON that a client gets. */
export function asking(engine: Engine, options: { archive?: FakeArchive; limits?: Partial<Limits>; log?: Log } = {}) {
  const gateway = gatewayOver(options.archive ?? fakeArchive())
  const executor = createExecutor({ schema, engine, limits: { ...defaultLimits, ...options.limits }, log: options.log ?? silent })
  const documents = new Map<string, DocumentNode>()
  return {
    executor,
    documents,
    async ask(query: string, variables: Record<string, unknown> = {}, asker: Asker | Error = doctor): Promise<{ json: string; result: ExecutionResult }> {
      const document = documents.get(query) ?? parse(query)
      documents.set(query, document)
      const errors = validate(schema, document)
      if (errors.length > 0) throw errors[0]!
      const context = new RequestContext(gateway, async () => {
        if (asker instanceof Error) throw asker
        return asker
      }, getOperationAST(document)?.name?.value)
      const result = await executor.execute({ document, variables, context })
      const json = JSON.stringify(result)
      return { json, result: JSON.parse(json) as ExecutionResult }
    },
  }
}
