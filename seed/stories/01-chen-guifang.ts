import { diagnoses, medicines } from '../clinical'
import { departments, firstHospital, secondHospital, practitionersOf } from '../institutions'
import { at } from '../time'
import { registration, resident } from './people'
import { appointment, referral, returnSlip, said, task, type Referral } from './platformWords'
import { doctorOf, followUp, report, visit } from './tell'
import type { Story } from '../story'

/** 陈桂芳, a diabetic with hypertension, goes up to the municipal hospital and down again. */
const name = '01-chen-guifang'
export const chenGuifang = resident({
  story: name,
  number: 900001,
  name: '陈桂芳',
  sex: 'F',
  birth: '1956-04-18',
  centre: 0,
  street: '湖里区兴隆路22号301室',
  phone: '13599990101',
  registered: '2017-03-14',
  more: { hypertension: at('2017-03-14'), diabetes: at('2018-09-03') },
})
const { centre } = chenGuifang
const dose = (medicine: keyof typeof medicines) => ({ medicine: medicines[medicine] })

const clinic = visit({
  person: chenGuifang,
  on: '2026-07-23T08:40',
  patientClass: 'O',
  department: departments.cardiology,
  complaint: '血压控制不佳2周',
  diagnoses: [diagnoses.hypertensionVeryHighRisk],
})
const stay = visit({
  person: chenGuifang,
  on: '2026-07-24T09:10',
  patientClass: 'I',
  department: departments.cardiology,
  bed: '12',
  complaint: '反复头晕9年，加重2周',
  diagnoses: [diagnoses.hypertensionVeryHighRisk],
  end: at('2026-07-30T10:15'),
  leaving: '3',
  leavingTo: centre.id,
  sentTwice: 'A03',
  frontPage: { at: at('2026-08-05T15:30'), diagnoses: [diagnoses.hypertensionVeryHighRisk, diagnoses.diabetes] },
})
const older = visit({
  person: chenGuifang,
  on: '2019-05-16T09:20',
  patientClass: 'O',
  department: departments.cardiology,
  institution: secondHospital,
  doctor: doctorOf(practitionersOf(secondHospital)),
  complaint: '头晕',
  diagnoses: [diagnoses.hypertensionGrade3],
})

const up: Referral = {
  id: 'ref-up-900001',
  person: chenGuifang,
  direction: '上转',
  from: centre,
  to: firstHospital,
  at: at('2026-07-20T10:20'),
  reason: '连续两次血压控制不满意（162/96、158/94 mmHg）',
  department: '心血管内科',
}
const down: Referral = {
  id: 'ref-down-900001',
  person: chenGuifang,
  direction: '下转',
  from: firstHospital,
  to: centre,
  at: at('2026-07-30T10:15'),
  reason: '高血压病2级（极高危），病情稳定，转社区继续管理',
  answers: up.id,
}
const upTask = { id: 'task-up-900001', person: chenGuifang, text: '转诊', focus: up.id, owner: firstHospital, authored: up.at }
const followUpTask = {
  id: 'task-follow-up-900001',
  person: chenGuifang,
  text: '出院后随访',
  focus: down.id,
  owner: centre,
  authored: down.at,
}

