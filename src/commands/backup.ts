import { Command } from 'commander'
import { HutongError } from '../model/errors'
import { databaseOption } from '../operation/options'
import { backupSqlite, restoreSqlite, sqlitePath } from '../store'
import { exitCodesHelp, print, printJson } from './output'

interface Options { readonly database: string; readonly json?: boolean }

export const backupCommand = () => new Command('backup')
  .description('copy a SQLite database as it is now, beside a running gateway too')
  .requiredOption('--to <file>', 'the copy: a file that does not exist yet')
  .addOption(databaseOption())
  .option('--json', 'print JSON')
  .addHelpText('after', exitCodesHelp)
  .action(({ database, to, json }: Options & { readonly to: string }) => {
    const { bytes } = backupSqlite(fileOf(database, 'mongodump'), to)
    if (json) printJson({ file: to, bytes })
    else print(`${to}: ${bytes} bytes, checked`)
  })

export const restoreCommand = () => new Command('restore')
  .description('make a SQLite database out of a backup, where there is none')
  .requiredOption('--from <file>', 'the backup')
  .addOption(databaseOption())
  .option('--json', 'print JSON')
  .addHelpText('after', exitCodesHelp)
  .action(({ database, from, json }: Options & { readonly from: string }) => {
    const { bytes } = restoreSqlite(from, fileOf(database, 'mongorestore'))
    if (json) printJson({ database, bytes })
    else print(`${database}: ${bytes} bytes, checked`)
  })

function fileOf(database: string, instead: string): string {
  const path = sqlitePath(database)
  if (path !== undefined && path !== ':memory:') return path
  throw new HutongError('CONFIGURATION', `this is for a SQLite file; MongoDB has ${instead}, and hutong export moves any store`, '--database')
}
