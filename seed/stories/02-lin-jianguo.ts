import { diagnoses, medicines } from '../clinical'
import { departments, secondHospital } from '../institutions'
import { at } from '../time'
import { registration, resident } from './people'
import { followUp, report, results, visit } from './tell'
import type { Story } from '../story'

/** 林建国: results of 区二院 that 市一院 may or may not recognise. */
const name = '02-lin-jianguo'
export const linJianguo = resident({
  story: name,
  number: 900002,
  name: '林建国',
  sex: 'M',
  birth: '1963-05-20',
  centre: 1,
  street: '湖里区长乐路88号502室',
  phone: '13599990202',
  registered: '2018-04-10',
  more: { diabetes: at('2018-04-10') },
})
const metformin = [{ medicine: medicines.metformin }]
const second = { person: linJianguo, institution: secondHospital } as const

export const story: Story = {
  name,
  people: [linJianguo],
  happenings: [
    registration(linJianguo),
    followUp({
      person: linJianguo,
      on: '2026-02-24T09:00',
      disease: 'diabetes',
      pressure: [128, 78],
      weight: 70,
      height: 170,
      fasting: [7.4, '1'],
      evaluation: '2',
      doses: metformin,
    }),
    followUp({
      person: linJianguo,
      on: '2026-05-19T09:00',
      disease: 'diabetes',
      pressure: [130, 80],
      weight: 70,
      height: 170,
      fasting: [6.9, '1'],
      evaluation: '1',
      doses: metformin,
    }),
    report({
      ...second,
      reported: '2026-09-25T10:30',
      collected: '2026-09-25T08:10',
      panel: 'sugar',
      values: { HBA1C: 7.4 },
      marked: ['HBA1C'],
    }),
    report({
      ...second,
      reported: '2026-10-19T11:20',
      collected: '2026-10-19T08:00',
      panel: 'lipids',
      values: { TC: 5.62 },
      marked: ['TC'],
      more: { later: [{ at: at('2026-11-15T15:40'), status: 'F', results: results(linJianguo, { TC: 5.46 }, ['TC']) }] },
    }),
    report({
      ...second,
      reported: '2026-10-28T11:00',
      collected: '2026-10-28T07:50',
      panel: 'chemistry',
      values: { GLUF: 7.8 },
      marked: ['GLUF'],
    }),
    report({
      ...second,
      reported: '2026-11-10T10:40',
      collected: '2026-11-10T08:05',
      panel: 'kidney',
      values: { CREA: 88 },
      marked: ['CREA'],
    }),
    report({
      ...second,
      reported: '2026-11-12T09:30',
      collected: '2026-11-12T07:55',
      panel: 'chemistry',
      values: { K: 4.1 },
      marked: ['K'],
    }),
    followUp({
      person: linJianguo,
      on: '2026-11-17T08:50',
      disease: 'diabetes',
      pressure: [132, 80],
      weight: 71,
      height: 170,
      random: [8.9, '1'],
      evaluation: '1',
      doses: metformin,
    }),
    visit({
      person: linJianguo,
      on: '2026-11-20T09:05',
      patientClass: 'O',
      department: departments.endocrinology,
      complaint: '血糖控制不佳',
      diagnoses: [diagnoses.diabetes],
    }),
  ],
}
