// Names as they come: spoofed, hostile and merely foreign.

import { expect, it } from 'vitest'
import { checkText } from '../../src/protocol/text.ts'
import { describeCorpus, readCorpus, readCorpusJson } from './corpus-files.ts'

const SPOOFED = 'conformance/spoof-names.json'
const NAUGHTY = 'names/blns.json'
const IGNORABLE = 'names/DefaultIgnorable.txt'
const PROPERTIES = 'names/PropList-security-extract.txt'
const REFUSED_PROPERTIES = ['Bidi_Control', 'Join_Control', 'Noncharacter_Code_Point']

describeCorpus(SPOOFED, () => {
  it('refuses the spoofed names and accepts the honest ones', () => {
    const { cases } = readCorpusJson<{
      cases: Array<{ id: string; value: string; expect: string }>
    }>(SPOOFED)
    for (const { id, value, expect: verdict } of cases) {
      expect(checkText(value, { maxCodePoints: 70 }).ok, id).toBe(verdict !== 'reject')
    }
  })
})

describeCorpus(NAUGHTY, () => {
  it('never throws, and lets nothing invisible through', () => {
    for (const text of readCorpusJson<string[]>(NAUGHTY)) {
      const result = checkText(text, { maxCodePoints: 5000 })
      if (result.ok) expect(text).not.toMatch(/[\p{Cc}\u200b-\u200f\u202a-\u202e\u2060-\u206f]/u)
    }
  })
})

describeCorpus(IGNORABLE, () => {
  it('refuses every default-ignorable code point', () => {
    expect(acceptedIn(IGNORABLE, () => true)).toEqual([])
  })
})

describeCorpus(PROPERTIES, () => {
  it('refuses every bidi control, join control and noncharacter', () => {
    const isRefused = (line: string) => REFUSED_PROPERTIES.some((name) => line.includes(name))
    expect(acceptedIn(PROPERTIES, isRefused)).toEqual([])
  })
})

/** The code points of a Unicode data file that a name may contain all the same. */
function acceptedIn(path: string, isMeant: (line: string) => boolean): string[] {
  const lines = new TextDecoder().decode(readCorpus(path)).split('\n').filter(isMeant)
  const characters = lines.flatMap(charactersOf)
  expect(characters.length).toBeGreaterThan(70)
  return characters.filter((it) => checkText(`Acme${it}`, { maxCodePoints: 10 }).ok)
}

/** Reads `200B..200F ; …` as its five characters, and a line without a range as none. */
function charactersOf(line: string): string[] {
  const [, first, last = first] = /^([0-9A-F]+)(?:\.\.([0-9A-F]+))?\s*;/.exec(line) ?? []
  if (first === undefined || last === undefined) return []
  const [from, to] = [Number.parseInt(first, 16), Number.parseInt(last, 16)]
  return Array.from({ length: to - from + 1 }, (_, index) => String.fromCodePoint(from + index))
}
