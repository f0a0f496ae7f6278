import { diagnoses, vaccines, type Vaccine } from '../clinical'
import { checkOf } from '../illness'
import { departments, maternityHospital } from '../institutions'
import { immunization, patient } from '../systems/platformResources'
import { at, minute } from '../time'
import { registration, resident } from './people'
import { said } from './platformWords'
import { transaction } from '../systems/regionalPlatform'
import { report, visit } from './tell'
import type { Person, Sex, Vaccination, Visit } from '../happenings'
import type { Story } from '../story'

/** 黄丽 and her twins, who are first known under her number. */
const name = '04-huang-li'
const home = { story: name, centre: 1, street: '湖里区殿前六路8号1702室', phone: '13599990404' } as const
export const huangLi = resident({
  ...home,
  number: 900004,
  name: '黄丽',
  sex: 'F',
  birth: '1995-04-06',
  registered: '2024-02-20',
})
const child = (number: number, called: string, sex: Sex) =>
  resident({
    ...home,
    number,
    name: called,
    sex,
    birth: '2026-05-11',
    registered: '2026-07-08',
    marital: '1',
    more: { mother: huangLi, contact: { name: huangLi.name, phone: huangLi.phone, relation: '母亲' } },
  })
export const twins: readonly [Person, Person] = [child(900005, '林一鸣', 'M'), child(900006, '林一诺', 'F')]

const vaccine = (called: string, dose: number): Vaccine => {
  const found = vaccines.find(each => each.name === called && each.dose === dose)
  if (!found) throw new RangeError('No such dose in the programme.')
  return found
}
const birthNames = ['黄丽之长子', '黄丽之次女'] as const
const birth = (person: Person, order: 1 | 2, on: string): Visit =>
  visit({
    person,
    on,
    patientClass: 'I',
    institution: maternityHospital,
    department: departments.neonatal,
    bed: `0${order}`,
    diagnoses: [diagnoses.twin],
    newborn: { name: birthNames[order - 1] ?? '', order },
    end: at('2026-05-15T10:00'),
    leaving: '1',
  })
const delivery = visit({
  person: huangLi,
  on: '2026-05-10T21:55',
  patientClass: 'I',
  institution: maternityHospital,
  department: departments.obstetrics,
  bed: '08',
  complaint: '停经37周，双胎',
  diagnoses: [diagnoses.twinPregnancy],
  end: at('2026-05-15T10:00'),
  leaving: '1',
})

/** The hepatitis B dose of the birth, given at 区妇幼 and told on the day after under the mother's number. */
const birthDose = (person: Person, when: string): Vaccination => ({
  kind: 'vaccination',
  person,
  at: at(when),
  institution: maternityHospital,
  vaccine: vaccine('乙型肝炎疫苗', 1),
  lot: '20260312',
})
const laterDose = (person: Person): Vaccination => ({
  kind: 'vaccination',
  person,
  at: at('2026-07-13T09:30'),
  institution: person.centre,
  vaccine: vaccine('脊髓灰质炎灭活疫苗', 1),
  lot: '20260508',
})

export const story: Story = {
  name,
  people: [huangLi, ...twins],
  happenings: [
    registration(huangLi),
    visit({
      person: huangLi,
      on: '2026-03-17T09:00',
      patientClass: 'O',
      institution: maternityHospital,
      department: departments.obstetrics,
      complaint: '产前检查',
      diagnoses: [diagnoses.twinPregnancy],
    }),
    delivery,
    report({
      person: huangLi,
      reported: '2026-05-10T23:30',
      collected: '2026-05-10T22:15',
      panel: 'blood',
      institution: maternityHospital,
      visit: delivery,
      values: { WBC: 11.3, HGB: 102, PLT: 210 },
    }),
    birth(twins[0], 1, '2026-05-11T03:12'),
    birth(twins[1], 2, '2026-05-11T03:19'),
    ...twins.flatMap((twin, place) => [
      registration(twin),
      laterDose(twin),
      checkOf(twin, at(`2026-07-14T09:${place}5`), `20260714${twin.key.slice(1)}`),
    ]),
  ],
  sent: twins.flatMap((twin, place) => {
    const [first, second] = [at('2026-05-12T08:30'), at('2026-07-09T11:00')]
    return [
      transaction({
        name: `newborn-${twin.platformId}`,
        at: first,
        arrived: first + minute,
        resources: [
          patient(twin, first, { identity: huangLi.identity, ...(birthNames[place] ? { name: birthNames[place] } : {}) }),
          immunization(birthDose(twin, `2026-05-11T0${6 + place}:30`), first),
        ],
      }),
      said(twin, `registered-${twin.platformId}`, second, []),
    ]
  }),
}
