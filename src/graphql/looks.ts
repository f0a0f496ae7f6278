/** What is shown of residents beside their archives: each such look is in the ledger before the answer leaves. */
import type { RequestContext } from './context'

/** That residents, found or not, were shown (`asked`: what of them, the field last). Rejects where it cannot be written. */
export const lookedAt = async (context: RequestContext, residents: readonly (string | undefined)[], ...asked: readonly string[]): Promise<void> =>
  context.gateway.archive.looked(await context.asker(), [...new Set(residents.flatMap(resident => resident ?? []))], asked)

/** That records of source patients were shown, whoever these are. */
export async function lookedAtPatients(context: RequestContext, patients: readonly string[], ...asked: readonly string[]): Promise<void> {
  const subjects = await context.gateway.identity.subjectsOf([...new Set(patients)])
  await lookedAt(context, subjects.map(({ resident }) => resident), ...asked)
}
