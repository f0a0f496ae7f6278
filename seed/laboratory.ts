import type { Random } from './random'

/** One test of a laboratory: how people's values lie, and how the two hospitals and the platform name it. */
export interface Test {
  /** Local code at 市一院 (SYYLIS); 区妇幼 writes `F-` before its own. */
  readonly code: string
  readonly name: string
  /** As printed; `10^9/L` is escaped, or not, by who writes it. */
  readonly unit: string
  /** UCUM, for who writes FHIR. */
  readonly ucum: string
  /** LOINC where the recognised items' table has it. */
  readonly loinc?: string
  readonly low: number
  readonly high: number
  /** Where men's and women's ranges differ: `[low, high]` of women; `low` and `high` are men's. */
  readonly women?: readonly [number, number]
  readonly decimals: number
  readonly mean: number
  readonly deviation: number
  /** Values beyond these are critical (HH, LL). */
  readonly critical?: readonly [number, number]
  readonly method?: readonly [string, string]
}

const test = (
  code: string,
  name: string,
  unit: string,
  loinc: string | undefined,
  range: readonly [number, number],
  decimals: number,
  more: Partial<Test> = {},
): Test => ({
  code,
  name,
  unit,
  ucum: unit.replace('^', '*').replace('μ', 'u'),
  low: range[0],
  high: range[1],
  decimals,
  mean: (range[0] + range[1]) / 2,
  deviation: (range[1] - range[0]) / 5,
  ...(loinc ? { loinc } : {}),
  ...more,
})

const ion: readonly [string, string] = ['ISE', '离子选择电极法']

export const tests = {
  K: test('K', '钾', 'mmol/L', '2823-3', [3.5, 5.3], 1, { critical: [2.8, 6.2], method: ion, mean: 4.2, deviation: 0.35 }),
  NA: test('NA', '钠', 'mmol/L', '2951-2', [137, 147], 0, { critical: [120, 160], method: ion }),
  CL: test('CL', '氯', 'mmol/L', '2075-0', [99, 110], 0, { method: ion }),
  CA: test('CA', '钙', 'mmol/L', '2000-8', [2.11, 2.52], 2),
  CREA: test('CREA', '肌酐', 'μmol/L', '14682-9', [57, 97], 0, { women: [41, 73], mean: 74, deviation: 14 }),
  UREA: test('UREA', '尿素', 'mmol/L', '22664-7', [3.1, 8], 1),
  UA: test('UA', '尿酸', 'μmol/L', '14933-6', [208, 428], 0, { women: [155, 357], mean: 340, deviation: 70 }),
  GLUF: test('GLUF', '空腹血糖', 'mmol/L', '14771-0', [3.9, 6.1], 1, { mean: 5.2, deviation: 0.5, critical: [2.8, 22] }),
  ALT: test('ALT', '丙氨酸氨基转移酶', 'U/L', '1742-6', [9, 50], 0, { mean: 24, deviation: 9 }),
  AST: test('AST', '天门冬氨酸氨基转移酶', 'U/L', '1920-8', [15, 40], 0, { mean: 24, deviation: 6 }),
  ALB: test('ALB', '白蛋白', 'g/L', '1751-7', [40, 55], 1),
  TC: test('TC', '总胆固醇', 'mmol/L', '14647-2', [2.8, 5.2], 2, { mean: 4.9, deviation: 0.8 }),
  TG: test('TG', '甘油三酯', 'mmol/L', '14927-8', [0.4, 1.7], 2, { mean: 1.5, deviation: 0.5 }),
  HDLC: test('HDLC', '高密度脂蛋白胆固醇', 'mmol/L', '14646-4', [1.04, 1.9], 2),
  LDLC: test('LDLC', '低密度脂蛋白胆固醇', 'mmol/L', '22748-8', [1.5, 3.4], 2, { mean: 3, deviation: 0.7 }),
  HBA1C: test('HBA1C', '糖化血红蛋白A1c', '%', '4548-4', [4, 6], 1, { mean: 5.4, deviation: 0.3 }),
  WBC: test('WBC', '白细胞计数', '10^9/L', '6690-2', [3.5, 9.5], 1, { mean: 6.5, deviation: 1.5 }),
  RBC: test('RBC', '红细胞计数', '10^12/L', '789-8', [4.3, 5.8], 2, { women: [3.8, 5.1] }),
  HGB: test('HGB', '血红蛋白', 'g/L', '718-7', [130, 175], 0, { women: [115, 150], critical: [60, 200] }),
  HCT: test('HCT', '红细胞压积', 'L/L', '4544-3', [0.4, 0.5], 2, { women: [0.35, 0.45] }),
  PLT: test('PLT', '血小板计数', '10^9/L', '777-3', [125, 350], 0, { critical: [30, 1000] }),
} as const satisfies Record<string, Test>
export type TestName = keyof typeof tests

