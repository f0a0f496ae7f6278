import { registerEnumType } from 'type-graphql'

export enum LinkGrade { certain = 'certain', possible = 'possible', none = 'none' }
export enum ReviewStatus { open = 'open', joined = 'joined', cut = 'cut', withdrawn = 'withdrawn' }
export enum ReviewVerdict { joined = 'joined', cut = 'cut' }

registerEnumType(LinkGrade, {
  name: 'LinkGrade',
  description: 'How sure it is that a source patient is a resident.',
  valuesConfig: {
    certain: { description: 'Linked by the machine, or by a steward.' },
    possible: { description: 'For a steward to decide.' },
    none: { description: 'Like nobody.' },
  },
})
registerEnumType(ReviewStatus, {
  name: 'ReviewStatus',
  description: 'What became of a question.',
  valuesConfig: { withdrawn: { description: 'New evidence answered it.' } },
})
registerEnumType(ReviewVerdict, {
  name: 'ReviewVerdict',
  description: 'What a steward decides.',
  valuesConfig: {
    joined: { description: 'One person; of a record: it is the resident’s.' },
    cut: { description: 'Two people; of a record: it is not the resident’s, and stays withheld.' },
  },
})
