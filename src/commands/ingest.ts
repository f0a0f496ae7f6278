import { Command } from 'commander'
import { ulid } from 'ulid'
import { ingestFiles, readAccount, workedBefore } from '../intake'
import type { IngestSummary } from '../intake'
import type { Gateway } from '../gateway'
import { storeOptions } from '../operation/options'
import type { StoreOptions } from '../operation/options'
import { exitCodes, exitCodesHelp, print, printError, printJson } from './output'
import { progressBar } from './progress'
import { withGateway } from './quarantine'

type Options = StoreOptions & { readonly json?: boolean; readonly arrivedAt?: string; readonly progress: boolean }

export function ingestCommand(): Command {
  const command = new Command('ingest')
    .description('put files into the journal of a source and work them; beside a running gateway it hands them over')
    .argument('<source>')
    .argument('<files...>', 'files as the source sends them, .gz too')
    .option('--arrived-at <instant>', 'for a backfill: the instant at which they count as received')
    .option('--no-progress', 'no progress bar')
    .option('--json', 'print the summary as JSON')
    .addHelpText('after', exitCodesHelp)
  for (const option of storeOptions()) command.addOption(option)
  return command.action((source: string, files: string[], options: Options) => withGateway(options, async gateway => {
    const before = await quarantined(gateway, source)
    const bar = progressBar(options.progress && process.stderr.isTTY)
    const summary = await ingestFiles({
      journal: gateway.journal, source, files, arrivedAt: options.arrivedAt,
      progress: ({ file, bytes, size, records }) => bar.update(file, bytes, size, records),
    })
    bar.stop()
    const workers = await gateway.work()
    await workers.idle()
    await workedBefore(gateway.store, ulid())
    const after = await quarantined(gateway, source)
    report(summary, after, options.json)
    if (summary.refused || summary.unreadable || after > before) process.exitCode = exitCodes.partly
  }))
}

async function quarantined({ store }: Gateway, source: string): Promise<number> {
  return (await readAccount({ store, sources: [source] })).reduce((sum, day) => sum + day.quarantined, 0)
}

function report(summary: IngestSummary, inQuarantine: number, json: boolean | undefined): void {
  if (json) return printJson({ ...summary, sourceQuarantined: inQuarantine })
  print(`${summary.records} records in ${summary.files} files: ${summary.accepted} accepted, ${summary.duplicate} known already, ${summary.refused} refused`)
  for (const { file, record, code, place, message } of summary.errors.slice(0, 10)) {
    printError(`  ${file}, record ${record}: ${code} ${message}${place ? ` (${place})` : ''}`)
  }
  if (inQuarantine) print(`${inQuarantine} of this source's records are in quarantine: hutong quarantine list`)
}
