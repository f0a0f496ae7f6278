import type { QuestionnaireResponse, QuestionnaireResponseItem, QuestionnaireResponseItemAnswer } from '../../../src/model/fhir'
import { told, type Row } from '../row'
import type { Question } from '../tables'
import type { Visit } from './visit'

/**
 * Everything of the form that is no measurement and no medicine: one item a field (linkId the field's name, text its
 * Chinese label), in the form's order. Codes are the form's own, each under the system of its field or dictionary: the
 * same number means opposite things in two forms (loseWeight, adverseReactions).
 */
export function tellQuestionnaire(visit: Visit): void {
  const { row, table, visitId, encounter, doctor, date } = visit
  const item = row.tables[table].questions.flatMap(question => itemOf(visit, question) ?? [])
  if (item.length === 0) return
  const response: QuestionnaireResponse = told({
    resourceType: 'QuestionnaireResponse',
    id: row.id('QuestionnaireResponse', `${table}/${visitId}`),
    identifier: { system: row.system(table), value: visitId },
    questionnaire: row.system(table),
    status: 'completed',
    subject: row.subject,
    encounter,
    authored: date,
    author: doctor,
    item,
  })
  row.tell(response)
}

function itemOf({ row, table }: Visit, question: Question): QuestionnaireResponseItem | undefined {
  const answer = answersOf(row, table, question)
  return answer.length > 0 ? { linkId: question.field, text: question.text, answer } : undefined
}

function answersOf(row: Row, table: string, { field, type, codes, dictionary }: Question): QuestionnaireResponseItemAnswer[] {
  switch (type) {
    case 'code': {
      const [known, system] = dictionary === undefined
        ? [codes, row.system(`${table}.${field}`)]
        : [row.tables.dictionaries[dictionary], row.system(dictionary)]
      const answers = row.codes(field, known ?? {}, system)
      return answers.map(({ coding, text }) => (coding ? { valueCoding: coding } : { valueString: text }))
    }
    case 'integer':
    case 'decimal':
      return numberAnswer(row.number(field))
    case 'date':
      return dateAnswer(row, field)
    default: {
      const text = row.text(field)
      return text === undefined ? [] : [{ valueString: text }]
    }
  }
}

function numberAnswer(value: number | string | undefined): QuestionnaireResponseItemAnswer[] {
  if (value === undefined) return []
  if (typeof value === 'string') return [{ valueString: value }]
  return [Number.isInteger(value) ? { valueInteger: value } : { valueDecimal: value }]
}

/** What is no date was said to be one by `invalid-date`, and stays as text. */
function dateAnswer(row: Row, field: string): QuestionnaireResponseItemAnswer[] {
  const text = row.text(field)
  if (text === undefined) return []
  const date = row.date(field)
  if (!date) return [{ valueString: text }]
  return [date.precision === 'time' ? { valueDateTime: date.value } : { valueDate: date.value }]
}
