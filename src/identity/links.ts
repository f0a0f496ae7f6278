/** Links of source patients to residents: the only file of identity that talks to the store. */
import { LRUCache } from 'lru-cache'
import { HutongError } from '../model/errors'
import { contentHash, keyedHash } from '../model/ids'
import type { ResidentLink } from '../model/link'
import type { MappingIssue } from '../model/mapping'
import type { ServedPatient } from '../model/served'
import { blocks, facts, links, residents, type BlockRow, type ResidentRow } from '../store/collections'
import type { Change, Store } from '../store/port'
import type { Identity } from './api'
import { decide, rule, type Candidate, type Decision } from './decide'
import { featuresOf, type Features } from './normalise'
import { createTurns } from './turns'

export interface IdentityOptions { readonly store: Store; readonly idKey: string }

const replacedRule = 'replaced-by/1'
const attempts = 50

/** A patient on the way to its resident. */
interface Asked { readonly id: string; readonly features: Features; readonly at: string }
interface Outcome { readonly link: ResidentLink; readonly issues: readonly MappingIssue[] }
interface Block { readonly block: string; readonly version: number | null; readonly members: readonly string[] }
/** Who goes where, and what was read on the way: whoever changed it first makes the commit fail. */
interface Plan {
  readonly target: string
  readonly moving: readonly string[]
  readonly decision: Pick<Decision, 'grade' | 'evidence'>
  readonly rule: string
}
type LinkByPatient = ReadonlyMap<string, ResidentLink>

/** Where a patient goes with its group, or who else comes to where the group is. */
type Target = string | Pick<Plan, 'target' | 'moving'>

export function createIdentity({ store, idKey }: IdentityOptions): Identity {
  const linker = new Linker(store, idKey)
  /** Patients with one number meet in one row: at once, all but one of them would read all the others for nothing. */
  const inTurn = createTurns()
  const remembered = new LRUCache<string, Outcome & { readonly signature: string }>({ max: 50_000 })

  async function linkAnew(asked: Asked, signature: string): Promise<Outcome> {
    for (let attempt = 0; attempt < attempts; attempt += 1) {
      const outcome = await linker.attempt(asked)
      if (outcome !== undefined) {
        for (const moved of outcome.moved) remembered.delete(moved)
        const { link, issues } = outcome
        remembered.set(asked.id, { link, issues, signature })
        return { link, issues }
      }
      await new Promise((resolve) => setTimeout(resolve, attempt))
    }
    throw new HutongError('CONFLICT', 'The links of a patient are changed by others without pause.')
  }

  return {
    async link({ id, resource }, at) {
      const features = featuresOf(resource)
      const signature = JSON.stringify(features)
      const known = remembered.get(id)
      if (known?.signature === signature) return { link: known.link, issues: known.issues }
      return inTurn(features.identityNumber?.number, () => linkAnew({ id, features, at }, signature))
    },

    async patientsOf(resident, asOf) {
      if (asOf === undefined) return (await store.get(residents, [resident]))?.patients ?? []
      const ever = await store.find(links, { where: { resident, at: { to: asOf } }, limit: 10_000 })
      const patients = [...new Set(ever.map(({ patient }) => patient))]
      if (patients.length === 0) return []
      const where = { patient: { in: patients }, at: { to: asOf } }
      const newest = await store.find(links, { where, order: 'backward', limit: 1 })
      return newest.filter((link) => link.resident === resident).map(({ patient }) => patient)
    },

    async residentOf(patient) {
      return (await linker.newest([patient])).get(patient)?.resident
    },
  }
}

class Linker {
  constructor(private readonly store: Store, private readonly idKey: string) {}

  /** One attempt; undefined where someone else changed first what was read. */
  async attempt(asked: Asked): Promise<(Outcome & { readonly moved: readonly string[] }) | undefined> {
    const current = (await this.newest([asked.id])).get(asked.id)
    const block = await this.blockOf(asked.features)
    const { plan, issues } = asked.features.replacedBy === undefined || asked.features.replacedBy === asked.id
      ? await this.byNumber(asked, current, block)
      : { plan: await this.bySurvivor(asked, asked.features.replacedBy), issues: [] }
    const isMember = block === undefined || block.members.includes(asked.id)
    const settled = current !== undefined && isMember && isUnchanged(current, plan) && await this.areAll(plan.moving, plan.target)
    if (settled) return { link: current, issues, moved: [] }
    const link = await this.move(asked, plan, block)
    if (link === undefined || await this.isOvertaken(asked, plan)) return undefined
    return { link, issues, moved: plan.moving }
  }

  private async areAll(patients: readonly string[], resident: string): Promise<boolean> {
    return patients.length === 1 || [...(await this.newest(patients)).values()].every((link) => link.resident === resident)
  }

