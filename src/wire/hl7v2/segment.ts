import type { Hl7Field, Hl7Segment } from '../../model/record'
import { maxFields, maxLines, maxRepetitions, maxShortText, tooMany } from '../limits'
import { unescape } from './escapes'
import type { Dialect } from './escapes'

/** What the segments of one message share. */
export interface Frame extends Dialect {
  /** How many segments of each name the message has. */
  readonly counts: ReadonlyMap<string, number>
}

/** A segment keeps its own text; fields are cut out of it when somebody asks for one. */
export class Segment implements Hl7Segment {
  readonly name: string
  private cut: string[] | undefined
  private readonly seen: boolean[] = []

  constructor(
    private readonly frame: Frame,
    readonly index: number,
    /** Its number among the message's segments of the same name, from 1. */
    private readonly ordinal: number,
    readonly raw: string,
    readonly terminator: string,
    /** By the position of the text between field separators: bytes of fields whose text has other bytes, too. */
    readonly exact?: ReadonlyMap<number, Uint8Array>,
  ) {
    this.name = raw.slice(0, 3)
  }

  place(field: number): string {
    const repeated = (this.frame.counts.get(this.name) ?? 0) > 1
    return repeated ? `${this.name}[${this.ordinal}]-${field}` : `${this.name}-${field}`
  }

  field(field: number): readonly Hl7Field[] {
    const raw = this.rawField(field)
    this.markRead(field)
    if (isBlank(raw, this.frame)) return []
    if (this.isLiteral(field)) return [new Literal(raw)]
    const { repetition } = this.frame.separators
    if (!repetition || !raw.includes(repetition)) return [new Repetition(this.frame, raw)]
    const most = holdsText(this.name, field) ? maxLines : maxRepetitions
    const repetitions = raw.split(repetition, most + 1)
    if (repetitions.length > most) throw tooMany('repetitions of the field', most, this.place(field))
    return repetitions.map(each => new Repetition(this.frame, each))
  }

  text(field: number, component = 1, subcomponent = 1): string | undefined {
    const raw = this.rawField(field)
    this.markRead(field)
    if (!raw) return undefined
    if (this.isLiteral(field)) return component === 1 && subcomponent === 1 ? raw : undefined
    return componentText(this.frame, piece(raw, this.frame.separators.repetition, 1), component, subcomponent)
  }

  isNull(field: number): boolean {
    this.markRead(field)
    return this.rawField(field).trim() === '""'
  }

  markRead(field: number): void {
    this.seen[field] = true
  }

  /** Numbers of the fields that hold something and that nobody read. */
  unread(): number[] {
    const count = this.fields().length - (this.isHeader() ? 0 : 1)
    const found: number[] = []
    for (let field = 1; field <= count; field++) {
      if (!this.seen[field] && !isBlank(this.rawField(field), this.frame)) found.push(field)
    }
    return found
  }

  /** The texts between field separators; the first is the segment's name. Throws RECORD_TOO_LARGE: too many, or too long a one. */
  fields(): readonly string[] {
    this.cut ??= this.cutFields()
    return this.cut
  }

  private cutFields(): string[] {
    const cut = this.raw.split(this.frame.separators.field, maxFields + 2)
    if (cut.length > maxFields + 1) throw tooMany('fields in the segment', maxFields, this.place(maxFields + 1))
    if (this.raw.length <= maxShortText) return cut
    const numberOf = (position: number): number => this.isHeader() ? position + 1 : position
    const long = cut.findIndex((text, position) => text.length > maxShortText && !holdsText(this.name, numberOf(position)))
    if (long >= 0) throw tooMany('characters in the field', maxShortText, this.place(numberOf(long)))
    return cut
  }

  /** In MSH (and the headers of batches) the separator itself is field 1, so that the others move up by one. */
  position(field: number): number {
    return this.isHeader() ? field - 1 : field
  }

  private rawField(field: number): string {
    if (field < 1) return ''
    return field === 1 && this.isHeader() ? this.frame.separators.field : this.fields()[this.position(field)] ?? ''
  }

  private isHeader(): boolean {
    return this.name === 'MSH' || this.name === 'FHS' || this.name === 'BHS'
  }

  private isLiteral(field: number): boolean {
    return field <= 2 && this.isHeader()
  }
}

/** Fields that hold what people write, or a document; a vendor's own segments may hold any. */
const holdsText = (segment: string, field: number): boolean =>
  segment === 'OBX' && field === 5 || segment === 'NTE' && field === 3 || segment.startsWith('Z')

class Repetition implements Hl7Field {
  constructor(private readonly dialect: Dialect, readonly raw: string) {}

  text(component = 1, subcomponent = 1): string | undefined {
    return componentText(this.dialect, this.raw, component, subcomponent)
  }

  get isNull(): boolean {
    return this.raw.trim() === '""'
  }
}

/** MSH-1 and MSH-2: the separators themselves. */
class Literal implements Hl7Field {
  readonly isNull = false

  constructor(readonly raw: string) {}

  text(component = 1, subcomponent = 1): string | undefined {
    return component === 1 && subcomponent === 1 ? this.raw : undefined
  }
}

function componentText(dialect: Dialect, raw: string, component: number, subcomponent: number): string | undefined {
  const { separators } = dialect
  const part = piece(piece(raw, separators.component, component), separators.subcomponent, subcomponent)
  if (!part) return undefined
  const text = unescape(part, dialect).trim()
  return text === '' || text === '""' ? undefined : text
}

/** The nth text between separators, from 1; '' where there is none. */
function piece(text: string, separator: string, nth: number): string {
  if (!separator) return nth === 1 ? text : ''
  let start = 0
  for (let count = 1; count < nth; count++) {
    const next = text.indexOf(separator, start)
    if (next < 0) return ''
    start = next + 1
  }
  const end = text.indexOf(separator, start)
  return end < 0 ? text.slice(start) : text.slice(start, end)
}

function isBlank(raw: string, { separators: { component, repetition, subcomponent } }: Dialect): boolean {
  for (const character of raw) {
    const separates = character === component || character === repetition || character === subcomponent
    if (!separates && character.trim() !== '') return false
  }
  return true
}
