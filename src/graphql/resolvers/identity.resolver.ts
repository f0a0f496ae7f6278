import { Arg, Ctx, ID, Int, Mutation, Query, Resolver } from 'type-graphql'
import { ReviewVerdict } from '../../../schema/enums/link.enum'
import { IdentifierInput, PersonInput } from '../../../schema/inputs/person.input'
import { CrossReference, PatientMatch, ResidentLink as LinkType, Review } from '../../../schema/types/identity.type'
import { reasonOf } from '../../access/index'
import { alwaysEvenly } from '../../archive'
import type { Asking, Stewarding, Word } from '../../identity/api'
import { HutongError } from '../../model/errors'
import { factTypes, type FactType } from '../../model/fact'
import { decodeGlobalId, encodeGlobalId } from '../../model/globalId'
import type { ResidentLink } from '../../model/link'
import type { Viewer } from '../../model/viewer'
import { RequestContext } from '../context'
import { lookedAt } from '../looks'
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
  @Query(() => [Review], { description: 'Open questions, oldest first. For stewards; in the ledger of looks.' })
  async reviewQueue(
    @Ctx() context: RequestContext,
    @Arg('first', () => Int, { defaultValue: 50 }) first: number,
    @Arg('after', () => ID, { nullable: true, description: 'The last one of the page before.' }) after: string | null | undefined,
  ) {
    const { identity } = context.gateway
    const position = after ? positionOf(after) : undefined
    return sideBySide(context, await identity.reviewQueue({ limit: sizeOf(first, 'first'), ...(position && { after: position }) }), 'reviewQueue')
  }

  @Priced({ cost: 200, items: 10 })
  @Query(() => [LinkType], { description: 'Every link that a source patient ever had, oldest first. For stewards; in the ledger of looks.' })
  async linkHistory(@Ctx() context: RequestContext, @Arg('patient', () => ID) patient: string) {
    const { identity } = context.gateway
    const [links, subjects] = await Promise.all([identity.linkHistory(patient), identity.subjectsOf([patient])])
    await lookedAt(context, [...links, ...subjects].map(({ resident }) => resident), 'linkHistory')
    return links.map(linkServed)
  }

  @Priced({ cost: 500 })
  @Mutation(() => Review, { description: 'Answers a question; the machine never overrides it. For stewards.' })
  async decideReview(@Ctx() context: RequestContext, @Arg('id', () => ID) id: string, @Arg('verdict', () => ReviewVerdict) verdict: ReviewVerdict, @Arg('reason', () => String) reason: string) {
    const { viewer } = await context.asker()
    const { identity } = context.gateway
    const decided = await identity.decideReview(positionOf(id).review, verdict, wordOf(context, viewer, reason))
    const [review] = await sideBySide(context, [decided], 'decideReview')
    return review
  }

  @Priced({ cost: 500 })
  @Mutation(() => ID, { description: 'Makes two residents one; the id that goes keeps resolving. Answers whom they are now. For stewards.' })
  async mergeResidents(@Ctx() context: RequestContext, @Arg('resident', () => ID) one: string, @Arg('other', () => ID) other: string, @Arg('reason', () => String) reason: string) {
    const { viewer } = await context.asker()
    const { identity } = context.gateway
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
    const { viewer } = await context.asker()
    const { identity } = context.gateway
    if (others.length >= mostTogether) throw new HutongError('BAD_ARGUMENT', `with must name fewer than ${mostTogether}`, 'with')
    return globalId(await identity.splitPatient([patient, ...others], wordOf(context, viewer, reason)))
  }

  @Priced({ cost: 500 })
  @Query(() => [CrossReference], { description: 'Who has an identifier, and by which source patients they are known: to stewards by all; to a source by its own, and only of residents of whom it has one. In the ledger of looks, found or not; at most so many a minute and hour for each source. For sources and stewards.' })
  async crossReference(@Ctx() context: RequestContext, @Arg('identifier', () => IdentifierInput) { system, value }: IdentifierInput) {
    const by = await sourceAsking(context)
    return evenlyTo(by, async () => {
      const found = await context.gateway.identity.crossReference({ system, value }, by)
      await lookedAt(context, found.map(({ resident }) => resident), 'Patient', 'crossReference')
      return found.map(({ resident, patients }) => ({ resident: globalId(resident), patients }))
    })
  }

  @Priced({ cost: 2000, each: 10 })
  @Query(() => [PatientMatch], { description: 'Residents who may be the person told, the likeliest first; nothing is kept of the question but, in the ledger of looks, who was shown, or that nobody was. A source is told only of residents of whom it has a patient, or who certainly are the patient of a record on its way that names one of the identifiers; and how sure it is, not why; at most so many a minute and hour. For sources and stewards.' })
  async match(@Ctx() context: RequestContext, @Arg('person', () => PersonInput) person: PersonInput, @Arg('first', () => Int, { defaultValue: 10 }) first: number) {
    const by = await sourceAsking(context)
    return evenlyTo(by, async () => {
      const found = await context.gateway.identity.match(patientOf(person), sizeOf(first, 'first'), by)
      await lookedAt(context, found.map(({ resident }) => resident), 'Patient', 'match')
      return found.map(({ resident, probability, ...match }) => ({ ...match, resident: globalId(resident), score: probability }))
    })
  }

  @Priced({ cost: 500 })
  @Mutation(() => Review, { description: 'A resident says that a record is not theirs: it is in no answer until a steward has decided. For residents.' })
  async reportNotMine(@Ctx() context: RequestContext, @Arg('record', () => ID) record: string, @Arg('reason', () => String) reason: string) {
    const { viewer } = await context.asker()
    const { identity } = context.gateway
    const { type, parts: [patient, id] } = decodeGlobalId(record)
    if (!('resident' in viewer) || patient === undefined || id === undefined || type === 'Resident') throw new HutongError('BAD_ID', 'This is no id of a record.', 'record')
    const { tellers, archive } = await context.gateway.archive.fact(await context.asker(), { type: factType(type), patient, id })
    context.looking(archive)
    const records = tellers.map(fact => ({ patient: fact.patient, type: fact.type, id: fact.id }))
    return { ...served(await identity.reportNotMine({ resident: archive.resident, records }, wordOf(context, viewer, reason))), patients: [] }
  }
}