export const story: Story = {
  name,
  people: [chenGuifang],
  happenings: [
    registration(chenGuifang),
    older,
    followUp({
      person: chenGuifang,
      on: '2026-01-08T09:00',
      disease: 'hypertension',
      pressure: [142, 86],
      heartRate: 76,
      weight: 61,
      evaluation: '1',
      doses: [dose('amlodipine')],
    }),
    followUp({
      person: chenGuifang,
      on: '2026-04-09T09:10',
      disease: 'hypertension',
      pressure: [146, 88],
      heartRate: 78,
      weight: 61,
      evaluation: '1',
      doses: [dose('amlodipine')],
    }),
    followUp({
      person: chenGuifang,
      on: '2026-04-09T09:20',
      disease: 'diabetes',
      pressure: [146, 88],
      weight: 61,
      fasting: [6.8, '1'],
      evaluation: '1',
      doses: [dose('metforminSustained')],
    }),
    followUp({
      person: chenGuifang,
      on: '2026-07-06T09:30',
      disease: 'hypertension',
      pressure: [162, 96],
      heartRate: 82,
      weight: 62,
      evaluation: '2',
      doses: [dose('amlodipine'), dose('valsartan')],
      note: '加用缬沙坦80mg',
    }),
    followUp({
      person: chenGuifang,
      on: '2026-07-20T09:40',
      disease: 'hypertension',
      pressure: [158, 94],
      heartRate: 80,
      weight: 62,
      evaluation: '2',
      doses: [dose('amlodipine'), dose('valsartan')],
      referral: { to: '市第一医院心血管内科', reason: '1' },
    }),
    clinic,
    stay,
    report({
      person: chenGuifang,
      reported: '2026-07-24T14:30',
      collected: '2026-07-24T10:05',
      panel: 'kidney',
      visit: stay,
      values: { K: 3.1, NA: 140, CREA: 68 },
      marked: ['K'],
    }),
    report({
      person: chenGuifang,
      reported: '2026-07-24T16:00',
      collected: '2026-07-24T10:05',
      panel: 'sugar',
      visit: stay,
      values: { HBA1C: 8.6 },
      marked: ['HBA1C'],
    }),
    {
      kind: 'prescription',
      person: chenGuifang,
      at: at('2026-07-30T09:50'),
      institution: firstHospital,
      number: 'RX20260730900001',
      doctor: stay.doctor,
      category: 'discharge',
      doses: [dose('valsartanAmlodipine'), dose('metforminSustained')],
      days: 28,
      visit: stay,
      diagnosis: diagnoses.hypertensionVeryHighRisk,
    },
    followUp({
      person: chenGuifang,
      on: '2026-08-11T09:15',
      disease: 'hypertension',
      pressure: [134, 82],
      heartRate: 74,
      weight: 61,
      evaluation: '1',
      doses: [dose('valsartanAmlodipine')],
    }),
    followUp({
      person: chenGuifang,
      on: '2026-08-11T09:25',
      disease: 'diabetes',
      pressure: [134, 82],
      weight: 61,
      fasting: [6.6, '1'],
      evaluation: '1',
      doses: [dose('metforminSustained')],
    }),
  ],
  sent: [
    said(chenGuifang, 'referral-900001-1', at('2026-07-20T10:30'), [
      referral(up, at('2026-07-20T10:30'), 'active'),
      task({ ...upTask, status: 'requested', at: at('2026-07-20T10:30') }),
    ]),
    said(chenGuifang, 'referral-900001-2', at('2026-07-21T08:20'), [
      task({ ...upTask, status: 'accepted', at: at('2026-07-21T08:20') }),
      appointment({
        id: 'app-900001',
        person: chenGuifang,
        start: at('2026-07-23T08:30'),
        with: '心内科专家门诊 周海燕',
        basedOn: up.id,
        at: at('2026-07-21T08:20'),
      }),
    ]),
    said(chenGuifang, 'referral-900001-3', at('2026-07-30T16:10'), [
      referral(up, at('2026-07-30T16:10'), 'completed'),
      task({ ...upTask, status: 'completed', at: at('2026-07-30T16:10') }),
      returnSlip({
        referral: up,
        at: at('2026-07-30T16:00'),
        record: stay.record,
        text: '血压控制满意。血钾3.1 mmol/L，已补钾；糖化血红蛋白8.6%。出院用药：缬沙坦氨氯地平80/5mg qd，二甲双胍缓释片0.5g bid。建议社区2周内随访。',
      }),
      referral(down, at('2026-07-30T16:10'), 'active'),
      task({ ...followUpTask, status: 'requested', at: at('2026-07-30T16:10') }),
    ]),
    said(chenGuifang, 'referral-900001-4', at('2026-08-11T17:00'), [
      referral(down, at('2026-08-11T17:00'), 'completed'),
      task({ ...followUpTask, status: 'completed', at: at('2026-08-11T17:00') }),
    ]),
  ],
}
