/** The fields that are compared, the levels of each, and what a comparison is. Pure. */

export const fields = {
  number: ['same', 'close', 'different'],
  nationalId: ['same', 'close', 'similar', 'different'],
  identifier: ['same', 'other-card', 'different'],
  family: ['same', 'variant', 'close', 'similar', 'different'],
  given: ['same', 'variant', 'close', 'initial', 'similar', 'different'],
  birthDate: ['same', 'swapped', 'close', 'two-parts', 'compatible', 'year', 'different'],
  sex: ['same', 'different'],
  phone: ['same', 'close', 'different'],
  email: ['same', 'close', 'similar', 'different'],
  line: ['same', 'close', 'similar', 'different'],
  locality: ['same', 'close', 'different'],
  postcode: ['same', 'close', 'different'],
  region: ['same', 'different'],
  birthPlace: ['same', 'close', 'different'],
  occupation: ['same', 'different'],
  kin: ['same', 'name', 'different'],
} as const satisfies Record<string, readonly string[]>

export type Field = keyof typeof fields
export const fieldNames = Object.keys(fields) as Field[]

/** A level, and for a value that agrees the value, whose frequency counts. */
export interface Agreement {
  readonly level: string
  readonly value?: string
}
export type Comparison = Partial<Record<Field, Agreement>> & {
  /** Family and given name stand in each other's place. */
  readonly turned?: boolean
  /** The places compared are one where many are found who have nothing to do with each other. */
  readonly isShared?: boolean
}

export const told = (field: Field, agreement: Agreement | undefined): Comparison =>
  agreement === undefined ? {} : { [field]: agreement }
export const both = (a: string | undefined, b: string | undefined, by: (a: string, b: string) => Agreement) =>
  a === undefined || b === undefined ? undefined : by(a, b)
export const exact = (a: string, b: string): Agreement => (a === b ? { level: 'same', value: a } : { level: 'different' })
