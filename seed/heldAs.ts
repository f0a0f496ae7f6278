import { checkDigit } from './identityNumbers'
import { drawGivenName, drawStreet, surnameOf } from './names'
import { Random } from './random'
import type { Held, Person } from './happenings'

/**
 * How often a system holds something else than the truth, of all residents that it may know (each system by itself), but for
 * the last two: of all residents, and in one system. They are guesses, on the bad side of what districts report.
 */
export const rates = {
  /** No identity number was asked for. */
  numberMissing: 0.1,
  /** A digit of it was misread, so that the check digit is wrong. */
  numberMisread: 0.03,
  /** A child stands under its mother's number, at a hospital. */
  numberOfMother: 0.05,
  /** One character of the name is another of the same sound. */
  nameMiswritten: 0.03,
  /** Another telephone: an old one, a neighbour's. */
  phoneOther: 0.2,
  /** The address before the last move. */
  addressOld: 0.12,
  /** The day of birth is wrong by a digit. */
  birthMistyped: 0.01,
  /** The name before it was changed, still in one system. */
  renamed: 0.01,
  /** Moved to another centre's street: two archives, one closed. */
  moved: 0.03,
} as const

export type System = keyof NonNullable<Person['heldAs']>
const systems: readonly System[] = ['community', 'hospital', 'maternity', 'platform']

/** The person as a system knows them. */
export const asHeldBy = (person: Person, system: System): Person => ({ ...person, ...person.heldAs?.[system] })

/** Characters of one sound, as clerks take one for the other. */
const homophones: Readonly<Record<string, string>> = {
  伟: '玮', 丽: '莉', 静: '婧', 婷: '亭', 敏: '闽', 燕: '艳', 萍: '平', 辉: '晖', 彬: '斌', 斌: '彬', 鹏: '朋', 芳: '方', 华: '桦', 英: '瑛', 珍: '贞',
  玲: '铃', 强: '墙', 军: '君', 勇: '永', 明: '鸣', 豪: '毫', 轩: '宣', 涵: '函', 怡: '宜', 琪: '棋', 悦: '玥', 辰: '晨', 建: '健', 国: '囯', 志: '智',
}

/** What each system got wrong of a resident; a stream of its own, which no other draw can shift. */
export function drawHeldAs(person: Person, { seed, home }: { seed: number; home: number }): Person['heldAs'] {
  const random = new Random(seed, 'held-as', person.key)
  const renamed = random.chance(rates.renamed) ? random.pick(systems) : undefined
  const held: Partial<Record<System, Held>> = {}
  for (const system of systems) {
    const told = {
      ...number(person, system, random),
      ...(random.chance(rates.nameMiswritten) ? miswritten(person.name) : {}),
      ...(random.chance(rates.phoneOther) ? { phone: otherPhone(random) } : {}),
      ...(random.chance(rates.addressOld) ? { street: drawStreet(home, random) } : {}),
      ...(random.chance(rates.birthMistyped) && system !== 'community' ? { birth: mistyped(person.birth, random) } : {}),
      ...(renamed === system ? { name: surnameOf(person.name) + drawGivenName(person.sex, Number(person.birth.slice(0, 4)) - 20, random) } : {}),
    }
    if (Object.keys(told).length > 0) held[system] = told
  }
  return Object.keys(held).length > 0 ? held : undefined
}

function number({ identity, mother }: Person, system: System, random: Random): Held {
  const [missing, misread, mothers] = [random.chance(rates.numberMissing), random.chance(rates.numberMisread), random.chance(rates.numberOfMother)]
  if (missing) return { identity: '' }
  if (mother && mothers && (system === 'hospital' || system === 'maternity')) return { identity: mother.identity }
  return misread ? { identity: misreadNumber(identity, random) } : {}
}

/** Another digit in the serial: the check digit no longer fits. */
function misreadNumber(identity: string, random: Random): string {
  const digit = (Number(identity[15]) + random.whole(1, 9)) % 10
  const body = `${identity.slice(0, 15)}${digit}${identity[16]}`
  return checkDigit(body) === identity[17] ? '' : body + (identity[17] ?? '')
}

function miswritten(name: string): Held {
  const at = [...name].findLastIndex((character, place) => place > 0 && homophones[character] !== undefined)
  return at < 0 ? {} : { name: [...name].map((character, place) => (place === at ? homophones[character] ?? character : character)).join('') }
}

function mistyped(birth: string, random: Random): string {
  const last = (Number(birth[9]) + random.whole(1, 8)) % 10
  const day = Number(`${birth[8]}${last}`)
  return day >= 1 && day <= 28 ? `${birth.slice(0, 9)}${last}` : birth
}

const otherPhone = (random: Random) => `1${random.pick(['37', '39', '50', '58', '88'])}9999${`000${random.whole(0, 9999)}`.slice(-4)}`
