/** What linking goes by, of one source patient, normalised (src/identity/features). */

/** An address in parts; a Chinese one's county, street and committee are its locality, road and number its line. */
export interface Place {
  readonly line?: string
  readonly locality?: string
  readonly postcode?: string
  readonly region?: string
  /** Of an institution, a post office box: many are found there who have nothing to do with each other. */
  readonly shared?: true
}

export interface PersonName {
  readonly script: 'han' | 'latin'
  /** 欧阳, smith; absent where it is not told. */
  readonly family?: string
  readonly given?: string
  /** Of a Chinese name, without tones: ouyang, jing. */
  readonly familySound?: string
  readonly givenSound?: string
}

export interface ReadNumber {
  readonly number: string
  readonly birthDate: string
  readonly sex: 'male' | 'female'
  /** Told as 15 digits, which have no check digit. */
  readonly unchecked?: true
}
export interface ReadIdentifier { readonly authority: string; readonly value: string }

/** A mother or guardian, as told of the patient. */
export interface Kin {
  readonly isMother?: true
  /** As names are compared: 黄丽. */
  readonly name?: string
  /** Her numbers and identifiers by who issued them: `number|…`, `urn:…:MR|…`, `patient|Patient/…`. */
  readonly keys?: readonly string[]
}

export interface Features {
  /** Valid by their check digit; 15 digits made 18. */
  readonly numbers: readonly ReadNumber[]
  /** Shaped like an identity number, and wrong by its check digit or date: misread, perhaps by a digit. */
  readonly misread?: string
  /** Of a register that has no check digit (a social security number). */
  readonly nationalId?: string
  readonly identifiers: readonly ReadIdentifier[]
  readonly names: readonly PersonName[]
  /** A parent's name, of a newborn who has none yet. */
  readonly parent?: string
  /** Called as newborns are (新生儿, NEWBORN, 黄丽BB), and by no name. */
  readonly newborn?: true
  /** Mother and guardians, where they are told. */
  readonly kin?: readonly Kin[]
  /** FHIR date, perhaps partial. */
  readonly birthDate?: string
  readonly sex?: 'male' | 'female'
  readonly phones: readonly string[]
  readonly emails: readonly string[]
  readonly places: readonly Place[]
  readonly birthPlace?: string
  readonly occupation?: string
  /** jr, sr, ii … */
  readonly generation?: string
  /** Order among those born together; 0 where it is only known that there were others. */
  readonly birthOrder?: number
  /** The source patient that took this one's place (HL7 A40), by the source's own word. */
  readonly replacedBy?: string
}
