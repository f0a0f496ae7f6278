import type { CodeableConcept, Extension } from '../../src/model/fhir'

/** What the community system registers of a person and FHIR R4 has no element or published extension for. */
export const extensionUrls = {
  /** 性别, where it is no code of the table (valueString): gender has no place for a text */
  sexAsTold: 'urn:hutong:sex-as-told',
  /** 民族, GB/T 3304 (valueCodeableConcept) */
  ethnicGroup: 'urn:hutong:ethnic-group',
  /** 文化程度 (valueCodeableConcept) */
  education: 'urn:hutong:education',
  /** 职业类别 (valueCodeableConcept) */
  occupation: 'urn:hutong:occupation',
  /** 工作单位 (valueString) */
  workplace: 'urn:hutong:workplace',
  /** 医疗支付方式 (valueCodeableConcept), or 其他支付 in words (valueString) */
  paymentMethod: 'urn:hutong:payment-method',
  /** 常住类型: registered household or not (valueCodeableConcept) */
  household: 'urn:hutong:household-registration',
  /** 人群类型: key groups of the public health service, the whole list; within, one `group` each (valueCodeableConcept) */
  keyGroups: 'urn:hutong:key-groups',
  /** 是否签约 (valueCodeableConcept) and 签约到期时间 (valueDateTime) of the family doctor contract */
  contractState: 'urn:hutong:contract-state',
  contractEnd: 'urn:hutong:contract-end',
  /** 网格地址: the grid that the archive is kept in (valueCodeableConcept) */
  grid: 'urn:hutong:residence-grid',
  /**
   * The household, as the archive has it; within, each where it is told: `familyId` (valueString), `father`,
   * `mother`, `partner` (valueReference), `head` (是否户主, valueBoolean), `relationToHead` (valueCodeableConcept)
   */
  family: 'urn:hutong:family',
  /** 死亡原因 (valueString) */
  deathReason: 'urn:hutong:death-reason',
  /** 三级审核: how far the archive is reviewed and opened (valueCodeableConcept), on the archive number */
  archiveState: 'urn:hutong:archive-state',
  /** 注销原因 (valueCodeableConcept), on the archive number */
  cancellationReason: 'urn:hutong:archive-cancellation-reason',
  /** 药物种类 (valueCodeableConcept) of a medicine in a follow-up form */
  medicineClass: 'urn:hutong:medicine-class',
} as const

export const conceptExtension = (url: string, value: CodeableConcept | undefined): Extension[] =>
  value ? [{ url, valueCodeableConcept: value }] : []

export const textExtension = (url: string, value: string | undefined): Extension[] =>
  value === undefined ? [] : [{ url, valueString: value }]
