// Languages as address books write them: a tag, or the name in one of our languages.

import type { Language } from '../claim/debtor.ts'

const NAMES: Readonly<Record<Language, string>> = {
  fr: 'fr fra fre french francais frans franzosisch franzoesisch',
  nl: 'nl nld dut dutch neerlandais nederlands niederlandisch niederlaendisch',
  en: 'en eng english anglais engels englisch',
  de: 'de deu ger german allemand duits deutsch',
}

const LANGUAGE_BY_NAME: ReadonlyMap<string, Language> = new Map(
  (Object.entries(NAMES) as [Language, string][]).flatMap(([language, names]) =>
    names.split(' ').map((name): [string, Language] => [name, language]),
  ),
)

/** The language that a text names, such as `NL`, `fr-BE` or `Deutsch`; undefined for any other. */
export function parseCsvLanguage(text: string): Language | undefined {
  const plain = text
    .normalize('NFKD')
    .replace(/\p{Mn}/gu, '')
    .toLowerCase()
  return LANGUAGE_BY_NAME.get(plain.split(/[-_ ]/)[0] ?? '')
}
