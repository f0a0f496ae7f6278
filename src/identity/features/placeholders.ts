/** Values that stand for none. Pure. */

const nobody = new Set([
  '无名氏',
  '无名',
  '无名男',
  '无名女',
  '未知',
  '不详',
  '不祥',
  '测试',
  '测试病人',
  '测试患者',
  '新生儿',
  '婴儿',
  '患者',
  '病人',
  '某某',
  '匿名',
  '无',
  '未填',
  '暂无',
  'newborn',
  'babyboy',
  'babygirl',
  'baby',
  'unknown',
  'unk',
  'anonymous',
  'anon',
  'test',
  'testpatient',
  'johndoe',
  'janedoe',
  'doe',
  'noname',
  'none',
  'na',
  'null',
  'nil',
  'patient',
  'xxx',
  'xx',
])
const child = '(?:大|小|长|次)?(?:子|女|婴|男婴|女婴|儿子|女儿|男|女|大|小|双胎)'
/** 黄丽之女, 黄丽BB1, 黄丽婴A, 黄丽A: the mother's name, what newborns are called, and a letter or digit for the order of birth. */
const chineseNewborns = [
  new RegExp(`^(\\p{Script=Han}*)(?:之|的)${child}\\p{L}?([\\p{L}\\p{N}])?$`, 'u'),
  /^(\p{Script=Han}*)(?:新生儿?|婴儿|bb|baby|nb)(?:boy|girl|男婴?|女婴?)?([a-d1-9])?$/u,
  /^(\p{Script=Han}{2,})(?:男婴|女婴|婴|宝宝)([a-d1-9])?$/u,
  /^(\p{Script=Han}{2,})()([a-d])$/u,
] as const
const newbornWords = new Set(['baby', 'babyboy', 'babygirl', 'bb', 'nb', 'newborn', 'infant', 'neonate'])
const besides = new Set(['boy', 'girl', 'male', 'female', 'of', 'son', 'daughter', 'twin'])
const isOrder = (word: string) => /^[a-d1-9]$/.test(word)

export interface Newborn {
  /** The mother's or father's name: 黄丽. One word says too little. */
  readonly parent?: string
  /** Among those born together. */
  readonly order?: number
}

/** What the name of a newborn without one says; undefined for any other name. */
export function readNewborn(name: string): Newborn | undefined {
  const told = name.normalize('NFKC').toLowerCase()
  return /\p{Script=Han}/u.test(told) ? chineseNewborn(told.replace(/[^\p{L}\p{N}]+/gu, '')) : latinNewborn(told)
}

function chineseNewborn(bare: string): Newborn | undefined {
  for (const form of chineseNewborns) {
    const found = form.exec(bare)
    if (found !== null) return newbornOf(found[1] ?? '', found.at(-1))
  }
  return undefined
}

function latinNewborn(told: string): Newborn | undefined {
  const words = told
    .replace(/\bb\/o\b/g, 'baby of')
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '')
    .flatMap((word) => /^(baby|babyboy|babygirl|bb|nb|newborn)([a-d1-9])$/.exec(word)?.slice(1) ?? [word])
  const isChildOf = /^(?:boy|girl|son|daughter|twin) (?:[a-d1-9] )?of$/.test(words.slice(0, words.indexOf('of') + 1).join(' '))
  if (!words.some((word) => newbornWords.has(word)) && !isChildOf) return undefined
  const rest = words.filter((word) => !newbornWords.has(word) && !besides.has(word))
  const orders = rest.filter(isOrder)
  const parent = rest.filter((word) => !isOrder(word)).join(' ')
  return newbornOf(parent.includes(' ') ? parent : '', orders.length === 1 ? orders[0] : undefined)
}

function newbornOf(parent: string, mark: string | undefined): Newborn {
  const order = mark === undefined || !isOrder(mark) ? undefined : /\d/.test(mark) ? Number(mark) : 'abcd'.indexOf(mark) + 1
  return { ...(parent.length > 1 ? { parent } : {}), ...(order === undefined ? {} : { order }) }
}

/** `无名氏`, `NEWBORN`, `Jane Doe`, `测试12`, `王某之子`: a name that says nothing of who it is. */
export function isNobody(name: string): boolean {
  const bare = name
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '')
  const lettersOnly = bare.replace(/\p{N}+/gu, '')
  return (
    lettersOnly === '' ||
    nobody.has(lettersOnly) ||
    readNewborn(name) !== undefined ||
    /某$|^某|某某/u.test(bare) ||
    /^(.)\1{2,}$/u.test(lettersOnly)
  )
}

/** One character again and again, or a run: 11111111, 00000000, 12345678, 123456789. */
export const isFiller = (digits: string): boolean =>
  digits.length < 5 || /^(\d)\1+$/.test(digits.slice(-8)) || /^(\d)\1+$/.test(digits) || '01234567890123456789'.includes(digits)

/** Days that systems write for an unknown one. */
export const isFillerDate = (date: string): boolean =>
  /^(1900-01-01|1899-1[12]-\d\d|1901-01-01|1111-11-11|0001-01-01|9999-|1800-01-01)/.test(date)
