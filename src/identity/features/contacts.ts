/** Phones, mail addresses and where people live. Pure. */
import type { Place } from '../../model/features'
import type * as fhir4 from '../../model/fhir'
import { isFiller, isNobody } from './placeholders'
import { plain } from './text'

/** Digits without the country's 86 or trunk zero, as `13912345678` or `05925551234`; undefined where it says nothing. */
export function readPhone(text: string): string | undefined {
  const digits = text
    .normalize('NFKC')
    .replace(/\D+/g, '')
    .replace(/^(?:00)?86(?=1\d{10}$|[1-9]\d{9,10}$)/, '')
  const bare = digits.length > 8 ? digits.replace(/^0+/, '') : digits
  return isFiller(bare) || bare.length > 15 ? undefined : bare
}

/** A landline, of a house, a firm or the hospital's switchboard, is nobody's own: `0592-2137000`, `2137000`, 400 numbers. */
export function readOwnPhone(text: string): string | undefined {
  const digits = text
    .normalize('NFKC')
    .replace(/\D+/g, '')
    .replace(/^(?:00)?86(?=[1-9]\d{9,10}$|0\d{10,11}$)/, '0')
    .replace(/^0+/, '0')
  const isLandline = /^0(?:10|[2-9]\d{1,2})\d{7,8}$/.test(digits) || /^(?:\d{7,8}|0?[48]00\d{7})$/.test(digits)
  return isLandline ? undefined : readPhone(text)
}

export function readEmail(text: string): string | undefined {
  const told = text.normalize('NFKC').trim().toLowerCase().slice(0, 120)
  return /^[^@\s]+@[^@\s]+$/.test(told) ? told : undefined
}

const chinese = new RegExp(
  [
    '^(?:中国)?(?:[^省市区县]{2,8}(?:省|自治区))?(?:[^市区县]{1,8}(?:市|州|盟))?',
    '([^市区县]{1,6}(?:区|县|旗))?',
    '([^街道路镇乡]{1,8}(?:街道|镇|乡))?',
    '([^社居村]{1,10}(?:社区|居委会|村委会|村))?',
    '(.*)$',
  ].join(''),
  'u',
)

export function readAddress(address: fhir4.Address): Place | undefined {
  const text = address.text ?? address.line?.join(' ')
  const told = text?.normalize('NFKC').replace(/\s+/g, ' ').trim()
  const parts = told !== undefined && /\p{Script=Han}/u.test(told) ? inChinese(told.replace(/ /g, '')) : { line: told }
  return place({
    ...parts,
    ...(address.city && parts.locality === undefined ? { locality: address.city } : {}),
    postcode: address.postalCode,
    region: address.state,
  })
}

/** A line says where somebody lives where it has a house's number: a village's group, a campus or 本地 is of many. */
const isHouse = (line: string) =>
  /\d/.test(line.replace(/\d+\s*(?:村民)?小?(?:组|队|社|期|区|里|大队)/gu, '')) ||
  /[一二三四五六七八九十百零〇]+(?:号|栋|幢|弄|单元|室)/u.test(line)

function inChinese(text: string): { line?: string; locality?: string } {
  const found = chinese.exec(text.slice(0, 100))
  const [, county, street, committee, rest] = found ?? []
  const locality = [county, street, committee].filter((part) => part !== undefined).join('')
  return { ...(locality === '' ? {} : { locality }), ...(rest === undefined || rest === '' ? {} : { line: rest }) }
}

function read(text: string | undefined): string | undefined {
  const bare = text === undefined ? '' : plain(text)
  return bare === '' || (isNobody(bare) && !/\d/.test(bare)) ? undefined : bare
}

/** Parts as they are compared; blank and unknown ones are absent. */
export function place(parts: { readonly [K in Exclude<keyof Place, 'shared'>]?: string | undefined }): Place | undefined {
  const told = read(parts.line)
  const isShared = told !== undefined && shared.test(told)
  const isNoHouse = told !== undefined && /\p{Script=Han}/u.test(told) && !isHouse(told)
  const line = isShared || isNoHouse ? undefined : told?.replace(abbreviated, (word) => abbreviations[word] ?? word)
  const [locality, postcode, region] = [read(parts.locality), read(parts.postcode)?.replaceAll(' ', ''), read(parts.region)]
  const found = {
    ...(line && { line }),
    ...(locality && { locality }),
    ...(postcode && { postcode }),
    ...(region && { region }),
    ...(isShared ? { shared: true as const } : {}),
  }
  return Object.keys(found).length === 0 ? undefined : found
}

/** Where many are found who have nothing to do with each other. */
const shared = new RegExp(
  [
    '^(?:p ?o|post office|gpo) ?box\\b|\\bgeneral delivery\\b|^c ?o\\b',
    '\\b(?:usps|post office|prison|jail|nursing home|shelter|dorm|dormitory|hostel|church)\\b',
    '养老院|敬老院|福利院|监狱|看守所|宿舍|集体户|学生公寓|工地|(?:大学|学院|医院)(?![路街巷道里])',
  ].join('|'),
  'u',
)

const abbreviations: Readonly<Record<string, string>> = {
  street: 'st',
  avenue: 'av',
  ave: 'av',
  road: 'rd',
  drive: 'dr',
  lane: 'ln',
  place: 'pl',
  court: 'ct',
  crescent: 'cr',
  circuit: 'cct',
  parkway: 'pkwy',
  boulevard: 'blvd',
  apartment: 'apt',
  suite: 'ste',
  crest: 'crst',
}
const abbreviated = /\b[a-z]{3,9}\b/g
