// The characters that every bank in SEPA takes, and the rule by which other letters become them.
// Sources: EPC132-08 §1.4 (character set, rules for identifiers); EPC217-08 (conversion table).
import { err, ok, type Result } from '../protocol/result.ts'

/** Why a text cannot be written in the SEPA character set. */
export interface SepaCharactersRefusal {
  readonly code: 'iso-characters'
}

const SEPA_TEXT = /^[A-Za-z0-9/\-?:().,'+ ]*$/
const SLASHES = /^\/|\/$|\/\//

/** EPC217-08 where it gives letters, read in pairs: character, replacement. */
const PAIRS =
  'ÆA æa ØO øo ŒO œo ßs ĐD đd ĦH ħh ıi ŁL łl ŦT ŧt ÞT þt ÐD ðd ĲI ĳi ŀl ĿL €E ' +
  "&+ _- ~- ;, [( {( ]) }) |/ \\/ `' ’' ‘' ‚, –- —- ‐- ‑- ¿? " +
  'ΑA ΒV ΓG ΔD ΕE ΖZ ΗI ΘTH ΙI ΚK ΛL ΜM ΝN ΞX ΟO ΠP ΡR ΣS ΤT ΥY ΦF ΧCH ΨPS ΩO ' +
  'αa βv γg δd εe ζz ηi θth ιi κk λl μm νn ξx οo πp ρr σs ςs τt υy φf χch ψps ωo ' +
  'АA БB ВV ГG ДD ЕE ЖZH ЗZ ИI ЙY КK ЛL МM НN ОO ПP РR СS ТT УU ФF ХH ЦTS ЧCH ШSH ЩSHT ЪA ЬY ЮYU ЯYA ' +
  'аa бb вv гg дd еe жzh зz иi йy кk лl мm нn оo пp рr сs тt уu фf хh цts чch шsh щsht ъa ьy юyu яya'
const REPLACEMENTS = new Map(PAIRS.split(' ').map((pair) => [pair.slice(0, 1), pair.slice(1)]))
const MARKS = /\p{Mn}/gu
const SYMBOL = /^[\p{P}\p{S}\p{No}]$/u

/**
 * Writes a text in the SEPA character set: letters lose their marks (`Müller` is `Muller`), Greek
 * and Bulgarian letters and punctuation follow the conversion table of the EPC, other blanks are
 * spaces, other signs dots. No letter is left out or becomes a dot.
 *
 * Refuses `iso-characters` for letters of other scripts and for control characters.
 *
 * @example
 * import { toSepaCharacters } from '@parley/sdk/iso20022'
 * toSepaCharacters('Café & Söhne') // => { ok: true, value: 'Cafe + Sohne' }
 * toSepaCharacters('株式会社') // => { ok: false, error: { code: 'iso-characters' } }
 */
export function toSepaCharacters(text: string): Result<string, SepaCharactersRefusal> {
  const written = [...text.normalize('NFC')].map(replaced).join('')
  return SEPA_TEXT.test(written) ? ok(written) : err({ code: 'iso-characters' })
}

/**
 * Tells whether a text may stand as an identifier: the SEPA set, no blank or slash at an end, never
 * two slashes together.
 *
 * @example
 * import { isSepaIdentifier } from '@parley/sdk/iso20022'
 * isSepaIdentifier('REFUNDS-2026/11') // => true
 * isSepaIdentifier('pr_1') // => false
 */
export function isSepaIdentifier(text: string): boolean {
  return SEPA_TEXT.test(text) && text.trim() === text && text !== '' && !SLASHES.test(text)
}

/** A composed letter that the table knows (`й`) goes by the table, any other one by its base. */
function replaced(character: string): string {
  if (SEPA_TEXT.test(character)) return character
  const known = REPLACEMENTS.get(character)
  if (known !== undefined) return known
  if (/\p{Zs}/u.test(character)) return ' '
  const base = character.normalize('NFD').replaceAll(MARKS, '')
  return REPLACEMENTS.get(base) ?? (SYMBOL.test(base) ? '.' : base)
}
