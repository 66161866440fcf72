// Tells whether a reader may take one name for another. It flags and never refuses: names of every
// script are welcome, and only a person can say whether two of them mean the same creditor.

/** A Latin letter, then the letters that look like it (most of them also in UTS #39). */
const DOUBLES = [
  'AΑА BΒВв CСϹ EΕЕ FϜҒ GԌ HΗНн IΙІӀ JЈͿ KΚКкĸ MΜМмϺ NΝ OΟОՕ PΡР QԚ SЅՏ TΤТт UՍ VѴ WԜ XΧХ YΥУҮ ZΖ',
  'aαаɑ bЬь cсς dԁđ eеєҽ fғք gɡց hһħհ iιіıꙇ jјϳ kκ lӏłɩ nηпոռ oοσоօø pρр qԛզգ rг sѕ tτŧ uυսᴜ vνѵ',
  'wωԝաѡ xχх yγуү',
]

const latinOf = new Map(
  DOUBLES.flatMap((line) => line.split(' ')).flatMap(([latin = '', ...doubles]) =>
    doubles.map((double) => [double, latin] as const),
  ),
)

/**
 * Finds the known name that a reader may take `name` for, or null. Give it the names of *other*
 * creditors: an equal name looks alike too. What it finds must be shown to the person, and nothing
 * may be agreed to or paid without asking.
 *
 * Two names look alike when their skeletons are equal: compatibility forms resolved (NFKD), Latin
 * look-alikes of Greek, Cyrillic and Armenian letters replaced, accents, blanks, punctuation and
 * case dropped, and `i l 1 |`, `o 0`, `rn m`, `vv w` taken for one.
 *
 * @example
 * import { looksLike } from '@parley/sdk/protocol'
 * looksLike('Stadtwerke Beispie1', ['Stadtwerke Beispiel']) // => 'Stadtwerke Beispiel'
 * looksLike('Stadsenergie', ['Stadtwerke Beispiel']) // => null
 */
export function looksLike(name: string, knownNames: Iterable<string>): string | null {
  const shape = skeleton(name)
  for (const known of knownNames) {
    if (known === name || (shape !== '' && skeleton(known) === shape)) return known
  }
  return null
}

function skeleton(name: string): string {
  // Accents are `Inherited`; the vowel signs of other scripts belong to their words and stay.
  const letters = name
    .normalize('NFKD')
    .replace(/[\p{Script=Inherited}\p{Default_Ignorable_Code_Point}]/gu, '')
  return [...letters]
    .map((letter) => latinOf.get(letter) ?? letter)
    .join('')
    .toLowerCase()
    .replace(/[i1|]/g, 'l')
    .replaceAll('0', 'o')
    .replace(/[^\p{L}\p{N}\p{M}]/gu, '')
    .replaceAll('rn', 'm')
    .replaceAll('vv', 'w')
}
