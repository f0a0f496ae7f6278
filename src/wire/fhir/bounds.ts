import { HutongError } from '../../model/errors'
import { maxItems, maxMembers, maxNodes, maxRepetitions, maxShortText, maxText, tooMany } from '../limits'
import { stringEnd } from './scan'
import { lineAndColumn } from './syntax'

/** Levels of nesting that a record may have; the deepest official R4 example has fewer than 20. */
const deepest = 200

/** Lists that say who somebody is, or by what codes something is known; the strings in them are short. */
const shortLists = new Set(['identifier', 'name', 'telecom', 'address', 'given', 'prefix', 'suffix', 'line', 'coding', 'contact', 'link'])
/** Elements that hold a name, a number, a code, an address or a place. */
const shortTexts = new Set([
  ...shortLists, 'family', 'value', 'system', 'code', 'use', 'city', 'district', 'state', 'country', 'postalCode', 'reference',
  'url', 'fullUrl', 'id', 'resourceType', 'birthDate', 'gender', 'unit', 'display',
])
/** Elements of which FHIR bounds no length: base64Binary, xhtml, markdown and samples. */
const data = new Set(['data', 'div', 'valueBase64Binary', 'valueMarkdown', 'valueString', 'sketch'])
/** What has a `text` that people write at length; any other is the name of something. */
const prose = new Set(['note', 'item', 'comment'])

/**
 * Looks at JSON before it is parsed, in one pass without recursion. Throws DEPTH (place: line and column), and
 * RECORD_TOO_LARGE with the element (`Bundle.entry[12].resource.name`) where an object, a list, a string or the whole is over
 * its bound. What is no JSON passes.
 */
export function checkBounds(bytes: Uint8Array): void {
  new Bounds(bytes).check()
}

class Bounds {
  private readonly buffer: Buffer
  private depth = 0
  private nodes = 0
  /** By depth: whether an object is open there, its members or items before this one, and where the key stands. */
  private readonly isObject: boolean[] = []
  private readonly before: number[] = []
  private readonly keys: (readonly [start: number, end: number])[] = []
  private expectsKey = false

  constructor(bytes: Uint8Array) {
    this.buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  check(): void {
    const { buffer } = this
    for (let at = 0; at < buffer.length; at++) {
      switch (buffer[at]) {
        case 0x22: at = this.string(at); break
        case 0x7B: case 0x5B: this.open(at, buffer[at] === 0x7B); break
        case 0x7D: case 0x5D: this.close(); break
        case 0x2C: this.next(); break
      }
    }
  }

  private open(at: number, isObject: boolean): void {
    this.count()
    this.depth += 1
    if (this.depth > deepest) {
      const text = this.buffer.toString('utf8', 0, at)
      throw new HutongError('DEPTH', `The record is nested over ${deepest} levels deep.`, lineAndColumn(text, text.length))
    }
    this.isObject[this.depth] = isObject
    this.before[this.depth] = 0
    this.keys[this.depth] = [0, 0]
    this.expectsKey = isObject
  }

  private close(): void {
    if (this.depth > 0) this.depth -= 1
    this.expectsKey = false
  }

  private next(): void {
    const { depth } = this
    if (depth === 0) return
    this.count()
    const isObject = this.isObject[depth] === true
    const before = (this.before[depth] ?? 0) + 1
    this.before[depth] = before
    this.expectsKey = isObject
    if (isObject && before >= maxMembers) throw tooMany('members in the object', maxMembers, this.place(depth - 1))
    if (isObject || before < maxRepetitions) return
    const most = shortLists.has(this.keyAt(depth - 1)) ? maxRepetitions : maxItems
    if (before >= most) throw tooMany('items in the list', most, this.place(depth - 1))
  }

  private count(): void {
    this.nodes += 1
    if (this.nodes > maxNodes) throw tooMany('values in the record', maxNodes, this.place(Math.min(this.depth, 3)))
  }

  private string(start: number): number {
    const end = stringEnd(this.buffer, start)
    if (this.expectsKey) {
      if (end - start > maxShortText) throw tooMany('bytes in a name of an element', maxShortText, this.place(this.depth - 1))
      this.keys[this.depth] = [start + 1, end]
      this.expectsKey = false
    } else if (end - start > maxShortText) this.checkLength(end - start)
    return end
  }

  /** In bytes, before anything is decoded: a character has up to four. */
  private checkLength(length: number): void {
    const isItem = this.isObject[this.depth] === false
    const key = this.keyAt(isItem ? this.depth - 1 : this.depth)
    const holder = this.keyAt(this.depth - 1) || this.keyAt(this.depth - 2)
    const isShort = shortTexts.has(key) || key === 'text' && !prose.has(holder)
    const most = isShort ? maxShortText : data.has(key) ? Infinity : 4 * maxText
    if (length > most) throw tooMany('bytes in the element', most, this.place(this.depth))
  }

  /** The key by which the open member of a level is known; '' in a list. */
  private keyAt(depth: number): string {
    const [start, end] = this.keys[depth] ?? [0, 0]
    return this.isObject[depth] === true ? this.buffer.toString('latin1', start, Math.min(end, start + 60)) : ''
  }

  /** Down to the member or item that is open at `depth`; a name that no element has is not told: it may be a person's. */
  private place(depth: number): string {
    const steps = Array.from({ length: Math.max(0, depth) }, (_, n) => {
      const key = this.keyAt(n + 1)
      return this.isObject[n + 1] ? `.${/^_?[A-Za-z][A-Za-z0-9]{0,59}$/.test(key) ? key : '?'}` : `[${this.before[n + 1] ?? 0}]`
    })
    const type = /"resourceType"\s*:\s*"([A-Za-z]{1,40})"/.exec(this.buffer.toString('latin1', 0, 1000))?.[1]
    return `${type ?? ''}${steps.join('')}`.replace(/^\./, '')
  }
}
