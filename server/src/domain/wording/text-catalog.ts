// The shape of the text catalog: per language, a flat table from key to ICU message.
// English names the keys; a key that does not exist is a compile-time error.

import type englishTexts from '../../../catalog/texts/en.json'
import type { Language } from './language.ts'

/** The name of a text, such as `payment-request-t1.subject`. */
export type TextKey = keyof typeof englishTexts

/** The texts of one language: ICU messages by key. */
export type TextCatalog = Readonly<Record<TextKey, string>>

/** The texts of every language. */
export type TextCatalogs = Readonly<Record<Language, TextCatalog>>

/** What a message may be given: names, amounts and days as finished text; counts as numbers. */
export type TextValues = Readonly<Record<string, string | number>>
