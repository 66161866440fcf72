// Every vector of the specification against the reference implementation.
import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { readRequirements } from '../tools/requirements.ts'
import { isExpected, runVector } from '../tools/vectors/run-vectors.ts'
import type { VectorFile } from '../tools/vectors/vector-file.ts'

const folder = new URL('../vectors/', import.meta.url)
const files = readdirSync(folder).map(
  (name) => [name, JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as VectorFile] as const,
)
const rules = new Set((await readRequirements(new URL('../', import.meta.url))).map(({ id }) => id))

describe.each(files)('%s', (_name, file) => {
  it('has ids of its own, cites rules that exist, and has vectors of both kinds', () => {
    const ids = file.vectors.map(({ id }) => id)
    expect(new Set(ids).size).toBe(ids.length)
    expect(file.vectors.map(({ rule }) => rule).filter((rule) => !rules.has(rule))).toEqual([])
    expect(new Set(file.vectors.map(({ expect: { ok } }) => ok))).toEqual(new Set([true, false]))
  })

  it.each(file.vectors.map((vector) => [vector.id, vector.title, vector] as const))(
    '%s: %s',
    async (_id, _title, vector) => {
      const outcome = await runVector(file, vector)
      expect(isExpected(vector, outcome), JSON.stringify(outcome.ok || outcome.error)).toBe(true)
    },
  )
})

describe('a run', () => {
  it('notices another outcome than the expected one', async () => {
    for (const [, file] of files) {
      for (const vector of file.vectors.slice(0, 3)) {
        const outcome = await runVector(file, vector)
        const opposite = vector.expect.ok
          ? ({ ok: false, code: 'other' } as const)
          : ({ ok: true } as const)
        expect(isExpected({ ...vector, expect: opposite }, outcome)).toBe(false)
      }
    }
  })
})
