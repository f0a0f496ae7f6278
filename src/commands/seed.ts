import { generateDistrict } from '../../seed'
import type { Gateway } from '../gateway'
import { HutongError } from '../model/errors'
import { progressBar } from './progress'

/**
 * Loads the synthetic district through the intake, like any other sender's records. What is there already is known by its
 * bytes and not taken again, so that a load which broke off goes on where it was.
 */
export async function loadSeed(gateway: Gateway, { seedResidents }: { readonly seedResidents: number }): Promise<{ uploads: number; accepted: number }> {
  const uploads = [...generateDistrict({ residents: seedResidents })]
  const missing = new Set(uploads.map(({ source }) => source).filter(source => !gateway.mappings.has(source)))
  if (missing.size) throw new HutongError('CONFIGURATION', `the seed speaks as ${[...missing].join(', ')}: without these sources, start with --no-seed`, '--sources')
  const bar = progressBar(process.stderr.isTTY)
  let accepted = 0
  let pending: Promise<void>[] = []
  for (const [index, { source, name, arrivedAt, bytes }] of uploads.entries()) {
    pending.push(gateway.journal.append({ source, bytes, arrivedAt, context: { name } }).then(outcomes => {
      accepted += outcomes.filter(({ outcome }) => outcome === 'accepted').length
    }))
    if (pending.length < 100 && index < uploads.length - 1) continue
    await Promise.all(pending)
    pending = []
    bar.update('the synthetic district', index + 1, uploads.length, accepted)
  }
  bar.stop()
  if (accepted) await (await gateway.work()).idle()
  return { uploads: uploads.length, accepted }
}
