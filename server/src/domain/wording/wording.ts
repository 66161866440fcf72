// Turns a text key into a sentence in a person's language. Amounts and days arrive as finished
// text: nothing here formats a number, so nothing here can round one.

import { IntlMessageFormat } from 'intl-messageformat'
import type { Language } from './language.ts'
import type { TextCatalogs, TextKey, TextValues } from './text-catalog.ts'

/** Says things to people. */
export interface Wording {
  /**
   * Returns the text in the language, with the values filled in, as plain text: callers escape it
   * for the medium they write to.
   *
   * @throws {Error} when a value that the message names is missing: a bug of the caller.
   */
  say(language: Language, key: TextKey, values?: TextValues): string
}

/**
 * Speaks the texts of the catalogs. Each message is compiled once, when it is first said;
 * `findTextFaults` is what tells beforehand that all of them compile.
 */
export function createWording(catalogs: TextCatalogs): Wording {
  const compiled = new Map<string, IntlMessageFormat>()
  return {
    say(language, key, values = {}) {
      const name = `${language} ${key}`
      const message = compiled.get(name) ?? compileMessage(language, catalogs[language][key])
      compiled.set(name, message)
      return String(message.format({ ...values }))
    },
  }
}

/**
 * Compiles one ICU message. `<` has no meaning in our texts: markup belongs to the renderers.
 *
 * @throws {Error} when the text is not valid ICU syntax.
 */
export function compileMessage(language: Language, text: string): IntlMessageFormat {
  return new IntlMessageFormat(text, language, undefined, { ignoreTag: true })
}
