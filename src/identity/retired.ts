/** Charts whose place another took (HL7 A40): they go where that one goes, unless what they tell or a person forbids it. Pure. */
import type { SubjectRow } from '../store/collections'
import type { Decided } from './groups'
import type { Judgement } from './judge'
import { decisive } from './rules'

/** A chart with those that it replaced; `isMute`: these only, since their survivor has not come: nothing is judged of them. */
export interface Unit {
  readonly head: SubjectRow
  readonly charts: readonly SubjectRow[]
  readonly isMute: boolean
}

export interface Retiring {
  readonly units: readonly Unit[]
  /** Charts that go by their source's word. */
  readonly replaced: ReadonlySet<string>
  /** Retired charts that do not go by it: they are whoever they are like. */
  readonly freed: readonly string[]
  /** Retired charts that contradict their survivor, and on which no person has spoken: these are questions. */
  readonly doubted: readonly { readonly a: SubjectRow; readonly b: SubjectRow; readonly judgement: Judgement }[]
}

export interface Judges {
  readonly judged: (a: SubjectRow, b: SubjectRow) => Judgement
  readonly decided: (a: Pick<SubjectRow, 'patient'>, b: Pick<SubjectRow, 'patient'>) => Decided
}

export const isRetired = ({ features, patient }: SubjectRow): boolean =>
  features.replacedBy !== undefined && features.replacedBy !== patient

/** A source's word is stronger than a likeness, and weaker than two valid numbers and than a person's word. */
export function retire(members: readonly SubjectRow[], judges: Judges): Retiring {
  const order = members.toSorted((a, b) => (a.patient < b.patient ? -1 : 1))
  const known = new Map(order.map((subject) => [subject.patient, subject]))
  const told = new Map(order.filter(isRetired).map((subject) => [subject.patient, subject.features.replacedBy ?? '']))
  const next = new Map(told)
  const present = (patients: readonly string[]) => patients.flatMap((patient) => known.get(patient) ?? [])
  for (const chart of present([...told.keys()]))
    if (present(chainOf(chart.patient, told)).some((other) => isForbidden(chart, other, judges))) next.delete(chart.patient)
  for (const chart of told.keys()) if (isLeastOfCycle(chart, next)) next.delete(chart)
  for (const chart of clashing(present([...next.keys()]), next, judges)) next.delete(chart)
  const freed = [...told.keys()].filter((patient) => !next.has(patient))
  return {
    units: unitsOf(order, next),
    replaced: new Set(next.keys()),
    freed,
    doubted: present(freed).flatMap((a) =>
      present([told.get(a.patient) ?? '']).flatMap((b) =>
        judges.decided(a, b) === undefined && isForbidden(a, b, judges) ? [{ a, b, judgement: judges.judged(a, b) }] : [],
      ),
    ),
  }
}

function isForbidden(a: SubjectRow, b: SubjectRow, { judged, decided }: Judges): boolean {
  const word = decided(a, b)
  return word === undefined ? judged(a, b).against.some((reason) => decisive.has(reason)) : word === 'cut'
}

/** Who took the chart's place, who took theirs, and so on. */
function chainOf(chart: string, next: ReadonlyMap<string, string>): string[] {
  const chain: string[] = []
  for (let at = next.get(chart); at !== undefined && at !== chart && !chain.includes(at); at = next.get(at)) chain.push(at)
  return chain
}

function isLeastOfCycle(chart: string, next: ReadonlyMap<string, string>): boolean {
  const chain = chainOf(chart, next)
  return next.get(chain.at(-1) ?? '') === chart && chain.every((other) => chart < other)
}

/** Charts replaced by one that contradict each other: their source's word on both cannot hold. */
function clashing(retired: readonly SubjectRow[], next: ReadonlyMap<string, string>, judges: Judges): string[] {
  const last = new Map(retired.map((chart) => [chart, chainOf(chart.patient, next).at(-1)]))
  return retired
    .filter((a) => retired.some((b) => a !== b && last.get(a) === last.get(b) && isForbidden(a, b, judges)))
    .map(({ patient }) => patient)
}

function unitsOf(order: readonly SubjectRow[], next: ReadonlyMap<string, string>): Unit[] {
  const found = new Map<string, SubjectRow[]>()
  for (const subject of order) {
    const head = chainOf(subject.patient, next).at(-1) ?? subject.patient
    found.set(head, [...(found.get(head) ?? []), subject])
  }
  return [...found].flatMap(([head, charts]) => {
    const own = charts.find(({ patient }) => patient === head)
    const first = own ?? charts[0]
    return first === undefined ? [] : [{ head: first, charts, isMute: own === undefined }]
  })
}
