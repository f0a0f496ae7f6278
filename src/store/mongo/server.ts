/** What a server is, and whether it can serve. */
import type { Connection } from 'mongoose'
import { HutongError } from '../../model/errors'

/** SecantusDB speaks MongoDB's protocol, and stands in for it in tests. */
export const isSecantus = async ({ db }: Connection): Promise<boolean> => 'secantusVersion' in (await db?.admin().command({ buildInfo: 1 }) ?? {})

/** Milliseconds by which this machine's clock may be off: leases and the order of arrival go by it. */
const mostSkew = 5_000

/** One that stands alone has no transactions; one whose clock is another's makes leases overlap. Throws CONFIGURATION. */
export async function refuseUnfit({ db }: Connection): Promise<void> {
  const asked = Date.now()
  const hello = await db?.admin().command({ hello: 1 })
  const answered = Date.now()
  if (hello?.['setName'] === undefined && hello?.['msg'] !== 'isdbgrid') {
    throw new HutongError('CONFIGURATION', [
      'This MongoDB stands alone, and has no transactions. A replica set of one is enough:',
      'start it with `mongod --replSet rs0`, and once, in mongosh, say `rs.initiate()`.',
    ].join(' '), 'database')
  }
  const server = Number(hello['localTime'] ?? answered)
  if (server >= asked - mostSkew && server <= answered + mostSkew) return
  throw new HutongError('CONFIGURATION', `The clocks of this machine and of MongoDB's are ${Math.round(Math.abs(server - answered) / 1000)} s apart: let NTP set both.`, 'database')
}