const factType = (type: string): FactType => {
  const known = factTypes.find(each => each === type)
  if (known === undefined) throw new HutongError('BAD_ID', 'This is no id of a record.', 'record')
  return known
}

/** The source that asks, counted: undefined where a steward does. Throws TOO_MANY_REQUESTS. */
async function sourceAsking(context: RequestContext): Promise<string | undefined> {
  const { viewer } = await context.asker()
  if (viewer.role !== 'source') return undefined
  await context.gateway.matching.take(viewer.source)
  return viewer.source
}

/** In milliseconds: longer than most questions take. */
const askingStep = 100

/** What a source is answered leaves at an even time, whether the person is its own, somebody else's, or nobody. */
const evenlyTo = <T>(source: string | undefined, work: () => Promise<T>): Promise<T> => (source === undefined ? work() : alwaysEvenly(work, askingStep))

/** Said at the gateway's own time. Throws BAD_ARGUMENT: a decision without a reason is none. */
function wordOf({ gateway }: RequestContext, viewer: Viewer, reason: string): Word {
  return { at: new Date(gateway.now()).toISOString(), by: viewer.id, reason: reasonOf(reason) }
}

/** Questions with the patients that they are of: whoever these are, and whoever asked, was looked at. */
async function sideBySide(context: RequestContext, rows: readonly ReviewRow[], asked: string) {
  const patients = rows.flatMap(({ patient, other }) => [patient, other]).filter(patient => patient !== '')
  const subjects = await context.gateway.identity.subjectsOf([...new Set(patients)])
  await lookedAt(context, [...subjects, ...rows].map(({ resident }) => resident), 'Patient', asked)
  const known = new Map(subjects.map(({ patient, source, resident, features }) =>
    [patient, { id: patient, source, features, ...(resident && { resident: globalId(resident) }) }]))
  return rows.map(row => ({ ...served(row), patients: [row.patient, row.other].flatMap(patient => known.get(patient) ?? []) }))
}

/** A review's id says its place in the queue too. */
const served = (row: ReviewRow) => ({ ...row, id: Buffer.from(JSON.stringify([row.at, row.review])).toString('base64url') })

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
