/** The district's institutions, each under its unified social credit code (GB 32100), with the people who work there. */
export interface Institution {
  readonly id: string
  readonly name: string
  readonly level: string
  /** By which the community system names a centre. */
  readonly unit?: string
  /** GB/T 10114 street of a centre: digits 7 to 9 of its residents' archive numbers. */
  readonly street?: string
  readonly streetName?: string
  readonly postcode?: string
}

export interface Worker {
  readonly code: string
  readonly name: string
}
export interface Department {
  readonly code: string
  readonly ward: string
  readonly clinic: string
  readonly doctors: readonly Worker[]
}

export const firstHospital: Institution = { id: '12350206426600001U', name: '市第一医院', level: '三级甲等' }
export const secondHospital: Institution = { id: '12350206426600002Y', name: '区第二医院', level: '二级甲等' }
export const maternityHospital: Institution = { id: '123502064266000032', name: '区妇幼保健院', level: '二级甲等' }
export const platform: Institution = { id: '12350206426600021X', name: '市级健康信息平台', level: '平台' }

const centre = (id: string, street: string, streetName: string, postcode: string): Institution => ({
  id,
  name: `${streetName}社区卫生服务中心`,
  level: '社康',
  unit: `350206${street}`,
  street,
  streetName,
  postcode,
})

export const centres: readonly [Institution, Institution, Institution, Institution, Institution] = [
  centre('12350206426600011W', '001', '湖里街道', '361006'),
  centre('123502064266000120', '002', '殿前街道', '361006'),
  centre('123502064266000133', '003', '禾山街道', '361009'),
  centre('123502064266000146', '004', '江头街道', '361009'),
  centre('123502064266000159', '005', '金山街道', '361015'),
]

export const institutions: readonly Institution[] = [firstHospital, secondHospital, maternityHospital, ...centres, platform]

const department = (code: string, name: string, clinic: string, ...doctors: [string, string][]): Department => ({
  code,
  ward: name,
  clinic,
  doctors: doctors.map(([worker, label]) => ({ code: worker, name: label })),
})

export const departments = {
  cardiology: department('XNK', '心血管内科', '心内科门诊', ['D0520', '周海燕'], ['D0521', '郑伟民']),
  endocrinology: department('NFM', '内分泌代谢科', '内分泌科门诊', ['D0102', '王建平'], ['D0230', '刘敏']),
  respiratory: department('HXK', '呼吸与危重症医学科', '呼吸科门诊', ['D0611', '许文彬'], ['D0612', '苏雅芳']),
  digestive: department('XHK', '消化内科', '消化科门诊', ['D0410', '李卫东'], ['D0411', '陈伟']),
  surgery: department('PWK', '普通外科', '普外科门诊', ['D0311', '方志明'], ['D0312', '洪建军']),
  orthopaedics: department('GK', '骨科', '骨科门诊', ['D0331', '曾国强']),
  neurology: department('SJK', '神经内科', '神经内科门诊', ['D0441', '叶丽萍']),
  psychology: department('LCXL', '临床心理科', '临床心理科门诊', ['D0901', '沈静']),
  emergency: department('JZK', '急诊科', '急诊科', ['D0701', '江涛'], ['D0702', '罗晓峰']),
  intensive: department('CCU', '心脏重症监护室', '心内科门诊', ['D0521', '郑伟民']),
  laboratory: department('JYK', '检验科', '检验科', ['D0801', '林秋萍']),
  paediatrics: department('EK', '儿科', '儿科门诊', ['D1201', '赖秀英'], ['D1202', '连文静']),
  obstetrics: department('CK', '产科', '产科门诊', ['D1001', '蔡静'], ['D1002', '欧阳慧']),
  neonatal: department('XSE', '新生儿科', '新生儿科', ['D1101', '吴晓梅']),
} as const
export type DepartmentName = keyof typeof departments

/** Who tests and who verifies in a laboratory. */
export const laboratoryStaff: readonly Worker[] = [
  { code: 'J0007', name: '林秋萍' },
  { code: 'J0012', name: '张明辉' },
  { code: 'J0015', name: '吴雪梅' },
]
export const maternityLaboratoryStaff: readonly Worker[] = [
  { code: 'FJ03', name: '许文' },
  { code: 'FJ09', name: '马莉' },
]

/** General practitioners of the centres, two for each, by the centre's place in `centres`. */
const generalPractitioners = ['林志强', '黄秀兰', '陈丽华', '吴国栋', '张淑芬', '李建华', '王美玲', '郑志伟', '许雅玲', '曾文斌']
export function practitionersOf(institution: Institution): readonly Worker[] {
  const place = centres.indexOf(institution)
  if (place < 0)
    return [
      { code: 'E0101', name: '邱振华' },
      { code: 'E0102', name: '卢小燕' },
    ]
  return [0, 1].map(each => ({ code: `${institution.unit}${two(each + 1)}`, name: generalPractitioners[place * 2 + each] ?? '' }))
}
const two = (value: number) => `0${value}`.slice(-2)

/** The hospital that a department belongs to. */
export const hospitalOf = (name: DepartmentName): Institution =>
  name === 'paediatrics' || name === 'obstetrics' || name === 'neonatal' ? maternityHospital : firstHospital
