#!/usr/bin/env node
import 'reflect-metadata'
import { Command, CommanderError } from 'commander'
import { backupCommand, restoreCommand } from './commands/backup'
import { exportCommand } from './commands/export'
import { importCommand } from './commands/import'
import { ingestCommand } from './commands/ingest'
import { exitCodes, exitCodesHelp, explain, explainUncaught, printError, writeErr, writeOut } from './commands/output'
import { linkCommand } from './commands/link'
import { quarantineCommand } from './commands/quarantine'
import { schemaCommand } from './commands/schema'
import { serveCommand } from './commands/serve'
import { tokenCommand } from './commands/token'
import { traceCommand } from './commands/trace'

async function main(): Promise<void> {
  // What is written is health records, and the keys to them: for the eyes of who runs this.
  process.umask(0o077)
  const program = new Command('hutong')
    .description('Hutong (互通): one health archive per resident, out of many systems\' records')
    .addHelpText('after', exitCodesHelp)
    .exitOverride()
  const commands = [
    serveCommand(), ingestCommand(), quarantineCommand(), traceCommand(), linkCommand(), tokenCommand(),
    exportCommand(), importCommand(), backupCommand(), restoreCommand(), schemaCommand(),
  ]
  for (const command of commands) program.addCommand(command)
  forEachCommand(program, command => command.exitOverride().configureOutput({ writeOut, writeErr }).showHelpAfterError('(--help lists the options and their environment variables)'))
  try {
    await program.parseAsync()
  } catch (error) {
    if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? exitCodes.done : exitCodes.usage
    else {
      const { text, code } = explain(error)
      printError(`hutong: ${text}`)
      process.exit(code)
    }
  }
}

function forEachCommand(command: Command, action: (command: Command) => void): void {
  action(command)
  for (const child of command.commands) forEachCommand(child, action)
}

/** What nobody awaited, told like any other error: Node would print its message as it came. */
process.on('uncaughtException', error => {
  printError(`hutong: ${explainUncaught(error)}`)
  process.exit(exitCodes.fault)
})

void main()
