import type { Happening, Person } from './happenings'
import type { Sent } from './upload'

/** One of the stories that must come out right: its people, what happens to them, and what only one system would tell. */
export interface Story {
  /** `02-lin-jianguo`: the story's file, and `Person.story`. */
  readonly name: string
  readonly people: readonly Person[]
  readonly happenings: readonly Happening[]
  /** Records that stand on no happening: a referral, a slip, an older code. */
  readonly sent?: readonly Sent[]
}
