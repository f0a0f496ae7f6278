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
const newborn =
  /(?:之|的)(?:子|女|婴|男|男婴|女婴|儿子|女儿|大|小|长子|次子|长女|次女|双胎)[\p{L}\p{N}]{0,3}$|^(?:baby(?:boy|girl)?of|bb)\b/u

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
    newborn.test(bare) ||
    /某$|^某|某某/u.test(bare) ||
    /^(.)\1{2,}$/u.test(lettersOnly)
  )
}

/** The mother's or father's name inside a newborn's: 黄丽 of 黄丽之女. */
export function parentInName(name: string): string | undefined {
  const bare = name.normalize('NFKC').replace(/[^\p{L}\p{N}]+/gu, '')
  const found = newborn.exec(bare)
  return found !== null && found.index > 0 ? bare.slice(0, found.index) : undefined
}

/** One character again and again, or a run: 11111111, 00000000, 12345678, 123456789. */
export const isFiller = (digits: string): boolean =>
  digits.length < 5 || /^(\d)\1+$/.test(digits.slice(-8)) || /^(\d)\1+$/.test(digits) || '01234567890123456789'.includes(digits)

/** Days that systems write for an unknown one. */
export const isFillerDate = (date: string): boolean =>
  /^(1900-01-01|1899-1[12]-\d\d|1901-01-01|1111-11-11|0001-01-01|9999-|1800-01-01)/.test(date)