export interface Panel {
  readonly code: string
  readonly name: string
  readonly specimen: readonly [string, string]
  readonly tests: readonly TestName[]
}
export const panels = {
  chemistry: {
    code: 'SH01',
    name: '生化全套',
    specimen: ['BLD', '静脉血'],
    tests: ['K', 'NA', 'CL', 'CA', 'CREA', 'UREA', 'UA', 'GLUF', 'ALT', 'AST', 'ALB', 'TC', 'TG', 'HDLC', 'LDLC'],
  },
  lipids: { code: 'XZ01', name: '血脂四项', specimen: ['BLD', '静脉血'], tests: ['TC', 'TG', 'HDLC', 'LDLC'] },
  kidney: { code: 'SG01', name: '肾功能及电解质', specimen: ['BLD', '静脉血'], tests: ['K', 'NA', 'CL', 'CREA', 'UREA', 'UA'] },
  sugar: { code: 'TH01', name: '糖化血红蛋白', specimen: ['EDTA', 'EDTA抗凝静脉血'], tests: ['HBA1C'] },
  blood: { code: 'XCG', name: '血细胞分析', specimen: ['EDTA', 'EDTA抗凝静脉血'], tests: ['WBC', 'RBC', 'HGB', 'HCT', 'PLT'] },
} as const satisfies Record<string, Panel>
export type PanelName = keyof typeof panels

export type Flag = 'N' | 'H' | 'L' | 'HH' | 'LL'
export interface Result {
  readonly test: Test
  /** As printed, with the decimals of the laboratory. */
  readonly value: string
  readonly flag: Flag
  /** Marks of mutual recognition as printed. */
  readonly marks?: readonly string[]
}

export const rangeFor = (item: Test, sex: 'M' | 'F'): readonly [number, number] =>
  sex === 'F' && item.women ? item.women : [item.low, item.high]

export function flagOf(item: Test, value: number, sex: 'M' | 'F'): Flag {
  const [low, high] = rangeFor(item, sex)
  if (item.critical && value >= item.critical[1]) return 'HH'
  if (item.critical && value <= item.critical[0]) return 'LL'
  if (value > high) return 'H'
  return value < low ? 'L' : 'N'
}

/** What a person's blood says today; `shift` moves a test's mean (a diabetic's glucose). */
export function draw(item: Test, sex: 'M' | 'F', random: Random, shift = 0): Result {
  const women = sex === 'F' && item.women ? (item.women[0] + item.women[1] - item.low - item.high) / 2 : 0
  const spread = shift === 0 ? item.deviation : item.deviation * 1.6
  const value = Math.max(item.low * 0.5, random.around(item.mean + women + shift, spread))
  return resultOf(item, Number(value.toFixed(item.decimals)), sex)
}

export const resultOf = (item: Test, value: number, sex: 'M' | 'F', marks?: readonly string[]): Result => ({
  test: item,
  value: value.toFixed(item.decimals),
  flag: flagOf(item, value, sex),
  ...(marks ? { marks } : {}),
})
