// The places of crash points and mutations are data about sources that change: each is found where it
// says, and nothing of it is in the product.
import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { FAULTS } from '../../faults/catalogue.ts'
import { MUTATIONS, PATCHES } from '../../faults/patches.ts'
import { patchSource } from '../../faults/source-patch.ts'

const ROOT = resolve(import.meta.dirname, '../../..')

describe('a patch of the product', () => {
  it.each(PATCHES.map((patch) => [patch.name, patch] as const))(
    '%s finds its place',
    (_, patch) => {
      const source = readFileSync(join(ROOT, patch.file), 'utf8')
      expect(patchSource(source, [patch])).not.toBe(source)
    },
  )

  it('fails when its place is not there exactly once', () => {
    const patch = { name: 'p', file: 'f.ts', find: 'a', replace: 'b' }
    expect(() => patchSource('c', [patch])).toThrow('p: its place is 0 times in f.ts')
    expect(() => patchSource('a a', [patch])).toThrow('p: its place is 2 times in f.ts')
    expect(patchSource('a $&', [{ ...patch, replace: '$&' }])).toBe('$& $&')
  })

  it('is named once, and every mutation names a fault', () => {
    const names = PATCHES.map(({ name }) => name)
    expect(new Set(names).size).toBe(names.length)
    const ids = FAULTS.map(({ id }) => id)
    for (const { fault } of MUTATIONS) expect(ids).toContain(fault)
  })

  it('is not in the product', () => {
    const sources = readdirSync(join(ROOT, 'server/src'), { recursive: true, encoding: 'utf8' })
    const touched = sources
      .filter((file) => file.endsWith('.ts'))
      .filter((file) =>
        /atFaultPoint|server\/faults/.test(readFileSync(join(ROOT, 'server/src', file), 'utf8')),
      )
    expect(touched).toEqual([])
  })
})
