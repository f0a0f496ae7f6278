import { Command } from 'commander'
import { traceRecords } from '../intake'
import type { TracedRecord } from '../intake'
import { HutongError } from '../model/errors'
import { storeOptions } from '../operation/options'
import type { StoreOptions } from '../operation/options'
import { lookedByOperator } from './looks'
import { printJson, printLines } from './output'
import { withGateway } from './quarantine'

export function traceCommand(): Command {
  const command = new Command('trace')
    .description('what became of a message; it leaves a look in the ledgers of whom it is about')
    .argument('<source>')
    .argument('<key>', 'a control id (MSH-10), the journal\'s entry, or the identifier by which the source knows a patient')
    .option('--json', 'print JSON')
  for (const option of storeOptions()) command.addOption(option)
  return command.action((source: string, key: string, options: StoreOptions & { json?: boolean }) => withGateway(options, async gateway => {
    const records = await traceRecords(gateway, { source, text: key })
    await lookedByOperator(gateway, records.flatMap(({ patients }) => patients), 'trace')
    if (options.json) printJson(records)
    else for (const record of records) printLines(describe(record))
    if (!records.length) throw new HutongError('NOT_FOUND', 'nothing of that source has this control id, entry or patient identifier', 'key')
  }))
}

function describe(record: TracedRecord): string[] {
  const lines = [
    `entry ${record.entry}  ${record.status}`,
    `  received ${record.receivedAt}${record.workedAt ? `, worked ${record.workedAt}` : ''}${record.controlId ? `, control id ${record.controlId}` : ''}`,
    record.mapper && `  mapper ${record.mapper.name} ${record.mapper.hash.slice(0, 12)}`,
    record.reason && `  ${record.reason.code}: ${record.reason.message}${record.reason.place ? ` (${record.reason.place})` : ''}`,
    record.resident && `  in the archive of resident ${record.resident}`,
    ...record.resources.map(resource => `  told ${resource}`),
    ...record.issues.map(issue => `  ${issue.severity} ${issue.code} at ${issue.place}: ${issue.message}`),
    record.unmapped.length > 0 && `  not used: ${record.unmapped.join(', ')}`,
  ]
  return lines.filter(line => line !== undefined && line !== false)
}
