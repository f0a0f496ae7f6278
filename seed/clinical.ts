/** The vocabulary of the district's illness: diagnoses, medicines, vaccines. Codes are those that Chinese records carry. */

export interface Diagnosis {
  readonly code: string
  readonly name: string
}

/** ICD-10, national clinical version, as written on front pages; `I10.x05` is the older code that some still write. */
export const diagnoses = {
  hypertension: { code: 'I10.x00x002', name: '原发性高血压' },
  hypertensionVeryHighRisk: { code: 'I10.x00x028', name: '高血压病2级（极高危）' },
  hypertensionGrade3: { code: 'I10.x05', name: '高血压3级' },
  diabetes: { code: 'E11.900', name: '2型糖尿病' },
  lipids: { code: 'E78.500', name: '高脂血症' },
  coronary: { code: 'I25.103', name: '冠状动脉粥样硬化性心脏病' },
  infarction: { code: 'I21.401', name: '急性非ST段抬高型心肌梗死' },
  stroke: { code: 'I63.900', name: '脑梗死' },
  copd: { code: 'J44.100', name: '慢性阻塞性肺疾病急性加重' },
  pneumonia: { code: 'J18.900', name: '肺炎' },
  bronchitis: { code: 'J20.900', name: '急性支气管炎' },
  cold: { code: 'J06.900', name: '急性上呼吸道感染' },
  gastritis: { code: 'K29.700', name: '胃炎' },
  urinary: { code: 'N39.000', name: '泌尿道感染' },
  knee: { code: 'M17.900', name: '膝关节病' },
  chestPain: { code: 'R07.400', name: '胸痛' },
  hypokalaemia: { code: 'E87.600', name: '低钾血症' },
  depression: { code: 'F32.900', name: '抑郁发作' },
  pregnancy: { code: 'Z34.900', name: '正常妊娠监督' },
  delivery: { code: 'O80.900', name: '单胎顺产' },
  twinPregnancy: { code: 'O30.000', name: '双胎妊娠' },
  twin: { code: 'Z38.300', name: '双胎活产婴儿，在医院内出生' },
} as const satisfies Record<string, Diagnosis>
export type DiagnosisName = keyof typeof diagnoses

/** Local codes of the community system: kind of drug (GXY hypertension, TNB diabetes) and unit of the dose. */
export interface Medicine {
  readonly name: string
  readonly atc: string
  readonly strength: string
  /** One dose. */
  readonly dose: number
  readonly unit: 'mg' | 'g' | '片' | '粒' | 'ug'
  readonly timesADay: number
  readonly route: string
  readonly kind?: { readonly hypertension?: string; readonly diabetes?: string }
}

const tablet = (
  name: string,
  atc: string,
  strength: string,
  dose: number,
  unit: Medicine['unit'],
  timesADay: number,
  kind?: Medicine['kind'],
): Medicine => ({ name, atc, strength, dose, unit, timesADay, route: '口服', ...(kind ? { kind } : {}) })

export const medicines = {
  amlodipine: tablet('苯磺酸氨氯地平片', 'C08CA01', '5mg', 5, 'mg', 1, { hypertension: '1' }),
  nifedipine: tablet('硝苯地平控释片', 'C08CA05', '30mg', 30, 'mg', 1, { hypertension: '1' }),
  valsartan: tablet('缬沙坦胶囊', 'C09CA03', '80mg', 80, 'mg', 1, { hypertension: '3' }),
  irbesartan: tablet('厄贝沙坦片', 'C09CA04', '150mg', 150, 'mg', 1, { hypertension: '3' }),
  valsartanAmlodipine: tablet('缬沙坦氨氯地平片', 'C09DB01', '80mg/5mg', 1, '片', 1, { hypertension: '6' }),
  metoprolol: tablet('琥珀酸美托洛尔缓释片', 'C07AB02', '47.5mg', 47.5, 'mg', 1, { hypertension: '5' }),
  metformin: tablet('二甲双胍片', 'A10BA02', '0.5g', 0.5, 'g', 2, { diabetes: '2' }),
  metforminSustained: tablet('二甲双胍缓释片', 'A10BA02', '0.5g', 0.5, 'g', 2, { diabetes: '2' }),
  gliclazide: tablet('格列齐特缓释片', 'A10BB09', '30mg', 60, 'mg', 1, { diabetes: '1' }),
  acarbose: tablet('阿卡波糖片', 'A10BF01', '50mg', 50, 'mg', 3, { diabetes: '3' }),
  atorvastatin: tablet('阿托伐他汀钙片', 'C10AA05', '20mg', 20, 'mg', 1),
  aspirin: tablet('阿司匹林肠溶片', 'B01AC06', '100mg', 100, 'mg', 1),
  omeprazole: tablet('奥美拉唑肠溶胶囊', 'A02BC01', '20mg', 20, 'mg', 1),
  amoxicillin: tablet('阿莫西林胶囊', 'J01CA04', '0.5g', 0.5, 'g', 3),
  ibuprofen: tablet('布洛芬缓释胶囊', 'M01AE01', '0.3g', 0.3, 'g', 2),
  sertraline: tablet('盐酸舍曲林片', 'N06AB06', '50mg', 50, 'mg', 1),
  tiotropium: { name: '噻托溴铵吸入粉雾剂', atc: 'R03BB04', strength: '18ug', dose: 18, unit: 'ug', timesADay: 1, route: '吸入' },
} as const satisfies Record<string, Medicine>
export type MedicineName = keyof typeof medicines

/** Vaccines of the national programme for children: due at an age in months, as the schedule has them. CVX where one fits. */
export interface Vaccine {
  readonly name: string
  readonly dose: number
  readonly month: number
  readonly cvx?: string
}
const doses = (name: string, cvx: string | undefined, ...months: number[]): Vaccine[] =>
  months.map((month, place) => ({ name, dose: place + 1, month, ...(cvx ? { cvx } : {}) }))

export const vaccines: readonly Vaccine[] = [
  ...doses('乙型肝炎疫苗', '08', 0, 1, 6),
  ...doses('卡介苗', '19', 0),
  ...doses('脊髓灰质炎灭活疫苗', '10', 2, 3),
  ...doses('百白破疫苗', '20', 3, 4, 5, 18),
  ...doses('麻腮风疫苗', '03', 8, 18),
  ...doses('乙型脑炎减毒活疫苗', undefined, 8, 24),
  ...doses('A群流脑多糖疫苗', undefined, 6, 9),
  ...doses('甲型肝炎减毒活疫苗', undefined, 18),
]

export interface Allergen {
  readonly name: string
  readonly kind: 'DA' | 'FA'
  readonly reaction: string
  readonly severity: 'SV' | 'MO' | 'MI'
}
export const allergens: readonly Allergen[] = [
  { name: '青霉素', kind: 'DA', reaction: '皮疹', severity: 'SV' },
  { name: '头孢菌素类', kind: 'DA', reaction: '荨麻疹', severity: 'MO' },
  { name: '磺胺类', kind: 'DA', reaction: '皮疹', severity: 'MO' },
  { name: '虾', kind: 'FA', reaction: '荨麻疹', severity: 'MO' },
]

export interface Operation {
  readonly code: string
  readonly name: string
}
/** ICD-9-CM-3, national clinical version. */
export const operations = {
  echocardiogram: { code: '88.7202', name: '超声心动图检查' },
  colonoscopy: { code: '45.2302', name: '电子结肠镜检查' },
} as const satisfies Record<string, Operation>
