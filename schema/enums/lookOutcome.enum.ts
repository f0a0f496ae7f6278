import { registerEnumType } from 'type-graphql'

export enum LookOutcome { shown = 'shown', denied = 'denied' }

registerEnumType(LookOutcome, { name: 'LookOutcome', description: 'Whether a look at an archive was allowed.' })
