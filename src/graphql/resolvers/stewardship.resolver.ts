import { Arg, Ctx, FieldResolver, ID, Int, Mutation, Query, Resolver, Root } from 'type-graphql'
import { Day } from '../../../schema/scalars/date.scalar'
import { QuarantineConnection } from '../../../schema/types/connections'
import { Account, QuarantinedEntry, TracedEntry } from '../../../schema/types/stewardship.type'
import { HutongError } from '../../model/errors'
import { RequestContext } from '../context'
import { Connection, defaultPage, sizeOf } from '../pages'
import { Priced } from '../price'
import { quarantinePage } from '../quarantinePage'
import type { QuarantinedRecord, Stewardship } from '../stewardship'

const longestAccount = 366

/** What stewards see to: quarantine, replay, accounts and traces. Everyone else is refused. */
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
    const stewardship = await asSteward(context)
    const asked = { sources: sourcesOf(context, source), first: sizeOf(first, 'first'), ...(after && { after }) }
    return new Connection(await quarantinePage(stewardship, asked), withId)
  }

  @Priced({ cost: 100 })
  @Query(() => QuarantinedEntry, { nullable: true, description: 'One record in quarantine. For stewards.' })
  async quarantinedEntry(@Ctx() context: RequestContext, @Arg('id', () => ID) id: string) {
    return withId(await (await asSteward(context)).quarantine.show(id))
  }

  @Priced({ cost: 100 })
  @FieldResolver()
  async bytes(@Ctx() context: RequestContext, @Root() { entry }: QuarantinedRecord) {
    const { bytes } = await (await asSteward(context)).quarantine.show(entry)
    return Buffer.from(bytes).toString('base64')
  }

  @Priced({ cost: 100 })
  @FieldResolver()
  async issues(@Ctx() context: RequestContext, @Root() { entry }: QuarantinedRecord) {
    return (await (await asSteward(context)).quarantine.show(entry)).issues
  }

  @Priced({ cost: 200, items: 100 })
  @Query(() => [Account], { description: 'Per source and day: received = mapped + pending + quarantined. For stewards.' })
  async accounts(
    @Ctx() context: RequestContext,
    @Arg('from', () => Day) from: string,
    @Arg('to', () => Day) to: string,
    @Arg('source', () => ID, { nullable: true }) source: string | null | undefined,
  ) {
    const days = (Date.parse(to) - Date.parse(from)) / 86_400_000 + 1
    const stewardship = await asSteward(context)
    if (days < 1 || days > longestAccount) throw new HutongError('BAD_ARGUMENT', `from 1 to ${longestAccount} days at once`, 'to')
    return stewardship.account({ sources: sourcesOf(context, source), from, to })
  }

  @Priced({ cost: 2500, items: 5 })
  @Query(() => [TracedEntry], { description: 'What became of a message: by journal entry, control id or the source’s own identifier of a patient. For stewards.' })
  async trace(@Ctx() context: RequestContext, @Arg('source', () => ID) source: string, @Arg('key', () => String) key: string) {
    return (await (await asSteward(context)).trace({ source, text: key })).map(withId)
  }

  @Priced({ cost: 500 })
  @Mutation(() => TracedEntry, { description: 'Puts a record in quarantine back to work, after a fix. For stewards.' })
  async replayQuarantined(@Ctx() context: RequestContext, @Arg('id', () => ID) id: string) {
    const stewardship = await asSteward(context)
    const { source } = await stewardship.quarantine.show(id)
    await stewardship.quarantine.replay({ entry: id })
    const [traced] = await stewardship.trace({ source, text: id })
    if (traced === undefined) throw new HutongError('NOT_FOUND', 'No such record is in the journal.', 'id')
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

async function asSteward(context: RequestContext): Promise<Stewardship> {
  const { viewer } = await context.asker()
  if (viewer.role !== 'steward') throw new HutongError('FORBIDDEN', 'This is for stewards.')
  return context.gateway.stewardship
}
