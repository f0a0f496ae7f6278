import { benchLifeOf } from './bench'
import { people, type Span } from './district'
import { faultyRecords } from './faults'
import { lifeOf } from './illness'
import { stories } from './stories'
import { tellCommunityHealth } from './systems/communityHealth'
import { tellFirstHospital } from './systems/firstHospital'
import { tellMaternityHospital } from './systems/maternityHospital'
import { tellRegionalPlatform } from './systems/regionalPlatform'
import { day } from './time'
import { residentsOf, type Fault, type TrueResident, type Truth } from './truth'
import type { Happening, Person } from './happenings'
import type { SeedUpload, Sent } from './upload'

export type { SeedUpload } from './upload'
export type { Fault, TruePatient, TrueResident, Truth } from './truth'
export { stories } from './stories'
export type { Story } from './story'

export interface DistrictOptions {
  /** How many people live in the district, those of the stories included. */
  readonly residents?: number
  readonly seed?: number
  /** Nothing is told after this instant. */
  readonly until?: string
  readonly years?: number
  /** 1 is an ordinary district; 2 has twice the visits. */
  readonly density?: number
  /** `benchArchive`: everyone has three linked sources, 100 observations and 30 other records; no stories, no faults. */
  readonly profile?: 'district' | 'benchArchive'
}

export interface District extends Iterable<SeedUpload> {
  /** Who is who, and what is bad on purpose. Made anew by each call: keep it. */
  truth(): Truth
  /** Who is who, one after the other, where a district is too large to keep. */
  residents(): Iterable<TrueResident>
}

/** Residents that are made, told and forgotten together. */
const cohortSize = 250
const storyNames = new Set(stories.map(story => story.name))
const storyPeople = stories.reduce((count, story) => count + story.people.length, 0)

/**
 * A synthetic district as the raw messages of its four systems, from a fixed number: the same options give the same bytes.
 * Uploads come in order of arrival within each cohort of 250 residents, which is the whole district where it is no larger.
 */
export function generateDistrict(options: DistrictOptions = {}): District {
  const plan = planOf(options)
  const faults: Fault[] = []
  if (plan.stories) for (const person of firstOf(plan)) faults.push(...faultyRecords(person, plan.span.until).faults)
  return {
    *[Symbol.iterator]() {
      for (const cohort of cohortsOf(plan)) yield* uploadsOf(cohort, plan)
    },
    *residents() {
      for (const cohort of cohortsOf(plan)) yield* residentsIn(cohort, plan)
    },
    truth() {
      return { residents: [...this.residents()], faults }
    },
  }
}

/** The uploads of some of the stories alone (or of all), with the institutions' directory; in order of arrival. */
export function* storyUploads(names: readonly string[] = [...storyNames], until = defaultUntil): Generator<SeedUpload> {
  const told = stories.filter(story => names.includes(story.name))
  const happenings = told.flatMap(story => [...story.happenings])
  const plan = planOf({ until })
  yield* tellAll({ happenings, sent: told.flatMap(story => [...(story.sent ?? [])]), first: true }, plan)
}

const defaultUntil = '2026-11-20T10:00:00+08:00'

interface Plan {
  readonly seed: number
  readonly span: Span
  readonly density: number
  readonly ordinary: number
  readonly stories: boolean
  readonly bench: boolean
}

function planOf({
  residents = 60,
  seed = 20261120,
  until = defaultUntil,
  years = 10,
  density = 1,
  profile = 'district',
}: DistrictOptions): Plan {
  const end = Date.parse(until)
  if (Number.isNaN(end)) throw new RangeError(`Not an instant: ${until}`)
  const withStories = profile === 'district'
  return {
    seed,
    density,
    span: { from: end - Math.round(years * 365.25) * day, until: end },
    stories: withStories,
    bench: !withStories,
    ordinary: Math.max(0, residents - (withStories ? storyPeople : 0)),
  }
}

interface Cohort {
  readonly happenings: Happening[]
  readonly sent: Sent[]
  readonly first: boolean
}

function* cohortsOf(plan: Plan): Generator<Cohort> {
  for (let first = 0; first < Math.max(1, plan.ordinary); first += cohortSize) {
    const count = Math.min(cohortSize, plan.ordinary - first)
    const happenings: Happening[] = []
    const sent: Sent[] = []
    let misread: Person | undefined
    for (const person of people({ seed: plan.seed, first: first + 1, count, span: plan.span })) {
      for (const happening of plan.bench ? benchLifeOf(person, plan) : lifeOf(person, plan)) happenings.push(happening)
      if (plan.stories && first === 0 && !misread) misread = person
    }
    if (plan.stories && first === 0) {
      for (const story of stories) {
        happenings.push(...story.happenings)
        sent.push(...(story.sent ?? []))
      }
      if (misread) sent.push(...faultyRecords(misread, plan.span.until).sent)
    }
    yield { happenings, sent, first: first === 0 }
  }
}

const firstOf = (plan: Plan) => (plan.ordinary > 0 ? people({ seed: plan.seed, first: 1, count: 1, span: plan.span }) : [])

function* uploadsOf(cohort: Cohort, plan: Plan): Generator<SeedUpload> {
  yield* tellAll(cohort, plan)
}

function* tellAll(cohort: Cohort, { span, bench }: Plan): Generator<SeedUpload> {
  const { happenings } = cohort
  const sent: Sent[] = [
    ...cohort.sent.filter(each => each.arrived <= span.until),
    ...tellFirstHospital(happenings, span),
    ...tellMaternityHospital(happenings, span),
    ...tellCommunityHealth(happenings, span, { repeats: !bench }),
    ...tellRegionalPlatform(happenings, span, { directory: cohort.first }),
  ]
  sent.sort((one, other) => one.arrived - other.arrived || (one.name < other.name ? -1 : one.name > other.name ? 1 : 0))
  for (const { source, name, arrived, bytes } of sent) yield { source, name, arrivedAt: new Date(arrived).toISOString(), bytes }
}

function residentsIn({ happenings, sent }: Cohort, { span }: Plan): TrueResident[] {
  const told = sent.filter(each => each.arrived <= span.until)
  return residentsOf(happenings, span.until).map(resident => {
    const known = new Map(resident.patients.map(patient => [`${patient.source}|${patient.identifier}`, patient]))
    for (const { source, about } of told) {
      if (about?.key === resident.key) known.set(`${source}|${about.identifier}`, { source, identifier: about.identifier })
    }
    return { ...resident, patients: [...known.values()] }
  })
}
