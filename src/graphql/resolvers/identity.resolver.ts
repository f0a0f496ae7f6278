import { Arg, Ctx, FieldResolver, ID, Int, Mutation, Query, Resolver, Root } from 'type-graphql'
import { ReviewVerdict } from '../../../schema/enums/link.enum'
import { IdentifierInput, PersonInput } from '../../../schema/inputs/person.input'
import { CrossReference, PatientMatch, ResidentLink as LinkType, Review } from '../../../schema/types/identity.type'
import type { Asking, Stewarding, Word } from '../../identity/api'
import { HutongError } from '../../model/errors'
import { factTypes, type FactType } from '../../model/fact'
import { decodeGlobalId, encodeGlobalId } from '../../model/globalId'
import type { ResidentLink } from '../../model/link'
import type { Viewer } from '../../model/viewer'
import { RequestContext } from '../context'
import { sizeOf } from '../pages'
import { Priced } from '../price'
import { residentId } from './query.resolver'

const mostTogether = 250
type ReviewRow = Awaited<ReturnType<Stewarding['decideReview']>>
const globalId = (resident: string) => encodeGlobalId('Resident', resident)

/** Who is whom: for stewards to decide, for systems to ask, and for residents to object. */
@Resolver(() => Review)
export class IdentityResolver {
  @Priced({ cost: 200, each: 10 })
  @Query(() => [Review], { description: 'Open questions, oldest first. For stewards.' })
  async reviewQueue(
    @Ctx() context: RequestContext,
    @Arg('first', () => Int, { defaultValue: 50 }) first: number,
    @Arg('after', () => ID, { nullable: true, description: 'The last one of the page before.' }) after: string | null | undefined,
  ) {
    const { identity } = await asking(context, 'steward')
    const position = after ? positionOf(after) : undefined
    return (await identity.reviewQueue({ limit: sizeOf(first, 'first'), ...(position && { after: position }) })).map(served)
  }

  @Priced({ cost: 100 })
  @FieldResolver()
  async patients(@Ctx() context: RequestContext, @Root() { row }: { readonly row: ReviewRow }) {
    const { identity, viewer } = await asking(context, 'steward', 'resident', 'app')
    if (viewer.role !== 'steward') return []
    const found = await identity.subjectsOf([row.patient, row.other].filter(patient => patient !== ''))
    await lookedAt(context, found, 'reviewQueue')
    return found.map(({ patient, source, resident, features }) => ({ id: patient, source, features, ...(resident && { resident: globalId(resident) }) }))
  }

  @Priced({ cost: 200, items: 10 })
  @Query(() => [LinkType], { description: 'Every link that a source patient ever had, oldest first. For stewards.' })
  async linkHistory(@Ctx() context: RequestContext, @Arg('patient', () => ID) patient: string) {
    const { identity } = await asking(context, 'steward')
    return (await identity.linkHistory(patient)).map(linkServed)
  }

  @Priced({ cost: 500 })
  @Mutation(() => Review, { description: 'Answers a question; the machine never overrides it. For stewards.' })
  async decideReview(@Ctx() context: RequestContext, @Arg('id', () => ID) id: string, @Arg('verdict', () => ReviewVerdict) verdict: ReviewVerdict, @Arg('reason', () => String) reason: string) {
    const { identity, viewer } = await asking(context, 'steward')
    return served(await identity.decideReview(positionOf(id).review, verdict, wordOf(context, viewer, reason)))
  }

  @Priced({ cost: 500 })
  @Mutation(() => ID, { description: 'Makes two residents one; the id that goes keeps resolving. Answers whom they are now. For stewards.' })
  async mergeResidents(@Ctx() context: RequestContext, @Arg('resident', () => ID) one: string, @Arg('other', () => ID) other: string, @Arg('reason', () => String) reason: string) {
    const { identity, viewer } = await asking(context, 'steward')
    return globalId(await identity.mergeResidents(residentId(one), residentId(other), wordOf(context, viewer, reason)))
  }

  @Priced({ cost: 500 })
  @Mutation(() => ID, { description: 'Takes a source patient out of its resident, with others of the same person. Answers whom they are now. For stewards.' })
  async splitPatient(
    @Ctx() context: RequestContext,
    @Arg('patient', () => ID) patient: string,
    @Arg('with', () => [ID], { defaultValue: [], description: 'Source patients of the same person, who go along: so a mistaken merge is taken back whole.' }) others: string[],
    @Arg('reason', () => String) reason: string,
  ) {
    const { identity, viewer } = await asking(context, 'steward')
    if (others.length >= mostTogether) throw new HutongError('BAD_ARGUMENT', `with must name fewer than ${mostTogether}`, 'with')
    return globalId(await identity.splitPatient([patient, ...others], wordOf(context, viewer, reason)))
  }

