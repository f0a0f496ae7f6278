import { Command } from 'commander'
import { reasonOf } from '../access'
import { HutongError } from '../model/errors'
import { storeOptions } from '../operation/options'
import type { StoreOptions } from '../operation/options'
import type { Gateway } from '../gateway'
import { lookedByOperator } from './looks'
import { openGateway } from './open'
import { print, printBytes, printJson, table } from './output'

type Options = StoreOptions & { readonly json?: boolean; readonly limit: string; readonly bytes?: boolean; readonly reason?: string; readonly code?: string; readonly source?: string }

/** Whatever a command does with a gateway, the store is closed behind it. */
export async function withGateway(options: StoreOptions, action: (gateway: Gateway) => Promise<void>): Promise<void> {
  const gateway = await openGateway({ ...options, logLevel: 'warn' })
  try {
    await action(gateway)
  } finally {
    await gateway.close()
  }
}

const withOptions = (command: Command) => {
  for (const option of storeOptions()) command.addOption(option)
  return command.option('--json', 'print JSON')
}

export const quarantineCommand = () => new Command('quarantine')
  .description('records that could not be mapped')
  .addCommand(list())
  .addCommand(show())
  .addCommand(replay())

const list = () => withOptions(new Command('list'))
  .description('what is in quarantine, oldest first')
  .argument('[source]', 'one source (default: all)')
  .option('--limit <n>', 'at most so many for each source', '50')
  .action((source: string | undefined, options: Options) => withGateway(options, async ({ quarantine, mappings }) => {
    const sources = source ? [known(mappings, source)] : [...mappings.keys()]
    const pages = await Promise.all(sources.map(id => quarantine.list({ source: id, limit: Number(options.limit) })))
    const records = pages.flat()
    if (options.json) return printJson(records)
    if (!records.length) return print('nothing is in quarantine')
    print(table([['entry', 'source', 'received', 'control id', 'tries', 'reason', 'place'], ...records.map(record => [
      record.entry.slice(0, 16), record.source, record.receivedAt, record.controlId ?? '', String(record.attempts), record.reason.code, record.reason.place ?? '',
    ])]))
    print('\nsee one: hutong quarantine show <entry>; after a fix: hutong quarantine replay <entry>, or --source <source>')
  }))

const show = () => withOptions(new Command('show'))
  .description('one record: its reason, its place, its issues, and with --bytes the record instead, masked; it leaves a look in the ledgers of whom it is about')
  .argument('<entry>', 'the entry, or its first characters')
  .option('--bytes', 'write the record to standard output, every value masked')
  .option('--reason <text>', 'with --bytes: as it came (it holds personal data), for this reason, which stands in the ledgers')
  .action((entry: string, options: Options) => withGateway(options, async gateway => {
    if (options.reason !== undefined && !options.bytes) throw new HutongError('BAD_ARGUMENT', 'a reason is for --bytes: without them no value of the record is shown', '--reason')
    const id = await whole(gateway, entry)
    const why = options.reason === undefined ? undefined : reasonOf(options.reason)
    const { bytes, issues, context, ...record } = await gateway.quarantine.show(id)
    if (options.bytes) {
      const shown = why === undefined ? (await gateway.quarantine.masked(id)).bytes : bytes
      await lookedByOperator(gateway, record.patients, why === undefined ? 'bytes, masked' : `bytes, because: ${why}`)
      printBytes(shown)
    } else {
      await lookedByOperator(gateway, record.patients, 'issues')
      printJson({ ...record, context, issues, size: bytes.length })
    }
  }))

const replay = () => withOptions(new Command('replay'))
  .description('work records again: one, or all of a source')
  .argument('[entry]', 'the entry, or its first characters')
  .option('--source <source>', 'all of this source')
  .option('--code <code>', 'with --source: only those with this reason')
  .action((entry: string | undefined, options: Options) => withGateway(options, async gateway => {
    if (Boolean(entry) === Boolean(options.source)) throw new HutongError('BAD_ARGUMENT', 'give an entry or --source', 'entry')
    const count = await gateway.quarantine.replay(entry
      ? { entry: await whole(gateway, entry) }
      : { source: known(gateway.mappings, options.source ?? ''), code: options.code })
    await (await gateway.work()).idle()
    if (options.json) printJson({ replayed: count })
    else print(`${count} back to work; hutong quarantine list shows what is still there`)
  }))

/** An entry's id by its first characters: lists print sixteen of them. */
async function whole({ quarantine, mappings }: Gateway, prefix: string): Promise<string> {
  if (/^[0-9a-f]{64}$/.test(prefix)) return prefix
  const pages = await Promise.all([...mappings.keys()].map(source => quarantine.list({ source, limit: 1000 })))
  const found = pages.flat().filter(({ entry }) => entry.startsWith(prefix))
  const [only] = found
  if (!only || found.length > 1) throw new HutongError('NOT_FOUND', found.length ? 'more than one entry begins so' : 'no such record is in quarantine', 'entry')
  return only.entry
}

function known(mappings: ReadonlyMap<string, unknown>, source: string): string {
  if (!mappings.has(source)) throw new HutongError('UNKNOWN_SOURCE', `the sources are ${[...mappings.keys()].join(', ')}`, 'source')
  return source
}
