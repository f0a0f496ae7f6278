import { Command } from 'commander'
import { importStore, verifyStore } from '../moving'
import { databaseOption } from '../operation/options'
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
  .action((options: Options) => withStore({ database: options.database, mustExist: Boolean(options.verify) }, async store => {
    const { from: folder, verify, json } = options
    const bar = movingBar(options.progress)
    try {
      const manifest = await (verify ? verifyStore : importStore)({ store, folder, progress: bar.progress })
      bar.stop()
      report(manifest, folder, json, verify ? 'are the same in the database and in' : 'came from')
    } finally {
      bar.stop()
    }
  }))