  /** A chart and the one that took its place were linked at once, and neither saw the other: whoever is later looks again. */
  private async isOvertaken({ id, features }: Asked, { moving, target }: Plan): Promise<boolean> {
    const { replacedBy } = features
    const survivor = replacedBy === undefined ? undefined : (await this.newest([replacedBy])).get(replacedBy)
    if (survivor !== undefined && survivor.resident !== target) return true
    return (await this.followers(id)).some((follower) => !moving.includes(follower))
  }

  async newest(patients: readonly string[]): Promise<Map<string, ResidentLink>> {
    if (patients.length === 0) return new Map()
    const rows = await this.store.find(links, { where: { patient: { in: patients } }, order: 'backward', limit: 1 })
    return new Map(rows.map((link) => [link.patient, link]))
  }

  private async blockOf({ identityNumber }: Features): Promise<Block | undefined> {
    if (identityNumber === undefined) return undefined
    const block = keyedHash(this.idKey, ['identity-number', identityNumber.number])
    const rows = await this.store.find(blocks, { where: { block }, limit: 1000 })
    return {
      block,
      version: rows.find(({ patient }) => patient === '')?.version ?? null,
      members: rows.filter(({ patient }) => patient !== '').map(({ patient }) => patient),
    }
  }

  /** HL7 A40: the source itself says who took the place of the chart. */
  private async bySurvivor(asked: Asked, survivor: string): Promise<Plan> {
    const target = (await this.newest([survivor])).get(survivor)?.resident ?? this.ownId(survivor)
    return {
      target, moving: [asked.id, ...await this.followers(asked.id)], rule: replacedRule,
      decision: { grade: 'certain', evidence: ['replaced-by'] },
    }
  }

  private async byNumber(asked: Asked, current: ResidentLink | undefined, block: Block | undefined) {
    const candidates = block === undefined ? [] : await this.candidates(asked, block)
    const decision = decide(asked.features, candidates)
    const group = [asked.id, ...await this.followers(asked.id)]
    const found = decision.residents.find((resident) => resident === current?.resident) ?? decision.residents[0]
    const target = found === undefined ? await this.ownResident(asked, current, group) : await this.joined(found, current, group)
    const plan: Plan = typeof target === 'string' ? { target, moving: group, decision, rule } : { ...target, decision, rule }
    return { plan, issues: decision.shared.length > 0 ? [sharedIssue(decision.shared)] : [] }
  }

  /** The linked patients that hold the same number now. */
  private async candidates(asked: Asked, { members }: Block): Promise<Candidate[]> {
    const others = members.filter((patient) => patient !== asked.id)
    if (others.length === 0) return []
    const [known, linked] = await Promise.all([
      this.store.find(facts, { where: { patient: { in: others }, type: 'Patient' }, limit: 1 }),
      this.newest(others),
    ])
    return known.flatMap(({ patient, record }) => {
      const features = featuresOf(record as ServedPatient)
      const link = linked.get(patient)
      const holds = features.identityNumber?.number === asked.features.identityNumber?.number && features.replacedBy === undefined
      return link !== undefined && holds ? [{ patient, features, resident: link.resident, at: link.at }] : []
    })
  }

  /** The resident that a patient like no other is: the one it is already while nobody else is it, or one of its own. */
  private async ownResident(asked: Asked, current: ResidentLink | undefined, group: readonly string[]): Promise<string> {
    const isFree = async (resident: string) =>
      (await this.store.get(residents, [resident]))?.patients.every((patient) => group.includes(patient)) ?? true
    if (current !== undefined && await isFree(current.resident)) return current.resident
    let resident = this.ownId(asked.id)
    for (let n = 2; !await isFree(resident); n += 1) resident = this.ownId(asked.id, n)
    return resident
  }

  /** Two groups become one resident: the one that came first keeps its id, unless others than the group are it. */
  private async joined(resident: string, current: ResidentLink | undefined, group: readonly string[]): Promise<Target> {
    if (current === undefined || current.resident === resident) return resident
    const rows = await this.store.getMany(residents, [[resident], [current.resident]])
    const membersOf = (id: string) => rows.find((row) => row.resident === id)?.patients ?? []
    if (!membersOf(current.resident).every((patient) => group.includes(patient))) return resident
    const [theirs, ours] = await Promise.all([this.began(resident), this.began(current.resident)])
    if (theirs < ours || (theirs === ours && resident < current.resident)) return resident
    return { target: current.resident, moving: [...group, ...membersOf(resident)] }
  }

  private async began(resident: string): Promise<string> {
    return (await this.store.find(links, { where: { resident }, limit: 1 }))[0]?.at ?? '~'
  }

