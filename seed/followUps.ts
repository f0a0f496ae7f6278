import { medicines, type MedicineName } from './clinical'
import { practitionersOf } from './institutions'
import { Random } from './random'
import { ageAt, day, hour, minute, dayOf } from './time'
import type { Dose, FollowUp, Person } from './happenings'
import type { Span } from './district'

const hypertensionLadder: readonly (readonly MedicineName[])[] = [
  ['amlodipine'],
  ['nifedipine'],
  ['irbesartan'],
  ['amlodipine', 'valsartan'],
  ['amlodipine', 'irbesartan', 'metoprolol'],
]
const diabetesLadder: readonly (readonly MedicineName[])[] = [
  ['metformin'],
  ['metforminSustained'],
  ['metformin', 'acarbose'],
  ['metforminSustained', 'gliclazide'],
  ['metformin', 'gliclazide', 'acarbose'],
]

/**
 * Four visits a year of each chronic disease (national specification, 3rd edition): every three months while controlled,
 * again within two weeks when not. About one in eight is by telephone, now and then nobody comes for half a year.
 */
export function* followUpsOf(
  person: Person,
  { seed, span, visits = 4 }: { seed: number; span: Span; visits?: number },
): Generator<FollowUp> {
  for (const disease of ['hypertension', 'diabetes'] as const) {
    const since = person[disease]
    if (since === undefined) continue
    const random = new Random(seed, 'follow-up', disease, person.key)
    const habit: Habit = {
      systolic: random.whole(124, 150),
      glucose: random.around(6.8, 0.7),
      height: heightOf(person, random),
      weight: random.whole(52, 84),
      step: random.whole(0, 2),
    }
    let at = Math.max(since, person.registered) + random.whole(5, 60) * day
    for (let count = 1; at < Math.min(span.until, person.died ?? span.until); count++) {
      const visit = followUp({ person, disease, at, count, habit, random })
      yield visit
      const missed = random.chance(0.06) ? 90 * day : 0
      at = visit.evaluation === '1' ? at + missed + Math.round(random.whole(80, 100) * (4 / visits)) * day : visit.next
    }
  }
}

interface Habit {
  systolic: number
  glucose: number
  height: number
  weight: number
  step: number
}

function followUp({
  person,
  disease,
  at,
  count,
  habit,
  random,
}: {
  person: Person
  disease: 'hypertension' | 'diabetes'
  at: number
  count: number
  habit: Habit
  random: Random
}): FollowUp {
  const moment = dayOf(at) + random.whole(8, 16) * hour + random.whole(0, 59) * minute
  const way = random.weighted<FollowUp['way']>([
    ['1', 70],
    ['3', 10],
    ['4', 7],
    ['5', 13],
  ])
  const systolic = Math.round(random.around(habit.systolic, 8))
  const pressure = [systolic, Math.min(Math.round(random.around(80, 7)), systolic - 25)] as const
  const fasting = Number(random.around(habit.glucose, 0.9).toFixed(1))
  const target = ageAt(person.birth, at) >= 65 ? 150 : 140
  const adverse = random.chance(0.02)
  const bad = disease === 'hypertension' ? pressure[0] >= target || pressure[1] >= 90 : fasting >= 7
  const evaluation = adverse ? '3' : bad && way !== '5' ? '2' : '1'
  const doses = dosesOf(disease, habit.step)
  if (evaluation === '2' && random.chance(0.4)) {
    habit.step = Math.min(habit.step + 1, 4)
    habit.systolic -= 8
    habit.glucose -= 0.5
  }
  habit.weight += random.whole(-1, 1)
  return {
    kind: 'follow-up',
    person,
    at: moment,
    disease,
    centre: person.centre,
    archive: person.archive,
    empi: person.empi,
    visit: `${disease === 'hypertension' ? 'HY' : 'DM'}${person.key.slice(1)}${`000${count}`.slice(-4)}`,
    doctor: random.pick(practitionersOf(person.centre)),
    way,
    height: habit.height,
    evaluation,
    doses,
    next: moment + (evaluation === '1' ? 90 : 14) * day,
    ...(way === '5' ? {} : { pressure, heartRate: random.whole(60, 92), weight: habit.weight }),
    ...(disease === 'diabetes' && way !== '5' ? { fasting: [fasting, random.chance(0.8) ? '1' : '2'] as const } : {}),
    ...(disease === 'diabetes' && count % 4 === 1 && way !== '5' ? { hba1c: Number((fasting * 0.65 + 2.4).toFixed(1)) } : {}),
    ...(adverse ? { adverse } : {}),
    ...(way !== '5' && random.chance(0.03)
      ? { corrected: { at: moment + random.whole(20, 200) * day, pressure: [pressure[0] - 10, pressure[1]] as const } }
      : {}),
  }
}

const dosesOf = (disease: 'hypertension' | 'diabetes', step: number): Dose[] =>
  ((disease === 'hypertension' ? hypertensionLadder : diabetesLadder)[step] ?? []).map(name => ({ medicine: medicines[name] }))

const heightOf = (person: Person, random: Random) => Math.round(random.around(person.sex === 'M' ? 168 : 157, 5))
