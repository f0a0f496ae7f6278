import { Arg, Ctx, FieldResolver, ID, Int, Mutation, Query, Resolver, Root } from 'type-graphql'
import { Day } from '../../../schema/scalars/date.scalar'
import { QuarantineConnection } from '../../../schema/types/connections'
import { Account, QuarantinedEntry, TracedEntry } from '../../../schema/types/stewardship.type'
import { reasonOf } from '../../access/index'
import { HutongError } from '../../model/errors'
import { RequestContext } from '../context'
import { lookedAtPatients } from '../looks'
import { Connection, defaultPage, sizeOf } from '../pages'
import { Priced } from '../price'
import { quarantinePage } from '../quarantinePage'
import type { QuarantinedRecord } from '../stewardship'

const longestAccount = 366

/** What stewards see to: quarantine, replay, accounts and traces. */
@Resolver(() => QuarantinedEntry)
export class StewardshipResolver {
  @Priced({ cost: 600 })
  @Query(() => QuarantineConnection, { description: 'Records that could not be mapped, oldest first. For stewards.' })
  async quarantine(
    @Ctx() context: RequestContext,
    @Arg('source', () => ID, { nullable: true }) source: string | null | undefined,
    @Arg('first', () => Int, { defaultValue: defaultPage }) first: number,
    @Arg('after', () => String, { nullable: true }) after: string | null | undefined,
  ) {
    const { stewardship } = context.gateway
    const asked = { sources: sourcesOf(context, source), first: sizeOf(first, 'first'), ...(after && { after }) }
    return new Connection(await quarantinePage(stewardship, asked), withId)
  }

  @Priced({ cost: 100 })
  @Query(() => QuarantinedEntry, { nullable: true, description: 'One record in quarantine. For stewards.' })
  async quarantinedEntry(@Ctx() context: RequestContext, @Arg('id', () => ID) id: string) {
    return withId(await context.gateway.stewardship.quarantine.describe(id))
  }

  /** The part of an upload that it came in is read (4 MB), and 64 kB of it are masked. */
  @Priced({ cost: 2500 })
  @FieldResolver()
  async bytes(
    @Ctx() context: RequestContext,
    @Root() { entry, patients }: QuarantinedRecord,
    @Arg('reason', () => String, { nullable: true, description: 'Why the record is read as it came, in 1 to 500 characters: it stands in the ledgers.' }) reason: string | null | undefined,
  ) {
    const { quarantine } = context.gateway.stewardship
    const why = reason ?? undefined
    const asked = why === undefined ? 'bytes, masked' : `bytes, because: ${reasonOf(why)}`
    const { bytes } = why === undefined ? await quarantine.masked(entry) : await quarantine.show(entry)
    await lookedAtPatients(context, patients, asked)
    return Buffer.from(bytes).toString('base64')
  }

  @Priced({ cost: 100 })
  @FieldResolver()
  async issues(@Ctx() context: RequestContext, @Root() { entry, patients }: QuarantinedRecord) {
    const { issues } = await context.gateway.stewardship.quarantine.describe(entry)
    await lookedAtPatients(context, patients, 'issues')
    return issues
  }

  /** All records of those days are counted. */
  @Priced({ cost: 5000, items: 100 })
  @Query(() => [Account], { description: 'Per source and day: received = mapped + pending + quarantined. For stewards.' })
  async accounts(
    @Ctx() context: RequestContext,
    @Arg('from', () => Day) from: string,
    @Arg('to', () => Day) to: string,
    @Arg('source', () => ID, { nullable: true }) source: string | null | undefined,
  ) {
    const days = (Date.parse(to) - Date.parse(from)) / 86_400_000 + 1
    const { stewardship } = context.gateway
    if (days < 1 || days > longestAccount) throw new HutongError('BAD_ARGUMENT', `from 1 to ${longestAccount} days at once`, 'to')
    return stewardship.account({ sources: sourcesOf(context, source), from, to })
  }

  @Priced({ cost: 2500, items: 5 })
  @Query(() => [TracedEntry], { description: 'What became of a message: by journal entry, control id or the source’s own identifier of a patient. For stewards; in the ledger of looks.' })
  async trace(@Ctx() context: RequestContext, @Arg('source', () => ID) source: string, @Arg('key', () => String) key: string) {
    const traced = await context.gateway.stewardship.trace({ source, text: key })
    await lookedAtPatients(context, traced.flatMap(({ patients }) => patients), 'trace')
    return traced.map(withId)
  }

  @Priced({ cost: 500 })
  @Mutation(() => TracedEntry, { description: 'Puts a record in quarantine back to work, after a fix. For stewards.' })
  async replayQuarantined(@Ctx() context: RequestContext, @Arg('id', () => ID) id: string) {
    const { stewardship } = context.gateway
    const { source } = await stewardship.quarantine.describe(id)
    await stewardship.quarantine.replay({ entry: id })
    const [traced] = await stewardship.trace({ source, text: id })
    if (traced === undefined) throw new HutongError('NOT_FOUND', 'No such record is in the journal.', 'id')
    await lookedAtPatients(context, traced.patients, 'replayQuarantined')
    return withId(traced)
  }
}

const withId = <Entry extends { readonly entry: string }>(entry: Entry) => ({ id: entry.entry, ...entry })

/** All sources, or the one that is asked for. Throws UNKNOWN_SOURCE. */
function sourcesOf({ gateway }: RequestContext, source: string | null | undefined): readonly string[] {
  const all = gateway.sources.map(({ id }) => id)
  if (!source) return all
  if (!all.includes(source)) throw new HutongError('UNKNOWN_SOURCE', 'No such source is configured.', 'source')
  return [source]
}
