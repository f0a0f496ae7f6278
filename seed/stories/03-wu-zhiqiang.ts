import { diagnoses } from '../clinical'
import { departments, firstHospital, practitionersOf, secondHospital } from '../institutions'
import { at } from '../time'
import { registration, resident } from './people'
import { laboratoryOrder, said } from './platformWords'
import { doctorOf, report, results, visit } from './tell'
import type { Story } from '../story'

/** 吴志强: ordered elsewhere and tested at 市一院 (检验协同), then a specimen sent there by the centre (检验转检). */
const name = '03-wu-zhiqiang'
export const wuZhiqiang = resident({
  story: name,
  number: 900003,
  name: '吴志强',
  sex: 'M',
  birth: '1970-10-09',
  centre: 2,
  street: '湖里区枋湖东路15号1203室',
  phone: '13599990303',
  registered: '2019-06-18',
})
const { centre } = wuZhiqiang
const came = visit({
  person: wuZhiqiang,
  on: '2026-11-03T10:40',
  patientClass: 'O',
  department: departments.laboratory,
  complaint: '外院申请检验',
  diagnoses: [diagnoses.urinary],
})
const orders = { second: 'QEY2026110300031', centre: 'HS2026110400012' } as const

export const story: Story = {
  name,
  people: [wuZhiqiang],
  happenings: [
    registration(wuZhiqiang),
    came,
    report({
      person: wuZhiqiang,
      reported: '2026-11-03T15:10',
      collected: '2026-11-03T10:55',
      panel: 'kidney',
      visit: came,
      values: { CREA: 102, UREA: 7.4, UA: 431 },
      orderedBy: { doctor: doctorOf(practitionersOf(secondHospital)), institution: secondHospital, order: orders.second },
    }),
    report({
      person: wuZhiqiang,
      reported: '2026-11-04T16:20',
      collected: '2026-11-04T09:00',
      panel: 'kidney',
      values: { K: 6.8 },
      marked: ['K'],
      orderedBy: { doctor: doctorOf(practitionersOf(centre)), institution: centre, order: orders.centre },
      more: {
        received: at('2026-11-04T14:10'),
        later: [
          {
            at: at('2026-11-04T16:50'),
            status: 'F',
            results: results(wuZhiqiang, { K: 6.8 }, ['K']),
            notes: { K: `危急值已于20261104165000确认 确认人：${doctorOf(practitionersOf(centre)).name}` },
          },
          {
            at: at('2026-11-04T17:40'),
            status: 'C',
            results: results(wuZhiqiang, { K: 4.6 }, ['K']),
            notes: { K: '标本溶血，重新采集后复查，更正前报告' },
          },
        ],
      },
    }),
  ],
  sent: [
    said(wuZhiqiang, 'order-900003-1', at('2026-11-03T09:20'), [
      laboratoryOrder({
        id: orders.second,
        person: wuZhiqiang,
        from: secondHospital,
        to: firstHospital,
        at: at('2026-11-03T09:20'),
        text: '检验协同：肾功能',
      }),
    ]),
    said(wuZhiqiang, 'order-900003-2', at('2026-11-04T09:05'), [
      laboratoryOrder({
        id: orders.centre,
        person: wuZhiqiang,
        from: centre,
        to: firstHospital,
        at: at('2026-11-04T09:05'),
        text: '检验转检：电解质',
      }),
    ]),
  ],
}
