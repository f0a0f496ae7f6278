import { readFileSync } from 'node:fs'
import { Command } from 'commander'
import { schemaFile } from '../graphql'
import { exitCodesHelp, print } from './output'

/** The published language, for who generates code or looks fields up: no gateway need run, and no token be had. */
export const schemaCommand = (): Command => new Command('schema').description('print the GraphQL schema (SDL)').addHelpText('after', exitCodesHelp)
  .action(() => print(readFileSync(schemaFile, 'utf8').trimEnd()))
