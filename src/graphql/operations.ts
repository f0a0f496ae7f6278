import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { packageRoot } from '../model/packageRoot'

/** The published operations (schema/operations/*.graphql) by name. */
export function operations(): ReadonlyMap<string, string> {
  const folder = join(packageRoot(), 'schema', 'operations')
  const files = readdirSync(folder).filter(file => file.endsWith('.graphql')).toSorted()
  return new Map(files.map(file => [file.slice(0, -'.graphql'.length), readFileSync(join(folder, file), 'utf8')]))
}

let names: ReadonlySet<string> | undefined

/** The name, where it is a published operation's: other text of an asker goes into no ledger. */
export function publishedName(name: string | undefined): string | undefined {
  names ??= new Set(operations().keys())
  return name !== undefined && names.has(name) ? name : undefined
}
