import { diagnoses } from '../clinical'
import { departments } from '../institutions'
import { registration, resident } from './people'
import { report, visit } from './tell'
import type { Story } from '../story'

/** 何嘉敏 of Hong Kong: the centre holds her residence permit (810000…), 市一院 her home-return permit and a name in Latin letters. */
const name = '05-he-jiamin'
export const heJiamin = resident({
  story: name,
  number: 900007,
  name: '何嘉敏',
  sex: 'F',
  birth: '1990-08-15',
  centre: 4,
  street: '湖里区五缘湾道66号2101室',
  phone: '13599990505',
  registered: '2025-03-04',
  county: '810000',
  more: { permit: { number: 'H0123456701', name: 'HO KA MAN' } },
})
const clinic = visit({
  person: heJiamin,
  on: '2026-06-18T14:20',
  patientClass: 'O',
  department: departments.digestive,
  complaint: '上腹痛3天',
  diagnoses: [diagnoses.gastritis],
})

export const story: Story = {
  name,
  people: [heJiamin],
  happenings: [
    registration(heJiamin),
    clinic,
    report({
      person: heJiamin,
      reported: '2026-06-18T16:05',
      collected: '2026-06-18T14:50',
      panel: 'blood',
      visit: clinic,
      values: { WBC: 6.4, HGB: 128, PLT: 245 },
    }),
  ],
}
