import { Command } from 'commander'
import { importStore, layoutOfExport, verifyStore } from '../moving'
import { databaseOption } from '../operation/options'
import { newestLayout } from '../store'
import type { Store } from '../store/port'
import { movingBar, report, withStore, type MovingOptions } from './moving'
import { exitCodesHelp } from './output'

type Options = MovingOptions & { readonly from: string; readonly verify?: boolean }

export const importCommand = () => new Command('import')
  .description('bring an export into an empty database; goes on where one broke off')
  .requiredOption('--from <folder>', 'the export')
  .addOption(databaseOption())
  .option('--verify', 'write nothing: compare the database with the export, row by row')
  .option('--no-progress', 'no progress bar')
  .option('--json', 'print the manifest')
  .addHelpText('after', `\nStart a gateway on the database when it is done, not before.\n${exitCodesHelp}`)
  .action(async (options: Options) => {
    const { database, from: folder, verify } = options
    if (verify) return withStore({ database, mustExist: true, progress: options.progress }, store => move(verifyStore, store, options))
    const layout = await layoutOfExport(folder)
    await withStore({ database, mustExist: false, progress: options.progress, layout }, store => move(importStore, store, options))
    // What came from an earlier layout is migrated by opening it.
    if (layout !== newestLayout()) await withStore({ database, mustExist: true, progress: options.progress }, async () => undefined)
  })

async function move(how: typeof importStore, store: Store, { from: folder, verify, json, progress }: Options): Promise<void> {
  const bar = movingBar(progress)
  try {
    const manifest = await how({ store, folder, progress: bar.progress })
    bar.stop()
    report(manifest, folder, json, verify ? 'are the same in the database and in' : 'came from')
  } finally {
    bar.stop()
  }
}