  /** Charts whose place a patient took, and those whose place they took: they go where it goes. */
  private async followers(patient: string): Promise<string[]> {
    const found = new Set<string>()
    for (let survivors = [patient]; survivors.length > 0;) {
      const where = { block: { in: survivors.map((id) => this.replacedBlock(id)) } }
      const rows = await this.store.find(blocks, { where, limit: 1000 })
      const linked = await this.newest(rows.map((row) => row.patient))
      survivors = [...linked.values()].filter(({ rule: by }) => by === replacedRule).map((link) => link.patient)
        .filter((id) => id !== patient && !found.has(id))
      for (const id of survivors) found.add(id)
    }
    return [...found]
  }

  private async move(asked: Asked, plan: Plan, block: Block | undefined): Promise<ResidentLink | undefined> {
    const before = await this.newest(plan.moving)
    const current = before.get(asked.id)
    const moved = [...new Set(plan.moving)].filter((id) => id === asked.id ? current === undefined || !isUnchanged(current, plan)
      : before.get(id)?.resident !== plan.target)
    const appended = moved.map((patient): ResidentLink => ({
      patient, resident: plan.target, at: after(asked.at, before.get(patient)?.at), grade: plan.decision.grade, by: 'machine',
      rule: patient === asked.id ? plan.rule : before.get(patient)?.rule ?? plan.rule,
      evidence: patient === asked.id ? plan.decision.evidence : before.get(patient)?.evidence ?? [],
    }))
    const changes: Change[] = [
      ...this.blockChanges(asked, block),
      ...appended.map((row): Change => ({ verb: 'insert', collection: links, row })),
      ...await this.residentChanges(plan.target, appended, before),
    ]
    const outcome = await this.store.commit(`link:${contentHash([asked.id, JSON.stringify(changes)])}`, changes)
    return outcome.ok ? appended.find(({ patient }) => patient === asked.id) ?? current : undefined
  }

  private blockChanges({ id, features }: Asked, block: Block | undefined): Change[] {
    const { replacedBy } = features
    const replaced = replacedBy === undefined ? [] : [putBlock({ block: this.replacedBlock(replacedBy), patient: id })]
    if (block === undefined) return replaced
    const version = block.version ?? 0
    const row: BlockRow = { block: block.block, patient: '', version: version + 1 }
    const raised: Change = { verb: 'putIf', collection: blocks, version: block.version, row }
    return [...replaced, raised, ...(block.members.includes(id) ? [] : [putBlock({ block: block.block, patient: id })])]
  }

  private async residentChanges(target: string, moved: readonly ResidentLink[], before: LinkByPatient): Promise<Change[]> {
    if (moved.length === 0) return []
    const left = [...new Set(moved.flatMap(({ patient }) => before.get(patient)?.resident ?? []))].filter((id) => id !== target)
    const known = await this.store.getMany(residents, [target, ...left].map((id) => [id]))
    const rows = new Map(known.map((row) => [row.resident, row]))
    const going = new Set(moved.map(({ patient }) => patient))
    const change = (resident: string, patients: readonly string[]): Change => {
      const version = rows.get(resident)?.version ?? null
      const merged = patients.length === 0 ? { mergedInto: target } : {}
      const row: ResidentRow = { resident, version: (version ?? 0) + 1, patients, ...merged }
      return { verb: 'putIf', collection: residents, version, row }
    }
    return [
      change(target, [...new Set([...rows.get(target)?.patients ?? [], ...going])]),
      ...left.map((resident) => change(resident, (rows.get(resident)?.patients ?? []).filter((patient) => !going.has(patient)))),
    ]
  }

  private ownId(patient: string, n = 1): string {
    return keyedHash(this.idKey, n === 1 ? ['resident', patient] : ['resident', patient, String(n)])
  }

  private replacedBlock(survivor: string): string {
    return keyedHash(this.idKey, ['replaced-by', survivor])
  }
}

const putBlock = (row: BlockRow): Change => ({ verb: 'put', collection: blocks, row })

/** The same resident by the same rule, and still with (or without) a number: nothing to append. */
const isUnchanged = (link: ResidentLink, plan: Plan) => link.resident === plan.target && link.rule === plan.rule
  && link.evidence.includes('no-identity-number') === plan.decision.evidence.includes('no-identity-number')

/** Links of a patient follow one another in time, however the clocks stand. */
const after = (at: string, previous: string | undefined) =>
  (previous === undefined || at > previous ? at : new Date(Date.parse(previous) + 1).toISOString())

const sharedIssue = (shared: readonly string[]): MappingIssue => ({
  severity: 'warning',
  code: 'identity-number-shared',
  place: 'Patient.identifier',
  message: `Another patient has the same identity number, and is not taken for the same resident: ${shared.join(', ')}.`,
})
