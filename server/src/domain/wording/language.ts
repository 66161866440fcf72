// The languages in which Parley writes to people, and how one of them is chosen.

/** Every language that the text catalog speaks, in the order in which pages list them. */
export const LANGUAGES = ['fr', 'nl', 'en', 'de'] as const

/** One of the languages of the text catalog (ISO 639-1). */
export type Language = (typeof LANGUAGES)[number]

/** The language of people of whom nothing better is known. */
export const LAST_RESORT_LANGUAGE: Language = 'en'

/**
 * Returns the first wish that the catalog can fulfil, otherwise English.
 *
 * A wish is a BCP 47 tag of any case (`fr-BE`); only its first subtag counts. Callers name the
 * person's language first and the creditor's own language second.
 */
export function chooseLanguage(...wishes: readonly (string | null | undefined)[]): Language {
  for (const wish of wishes) {
    const subtag = wish?.split(/[-_]/)[0]?.toLowerCase()
    const language = LANGUAGES.find((known) => known === subtag)
    if (language !== undefined) return language
  }
  return LAST_RESORT_LANGUAGE
}
