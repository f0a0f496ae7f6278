import { isDeepStrictEqual } from 'node:util'
import { isMappable } from '../../mappers/hl7v2/route'
import type { SourceMapping } from '../../src/model/mapping'
import type { Hl7Message, SourceRecord } from '../../src/model/record'
import type { House } from './house'
import { attempt, counted, tally } from './shared'
import type { Finding } from './shared'
import { faultsOf } from './structure'

/** A message that was read, with its own bytes. */
export interface Message { readonly name: string; readonly bytes: Buffer; readonly record: SourceRecord<Hl7Message> }

/** The same messages through journal, workers and store. Versions that the gateway refuses (2.8) are not among them. */
export async function checkTaken(house: House, title: string, messages: readonly Message[], sender: SourceMapping): Promise<Finding> {
  const taken = tally(`${title}: ADT and ORU through journal, workers and store`)
  const { id } = sender.source
  const accepted = messages.filter(({ record }) => !sender.dialect.route(record, sender.source).refuse)
  const told = await Promise.all(accepted.map(async ({ name, bytes }) => ({ name, outcomes: await house.journal({ source: id, name, bytes }) })))
  await house.worked()
  const statuses: string[] = []
  let silent = 0
  for (const { name, outcomes } of told) {
    const rows = await house.rows(outcomes)
    statuses.push(...rows.map(({ status }) => status))
    const bare = messages.find(message => message.name === name)
    const isSilent = bare !== undefined && !isClinical(bare) && rows[0]?.reason?.code === 'MAPPING'
    const fine = rows.length === 1 && rows.every(({ status }) => status === 'mapped' || status === 'pending')
    if (isSilent) silent++
    taken.holds(name, fine || isSilent, rows[0]?.reason ? `${rows[0].reason.code} ${rows[0].reason.message}` : 'not in the journal')
  }
  return taken.result(`${counted(statuses)}${silent ? `; ${silent} have nothing clinical in them` : ''}`)
}

/** A message that has none of these tells nothing, and is kept in quarantine. */
const clinical = new Set(['PID', 'PV1', 'DG1', 'PR1', 'AL1', 'IAM', 'OBR', 'OBX'])

/** Maps every message of a supported type in memory: nothing is thrown, and what comes out is of a sound shape. */
export function checkMapping(title: string, messages: readonly Message[], { dialect, source }: SourceMapping): Finding {
  const mapped = tally(`${title}: ADT and ORU mapped, and sane`)
  const others: string[] = []
  let resources = 0
  for (const { name, record } of messages) {
    if (!isMappable(record.body)) {
      others.push(`${record.body.code}^${record.body.trigger}`)
      continue
    }
    const result = attempt(() => dialect.map(record, source))
    if ('error' in result) {
      mapped.holds(name, false, result.error)
      continue
    }
    const faults = faultsOf(result.value)
    if (!result.value.tellings.length && isClinical({ record })) faults.push('nothing is told')
    if (!isDeepStrictEqual(dialect.map(record, source).tellings, result.value.tellings)) faults.push('told otherwise the second time')
    mapped.holds(name, faults.length === 0, [...new Set(faults)].slice(0, 3).join('; '))
    resources += result.value.tellings.length
  }
  return mapped.result(`${resources} resources${others.length ? `; of other types: ${others.length}` : ''}`)
}

const isClinical = ({ record }: Pick<Message, 'record'>): boolean => record.body.segments.some(({ name }) => clinical.has(name))
