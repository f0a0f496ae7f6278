/** Names of elements that stay; any other key may be somebody's name, and is masked. */
const elements = new Set((
  'resourceType id meta versionId lastUpdated source profile security tag implicitRules language text status div contained extension modifierExtension url '
  + 'valueString valueCode valueCoding valueCodeableConcept valueQuantity valueInteger valueDecimal valueBoolean valueDate valueDateTime valueTime valuePeriod '
  + 'valueRange valueRatio valueReference valueIdentifier valueUri valueSampledData identifier use type system value period start end assigner active name family '
  + 'given prefix suffix telecom rank gender birthDate deceasedBoolean deceasedDateTime address line city district state postalCode country maritalStatus '
  + 'multipleBirthBoolean multipleBirthInteger photo contact relationship organization communication preferred generalPractitioner managingOrganization link other '
  + 'reference display coding code version userSelected subject patient encounter focus basedOn partOf category effectiveDateTime effectivePeriod effectiveInstant '
  + 'issued performer actor role onBehalfOf participant individual location serviceProvider class serviceType priority reasonCode reasonReference diagnosis condition '
  + 'hospitalization admitSource dischargeDisposition length statusHistory interpretation note authorString authorReference time bodySite method specimen device '
  + 'referenceRange low high appliesTo age component dataAbsentReason hasMember derivedFrom result conclusion conclusionCode presentedForm contentType data title '
  + 'clinicalStatus verificationStatus severity onsetDateTime onsetAge onsetString abatementDateTime recordedDate recorder asserter stage evidence criticality reaction '
  + 'substance manifestation intent medicationCodeableConcept medicationReference authoredOn requester dosageInstruction dosage sequence timing repeat frequency '
  + 'periodUnit boundsPeriod route doseAndRate doseQuantity rateQuantity maxDosePerPeriod dispenseRequest quantity numberOfRepeatsAllowed expectedSupplyDuration '
  + 'validityPeriod substitution dateAsserted informationSource vaccineCode occurrenceDateTime primarySource lotNumber expirationDate manufacturer site protocolApplied '
  + 'series targetDisease doseNumberPositiveInt performedDateTime performedPeriod outcome followUp questionnaire authored author item linkId answer unit comparator '
  + 'numerator denominator entry fullUrl resource request response search mode total timestamp relation ifNoneExist etag lastModified').split(' '))

const types = new Set((
  'Patient Observation Encounter Condition DiagnosticReport MedicationRequest MedicationStatement MedicationDispense MedicationAdministration Medication Procedure '
  + 'Immunization AllergyIntolerance QuestionnaireResponse Bundle Organization Practitioner PractitionerRole Location Specimen ServiceRequest CarePlan CareTeam Goal '
  + 'Device DocumentReference Composition ImagingStudy Coverage Claim ExplanationOfBenefit RelatedPerson Person Provenance Consent').split(' '))

/** A string up to its end, or the text's; or what is between strings. */
const tokens = /"(?:[^"\\]|\\[^])*"?(\s*:)?|[^"]+/g

/** FHIR's own keys and resource types stay, in JSON that may be broken anywhere. */
export function maskJson(text: string, mask: (value: string) => string): string {
  let before = ''
  return text.replace(tokens, (token, colon: string | undefined) => {
    const word = token.startsWith('"') ? token.slice(1, token.lastIndexOf('"')) : undefined
    const isKnown = word !== undefined && (colon === undefined ? before === 'resourceType' && types.has(word) : elements.has(word))
    if (word !== undefined) before = word
    return isKnown ? token : mask(token)
  })
}
