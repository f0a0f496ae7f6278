import elements from './elements.json'

const known = new Set(elements.resources.flatMap(line => line.split(' ')))

/** What an archive serves facts of, and what these refer to. Other types are kept whole, without facts. */
const mapped = new Set([
  'Patient', 'Encounter', 'Condition', 'Observation', 'DiagnosticReport', 'MedicationRequest', 'MedicationStatement',
  'AllergyIntolerance', 'Immunization', 'Procedure', 'QuestionnaireResponse',
])
const directory = new Set(['Organization', 'Practitioner', 'PractitionerRole', 'Location', 'Medication'])
/** Types whose `identifier` is one, not a list, or that have none: their original id stands in `meta`. */
const withIdentifiers = new Set([...mapped, ...directory])
withIdentifiers.delete('QuestionnaireResponse')

export const isKnownType = (type: string): boolean => known.has(type)
export const isMapped = (type: string): boolean => mapped.has(type) || directory.has(type)
/** Of no single patient. */
export const isDirectory = (type: string): boolean => directory.has(type)
export const hasIdentifiers = (type: string): boolean => withIdentifiers.has(type)