  @Priced({ cost: 500 })
  @Query(() => [CrossReference], { description: 'Who has an identifier, and by which source patients they are known: to a source by its own, to stewards by all. In the ledger of looks.' })
  async crossReference(@Ctx() context: RequestContext, @Arg('identifier', () => IdentifierInput) { system, value }: IdentifierInput) {
    const { identity, viewer } = await asking(context, 'steward', 'source')
    const found = await identity.crossReference({ system, value })
    await lookedAt(context, found, 'crossReference')
    const isOwn = ({ source }: { source: string }) => viewer.role !== 'source' || source === viewer.source
    return found.map(({ resident, patients }) => ({ resident: globalId(resident), patients: patients.filter(isOwn) }))
  }

  @Priced({ cost: 2000, each: 10 })
  @Query(() => [PatientMatch], { description: 'Residents who may be the person told, the likeliest first; nothing is kept of the question but, in the ledger of looks, who was shown. For sources and stewards.' })
  async match(@Ctx() context: RequestContext, @Arg('person', () => PersonInput) person: PersonInput, @Arg('first', () => Int, { defaultValue: 10 }) first: number) {
    const { identity } = await asking(context, 'steward', 'source')
    const found = await identity.match(patientOf(person), sizeOf(first, 'first'))
    await lookedAt(context, found, 'match')
    return found.map(({ resident, probability, ...match }) => ({ ...match, resident: globalId(resident), score: probability }))
  }

  @Priced({ cost: 500 })
  @Mutation(() => Review, { description: 'A resident says that a record is not theirs: it is in no answer until a steward has decided. For residents.' })
  async reportNotMine(@Ctx() context: RequestContext, @Arg('record', () => ID) record: string, @Arg('reason', () => String) reason: string) {
    const { identity, viewer } = await asking(context, 'resident', 'app')
    const { type, parts: [patient, id] } = decodeGlobalId(record)
    if (!('resident' in viewer) || patient === undefined || id === undefined || type === 'Resident') throw new HutongError('BAD_ID', 'This is no id of a record.', 'record')
    const { tellers, archive } = await context.gateway.archive.fact(await context.asker(), { type: factType(type), patient, id })
    context.looking(archive)
    const records = tellers.map(fact => ({ patient: fact.patient, type: fact.type, id: fact.id }))
    return served(await identity.reportNotMine({ resident: archive.resident, records }, wordOf(context, viewer, reason)))
  }
}

const factType = (type: string): FactType => {
  const known = factTypes.find(each => each === type)
  if (known === undefined) throw new HutongError('BAD_ID', 'This is no id of a record.', 'record')
  return known
}

async function asking(context: RequestContext, ...roles: readonly Viewer['role'][]): Promise<{ identity: Stewarding & Asking; viewer: Viewer }> {
  const { viewer } = await context.asker()
  if (!roles.includes(viewer.role)) throw new HutongError('FORBIDDEN', `This is for: ${roles.join(', ')}.`)
  return { identity: context.gateway.identity, viewer }
}

/** Who somebody is was shown, if only to a system: the resident can read it among the looks. */
async function lookedAt(context: RequestContext, found: readonly { readonly resident?: string }[], asked: string): Promise<void> {
  await context.gateway.archive.looked(await context.asker(), found.flatMap(({ resident }) => resident ?? []), ['Patient', asked])
}

/** Said at the gateway's own time. Throws BAD_ARGUMENT: a decision without a reason is none. */
function wordOf({ gateway }: RequestContext, viewer: Viewer, reason: string): Word {
  const told = reason.trim()
  if (told === '' || told.length > 500) throw new HutongError('BAD_ARGUMENT', 'reason must have 1 to 500 characters', 'reason')
  return { at: new Date(gateway.now()).toISOString(), by: viewer.id, reason: told }
}

/** A review's id says its place in the queue too. */
const served = (row: ReviewRow) => ({ ...row, row, id: Buffer.from(JSON.stringify([row.at, row.review])).toString('base64url') })

function positionOf(id: string): { at: string; review: string } {
  try {
    const [at, review]: unknown[] = JSON.parse(Buffer.from(id, 'base64url').toString())
    if (typeof at === 'string' && typeof review === 'string') return { at, review }
  } catch {
    // told below
  }
  throw new HutongError('BAD_ID', 'This is no id of a question.', 'id')
}

const linkServed = ({ resident, weights = [], ...link }: ResidentLink) => ({ ...link, weights, resident: globalId(resident) })

function patientOf({ identifiers, name, birthDate, gender, phone, address }: PersonInput): Parameters<Asking['match']>[0] {
  return {
    ...(identifiers && { identifier: identifiers.map(({ system, value }) => ({ system, value })) }), ...(name && { name: [{ text: name }] }), ...(birthDate && { birthDate }),
    ...(gender === 'male' || gender === 'female' ? { gender } : {}), ...(phone && { telecom: [{ system: 'phone' as const, value: phone }] }), ...(address && { address: [{ text: address }] }),
  }
}
