import { diagnoses, medicines } from '../clinical'
import { departments, firstHospital } from '../institutions'
import { at } from '../time'
import { registration, resident } from './people'
import { report, visit } from './tell'
import type { Story } from '../story'

/** 许婷: what others may not see. */
const name = '07-xu-ting'
export const xuTing = resident({
  story: name,
  number: 900009,
  name: '许婷',
  sex: 'F',
  birth: '1998-11-23',
  centre: 3,
  street: '湖里区台湾街120号806室',
  phone: '13599990707',
  registered: '2021-09-07',
  marital: '1',
})
const psychology = {
  person: xuTing,
  patientClass: 'O',
  department: departments.psychology,
  diagnoses: [diagnoses.depression],
} as const
const first = visit({ ...psychology, on: '2026-04-21T09:30', complaint: '情绪低落2月' })
const second = visit({ ...psychology, on: '2026-05-19T09:30', complaint: '复诊' })

export const story: Story = {
  name,
  people: [xuTing],
  happenings: [
    registration(xuTing),
    first,
    report({
      person: xuTing,
      reported: '2026-04-21T11:50',
      collected: '2026-04-21T10:10',
      panel: 'blood',
      visit: first,
      values: { WBC: 5.6, HGB: 126, PLT: 231 },
    }),
    {
      kind: 'prescription',
      person: xuTing,
      at: at('2026-04-21T10:00'),
      institution: firstHospital,
      number: 'RX20260421900009',
      doctor: first.doctor,
      category: 'outpatient',
      doses: [{ medicine: medicines.sertraline }],
      days: 28,
      diagnosis: diagnoses.depression,
      visit: first,
    },
    second,
  ],
}
