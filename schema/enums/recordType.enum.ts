import { registerEnumType } from 'type-graphql'

/** The kinds of facts on a timeline; names and values are the model's `FactType`s. */
export enum RecordType {
  Encounter = 'Encounter',
  Condition = 'Condition',
  LaboratoryResult = 'LaboratoryResult',
  VitalSign = 'VitalSign',
  Observation = 'Observation',
  DiagnosticReport = 'DiagnosticReport',
  MedicationRequest = 'MedicationRequest',
  MedicationStatement = 'MedicationStatement',
  AllergyIntolerance = 'AllergyIntolerance',
  Immunization = 'Immunization',
  Procedure = 'Procedure',
  FollowUp = 'FollowUp',
}

registerEnumType(RecordType, {
  name: 'RecordType',
  description: 'The kinds of records of an archive. Observations are told apart by their category.',
  valuesConfig: {
    Encounter: { description: 'A visit or stay (就诊、住院).' },
    Condition: { description: 'A diagnosis (诊断).' },
    LaboratoryResult: { description: 'A laboratory result (检验结果).' },
    VitalSign: { description: 'A vital sign (体征): blood pressure, weight, …' },
    Observation: { description: 'Any other observation.' },
    DiagnosticReport: { description: 'A report (检查检验报告).' },
    MedicationRequest: { description: 'A prescription (处方).' },
    MedicationStatement: { description: 'What the resident takes (用药情况).' },
    AllergyIntolerance: { description: 'An allergy (过敏史).' },
    Immunization: { description: 'A vaccination (预防接种).' },
    Procedure: { description: 'An operation or procedure (手术、操作).' },
    FollowUp: { description: 'A follow-up form (随访表).' },
  },
})
