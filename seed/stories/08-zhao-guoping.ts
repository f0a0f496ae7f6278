import { diagnoses, medicines } from '../clinical'
import { departments, practitionersOf } from '../institutions'
import { at } from '../time'
import { registration, resident } from './people'
import { doctorOf, followUp, report, visit } from './tell'
import type { Story } from '../story'

/** 赵国平 died; a prescription dated a week later arrives. */
const name = '08-zhao-guoping'
const died = at('2026-10-02T04:40')
export const zhaoGuoping = resident({
  story: name,
  number: 900010,
  name: '赵国平',
  sex: 'M',
  birth: '1949-02-11',
  centre: 0,
  street: '湖里区和通路77号601室',
  phone: '13599990808',
  registered: '2017-02-21',
  more: { hypertension: at('2017-02-21'), died },
})
const amlodipine = [{ medicine: medicines.amlodipine }]
const stay = visit({
  person: zhaoGuoping,
  on: '2026-09-30T02:15',
  patientClass: 'I',
  department: departments.intensive,
  bed: '03',
  complaint: '胸痛4小时',
  diagnoses: [diagnoses.infarction],
  end: died,
  leaving: '5',
})

export const story: Story = {
  name,
  people: [zhaoGuoping],
  happenings: [
    registration(zhaoGuoping),
    followUp({
      person: zhaoGuoping,
      on: '2026-03-10T09:00',
      disease: 'hypertension',
      pressure: [144, 80],
      heartRate: 70,
      weight: 66,
      height: 168,
      evaluation: '1',
      doses: amlodipine,
    }),
    followUp({
      person: zhaoGuoping,
      on: '2026-06-09T09:00',
      disease: 'hypertension',
      pressure: [146, 82],
      heartRate: 72,
      weight: 66,
      height: 168,
      evaluation: '1',
      doses: amlodipine,
    }),
    followUp({
      person: zhaoGuoping,
      on: '2026-09-08T09:00',
      disease: 'hypertension',
      pressure: [148, 84],
      heartRate: 74,
      weight: 65,
      height: 168,
      evaluation: '1',
      doses: amlodipine,
    }),
    stay,
    report({
      person: zhaoGuoping,
      reported: '2026-09-30T03:40',
      collected: '2026-09-30T02:40',
      panel: 'kidney',
      visit: stay,
      values: { K: 4.9, NA: 138, CREA: 121 },
    }),
    registration(zhaoGuoping, at('2026-10-13T10:20'), { closed: { reason: '1', date: at('2026-10-02') } }),
    {
      kind: 'prescription',
      person: zhaoGuoping,
      at: at('2026-10-09T09:00'),
      institution: zhaoGuoping.centre,
      number: 'RX20261009900010',
      doctor: doctorOf(practitionersOf(zhaoGuoping.centre)),
      category: 'community',
      doses: amlodipine,
      days: 28,
      diagnosis: diagnoses.hypertension,
    },
  ],
}
