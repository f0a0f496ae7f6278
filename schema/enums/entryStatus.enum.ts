import { registerEnumType } from 'type-graphql'

export enum EntryStatus { received = 'received', pending = 'pending', mapped = 'mapped', quarantined = 'quarantined' }

registerEnumType(EntryStatus, {
  name: 'EntryStatus',
  description: 'What became of a received record.',
  valuesConfig: {
    received: { description: 'Journaled, not yet worked.' },
    pending: { description: 'Worked; its patient has not arrived, so it is in no archive.' },
    mapped: { description: 'Worked and served.' },
    quarantined: { description: 'Could not be mapped: kept with its bytes, place and reason.' },
  },
})
