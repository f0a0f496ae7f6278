import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** The folder of package.json: data files (sources, operations) are read from there, whether the code runs compiled or not. */
export function packageRoot(from: string = __dirname): string {
  if (existsSync(join(from, 'package.json'))) return from
  const parent = dirname(from)
  if (parent === from) throw new Error('package.json is nowhere above the code')
  return packageRoot(parent)
}
