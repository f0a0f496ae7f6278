import { Arg, Ctx, FieldResolver, ID, Int, Mutation, Query, Resolver, Root } from 'type-graphql'
import { Day } from '../../../schema/scalars/date.scalar'
import { QuarantineConnection } from '../../../schema/types/connections'
import { Account, QuarantinedEntry, TracedEntry } from '../../../schema/types/stewardship.type'
import { HutongError } from '../../model/errors'
import { RequestContext } from '../context'
import { Connection, defaultPage, sizeOf } from '../pages'
import type { QuarantinedEntry as Entry, Stewardship } from '../stewardship'

const longestAccount = 366

/** What stewards see to: quarantine, replay, accounts and traces. Everyone else is refused. */
@Resolver(() => QuarantinedEntry)
export class StewardshipResolver {
  @Query(() => QuarantineConnection, { description: 'Records that could not be mapped, oldest first. For stewards.' })
  async quarantine(
    @Ctx() context: RequestContext,
    @Arg('source', () => ID, { nullable: true }) source?: string | null,
    @Arg('first', () => Int, { defaultValue: defaultPage }) first: number = defaultPage,
    @Arg('after', () => String, { nullable: true }) after?: string | null,
  ) {
    const stewardship = await asSteward(context)
    const page = await stewardship.quarantine({ ...(source && { source }) }, { first: sizeOf(first, 'first'), ...(after && { after }) })
    return new Connection(page, (entry: Entry) => entry)
  }

  @Query(() => QuarantinedEntry, { nullable: true, description: 'One record in quarantine. For stewards.' })
  async quarantinedEntry(@Ctx() context: RequestContext, @Arg('id', () => ID) id: string) {
    const entry = await (await asSteward(context)).quarantinedEntry(id)
    if (entry === undefined) throw new HutongError('NOT_FOUND', 'There is no such record in quarantine.', 'id')
    return entry
  }

  @FieldResolver(() => String, { nullable: true, description: 'The record as it came, base64.' })
  async bytes(@Ctx() context: RequestContext, @Root() entry: Entry) {
    const bytes = await (await asSteward(context)).bytes(entry.id)
    return bytes === undefined ? null : Buffer.from(bytes).toString('base64')
  }

  @Query(() => [Account], { description: 'Per source and day: received = mapped + pending + quarantined + waiting. For stewards.' })
  async accounts(
    @Ctx() context: RequestContext,
    @Arg('from', () => Day) from: string,
    @Arg('to', () => Day) to: string,
    @Arg('source', () => ID, { nullable: true }) source?: string | null,
  ) {
    const days = (Date.parse(to) - Date.parse(from)) / 86_400_000 + 1
    const stewardship = await asSteward(context)
    if (days < 1 || days > longestAccount) throw new HutongError('BAD_ARGUMENT', `from 1 to ${longestAccount} days at once`, 'to')
    return stewardship.accounts({ from, to, ...(source && { source }) })
  }

  @Query(() => [TracedEntry], { description: 'What became of a message, by its control id or its journal entry. For stewards.' })
  async trace(@Ctx() context: RequestContext, @Arg('source', () => ID) source: string, @Arg('key', () => String) key: string) {
    return (await asSteward(context)).trace(source, key)
  }

  @Mutation(() => TracedEntry, { description: 'Works a record in quarantine again and says what became of it. For stewards.' })
  async replayQuarantined(@Ctx() context: RequestContext, @Arg('id', () => ID) id: string) {
    const stewardship = await asSteward(context)
    const { viewer } = await context.asker()
    return stewardship.replay(id, viewer.id)
  }
}

async function asSteward(context: RequestContext): Promise<Stewardship> {
  const { viewer } = await context.asker()
  if (viewer.role !== 'steward') throw new HutongError('FORBIDDEN', 'This is for stewards.')
  return context.gateway.stewardship
}
