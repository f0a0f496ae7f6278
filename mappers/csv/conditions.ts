import type { CodeableConcept, Condition } from '../../src/model/fhir'
import type { Row } from './row'

const clinicalStatus = 'http://terminology.hl7.org/CodeSystem/condition-clinical'

export interface ManagedDisease { readonly key: string; readonly code: CodeableConcept; readonly active?: boolean }

/**
 * A chronic disease that the community centre manages (慢病管理): one Condition per resident and disease, told by the
 * archive and by every visit. Only what a row states: it gives no diagnosis code, so none is written; being managed is
 * being active, and a row that ends or suspends the management does not say that the disease is gone.
 */
export function managedCondition(row: Row, { key, code, active = true }: ManagedDisease): Condition {
  return {
    resourceType: 'Condition',
    id: row.id('Condition', `${row.text('empiId')}/${key}`),
    ...(active ? { clinicalStatus: { coding: [{ system: clinicalStatus, code: 'active' }] } } : {}),
    category: [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/condition-category', code: 'problem-list-item' }] }],
    code,
    subject: row.subject,
  }
}
