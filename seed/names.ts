import type { Sex } from './happenings'
import type { Random } from './random'

/** Surnames by about their share in southern Fujian. */
const surnames: readonly (readonly [string, number])[] = [
  ['陈', 12],
  ['林', 11],
  ['黄', 8],
  ['张', 7],
  ['吴', 6],
  ['李', 6],
  ['王', 6],
  ['郑', 4],
  ['许', 4],
  ['蔡', 4],
  ['刘', 4],
  ['杨', 3],
  ['苏', 3],
  ['叶', 2],
  ['曾', 2],
  ['洪', 2],
  ['庄', 2],
  ['郭', 2],
  ['谢', 2],
  ['赖', 1],
  ['邱', 1],
  ['欧阳', 1],
  ['单', 1],
  ['解', 1],
]
/** Given names of a generation: up to 1965, up to 1990, and after. */
const given: Readonly<Record<Sex, readonly (readonly string[])[]>> = {
  M: [
    ['建国', '国平', '志强', '水木', '金水', '振华', '文彬', '德福', '清河', '永福', '国栋', '明辉'],
    ['志伟', '伟', '建明', '晓东', '勇', '志鹏', '军', '海峰', '文斌', '俊杰', '斌', '国强'],
    ['子轩', '浩然', '宇航', '梓豪', '俊熙', '一诺', '辰', '奕辰', '家豪', '睿'],
  ],
  F: [
    ['桂芳', '秀英', '玉兰', '淑珍', '美华', '金花', '丽珠', '宝珠', '秀兰', '月娥', '碧云', '素琴'],
    ['丽', '敏', '雅芳', '婷', '晓燕', '静', '秋萍', '美玲', '燕', '丽萍', '海燕', '艺红'],
    ['梓涵', '欣怡', '雨桐', '思琪', '诗涵', '一诺', '可馨', '语嫣', '佳琪', '悦'],
  ],
}

/** The names that a city has by the hundred. */
const common: Readonly<Record<Sex, readonly string[]>> = {
  M: ['张伟', '王伟', '陈伟', '李强', '陈建国', '林伟'],
  F: ['王芳', '李娜', '张敏', '陈静', '林静', '黄丽'],
}
export const commonName = (sex: Sex, random: Random): string => random.pick(common[sex])

export const surnameOf = (name: string): string => (name.startsWith('欧阳') ? '欧阳' : name.slice(0, 1))

export const drawSurname = (random: Random): string => random.weighted(surnames)

export function drawGivenName(sex: Sex, birthYear: number, random: Random): string {
  const generation = birthYear <= 1965 ? 0 : birthYear <= 1990 ? 1 : 2
  return random.pick(given[sex][generation] ?? [])
}

/** Streets of Huli District, by the centre's place in `centres`. */
const streets: readonly (readonly string[])[] = [
  ['兴隆路', '和通路', '湖里大道'],
  ['长乐路', '殿前六路', '马垅路'],
  ['枋湖东路', '禾山路', '高林路'],
  ['江头南路', '台湾街', '园山南路'],
  ['金山路', '五缘湾道', '金林路'],
]
export const drawStreet = (centrePlace: number, random: Random): string =>
  `湖里区${random.pick(streets[centrePlace] ?? [])}${random.whole(1, 220)}号${random.whole(101, 2806)}室`
