import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { isPrimitive, primitiveFault } from '../../mappers/fhir/primitives'
import { attempt, missing, tally } from './shared'
import type { Check } from './shared'

const folder = 'fhir/spec/primitive-validation'

/** Valid and invalid values, one a line. `null` stands for an absent value, which no primitive is. */
export const primitives: Check = {
  name: 'primitives',
  async run({ data }) {
    if (!existsSync(join(data, folder))) return [missing('FHIR primitives', folder)]
    const right = tally('FHIR primitives: valid ones accepted', { figure: true })
    const wrong = tally('FHIR primitives: invalid ones refused', { figure: true })
    for (const file of readdirSync(join(data, folder)).filter(name => name.endsWith('.ndjson')).toSorted()) {
      const [name = '', kind] = file.split('.')
      const type = name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase())
      if (!isPrimitive(type)) continue
      for (const line of readFileSync(join(data, folder, file), 'utf8').split('\n')) {
        if (line.trim() === '' || line.trim() === 'null') continue
        const fault = faultOf(type, line)
        if (kind === 'valid') right.holds(`${type} ${line.slice(0, 60)}`, fault === undefined, fault)
        else wrong.holds(`${type} ${line.slice(0, 60)}`, fault !== undefined)
      }
    }
    return [right.result(), wrong.result()]
  },
}

function faultOf(type: string, line: string): string | undefined {
  const value = attempt(() => JSON.parse(line) as unknown)
  return 'value' in value ? primitiveFault(type, value.value) : 'no JSON'
}
