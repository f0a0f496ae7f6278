import { Command } from 'commander'
import { checkExport, exportStore } from '../moving'
import { databaseOption } from '../operation/options'
import { movingBar, report, withStore, type MovingOptions } from './moving'
import { exitCodesHelp } from './output'

type Options = MovingOptions & { readonly to: string; readonly gzip?: boolean; readonly restart?: boolean; readonly verify?: boolean }

export const exportCommand = () => new Command('export')
  .description('write everything that is kept to a folder of files, which hutong import reads; goes on where one broke off')
  .requiredOption('--to <folder>', 'an empty folder, or that of an export that broke off')
  .addOption(databaseOption())
  .option('--gzip', 'pack the files')
  .option('--restart', 'begin anew, whatever an export before has left in the folder')
  .option('--verify', 'read the files again when they are written, and compare them with their checksums')
  .option('--no-progress', 'no progress bar')
  .option('--json', 'print the manifest')
  .addHelpText('after', `\nGateways must be stopped: nothing may be worked meanwhile.\n${exitCodesHelp}`)
  .action((options: Options) => withStore({ database: options.database, mustExist: true, progress: options.progress }, async (store, hold) => {
    const { to: folder, gzip, restart, verify, json } = options
    const bar = movingBar(options.progress)
    const still = await hold()
    try {
      const manifest = await exportStore({ store, folder, still, gzip, restart, progress: bar.progress })
      if (verify) await checkExport({ folder, progress: bar.progress })
      bar.stop()
      report(manifest, folder, json, 'are in')
    } finally {
      bar.stop()
      await still.release()
    }
  }))
