// JSONTestSuite: what RFC 8259 parsers must accept and must refuse.

import { expect, it } from 'vitest'
import { decodeUtf8 } from '../../src/protocol/encoding.ts'
import { parseStrictJson } from '../../src/protocol/strict-json.ts'
import { describeCorpus, listCorpus, readCorpus } from './corpus-files.ts'

const FOLDER = 'conformance/jsontestsuite'

/** Well-formed by RFC 8259, and refused on purpose. */
const STRICTER: Readonly<Record<string, string>> = {
  'y_object_duplicated_key.json': 'json-duplicate-name',
  'y_object_duplicated_key_and_value.json': 'json-duplicate-name',
}

describeCorpus(FOLDER, () => {
  it('accepts every well-formed text, but for duplicate names', () => {
    for (const name of filesNamed('y_')) {
      const code = STRICTER[name]
      const expected = code === undefined ? { ok: true } : { ok: false, error: { code } }
      expect(parse(name), name).toMatchObject(expected)
    }
  })

  it('refuses every malformed text', () => {
    const accepted = filesNamed('n_').filter((file) => parse(file).ok)
    expect(accepted).toEqual([])
  })
})

function filesNamed(prefix: string): string[] {
  const names = listCorpus(FOLDER).filter((name) => name.startsWith(prefix))
  expect(names.length).toBeGreaterThan(90)
  return names
}

function parse(name: string) {
  const text = decodeUtf8(readCorpus(`${FOLDER}/${name}`))
  return text === null
    ? { ok: false as const, error: { code: 'json-utf8' } }
    : parseStrictJson(text)
}
