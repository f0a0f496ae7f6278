import { registerEnumType } from 'type-graphql'

export enum TellingManner { whole = 'whole', part = 'part', deleted = 'deleted' }

registerEnumType(TellingManner, {
  name: 'TellingManner',
  description: 'How much of a resource one record told.',
  valuesConfig: {
    whole: { description: 'All of the resource.' },
    part: { description: 'Some elements: silence deletes nothing.' },
    deleted: { description: 'The source took the resource back.' },
  },
})
