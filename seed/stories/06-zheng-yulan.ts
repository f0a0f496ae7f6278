import { diagnoses, medicines } from '../clinical'
import { centres, departments, practitionersOf } from '../institutions'
import { archiveNumber } from '../identityNumbers'
import { at, hour } from '../time'
import { registration, resident } from './people'
import { doctorOf, followUp, visit } from './tell'
import type { Story } from '../story'

/** 郑玉兰 moved house: two archive numbers, each of its own centre, and one person. */
const name = '06-zheng-yulan'
export const zhengYulan = resident({
  story: name,
  number: 900008,
  name: '郑玉兰',
  sex: 'F',
  birth: '1941-09-02',
  centre: 4,
  street: '湖里区金山路9号203室',
  phone: '13599990606',
  registered: '2017-06-12',
  marital: '3',
  more: { diabetes: at('2019-01-10') },
})
/** As the centre at 江头 held her until she moved. */
export const before = {
  centre: centres[3],
  archive: archiveNumber({ street: '004', committee: 7, sequence: 214 }),
  empi: '350206004000900214',
  street: '湖里区江头南路31号402室',
} as const
const moved = at('2025-04-12')
const metformin = [{ medicine: medicines.metformin }]

export const story: Story = {
  name,
  people: [zhengYulan],
  happenings: [
    registration(zhengYulan, zhengYulan.registered + 9 * hour, before),
    followUp({
      person: zhengYulan,
      on: '2024-09-10T09:00',
      disease: 'diabetes',
      ...before,
      pressure: [138, 76],
      weight: 52,
      height: 152,
      fasting: [6.7, '1'],
      evaluation: '1',
      doses: metformin,
    }),
    registration(zhengYulan, moved + 10 * hour, { ...before, closed: { reason: '2', date: moved } }),
    registration(zhengYulan, at('2025-04-20T09:30')),
    followUp({
      person: zhengYulan,
      on: '2026-02-10T09:00',
      disease: 'diabetes',
      pressure: [136, 74],
      weight: 51,
      height: 152,
      fasting: [6.5, '1'],
      evaluation: '1',
      doses: metformin,
    }),
    visit({
      person: zhengYulan,
      on: '2026-03-02T08:20',
      patientClass: 'I',
      department: departments.respiratory,
      bed: '05',
      complaint: '反复咳喘10年，加重3天',
      diagnoses: [diagnoses.copd],
      end: at('2026-03-11T10:00'),
      leaving: '1',
    }),
    followUp({
      person: zhengYulan,
      on: '2026-05-12T15:00',
      disease: 'diabetes',
      way: '5',
      evaluation: '1',
      doses: metformin,
      note: '电话随访',
    }),
    followUp({
      person: zhengYulan,
      on: '2026-08-11T09:40',
      disease: 'diabetes',
      archive: zhengYulan.archive.slice(-8),
      pressure: [140, 78],
      weight: 51,
      height: 152,
      fasting: [6.9, '1'],
      evaluation: '1',
      doses: metformin,
    }),
    visit({
      person: zhengYulan,
      on: '2026-09-08T09:00',
      patientClass: 'O',
      department: departments.respiratory,
      complaint: '复诊',
      diagnoses: [diagnoses.copd],
    }),
    {
      kind: 'prescription',
      person: zhengYulan,
      at: at('2026-09-10T10:10'),
      institution: zhengYulan.centre,
      number: 'RX20260910900008',
      doctor: doctorOf(practitionersOf(zhengYulan.centre)),
      category: 'community',
      doses: [{ medicine: medicines.tiotropium }],
      days: 84,
      diagnosis: diagnoses.copd,
      note: '长期处方12周：病情稳定，已评估并告知，患者已签字',
    },
  ],
}
