// The suite judges with its own eyes: what the SDK or the server gets wrong must not be wrong here, too.
import { globSync, readFileSync } from 'node:fs'
import { dirname, relative, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'

const root = resolve(import.meta.dirname, '../..')
const files = globSync('conformance/src/**/*.ts', { cwd: root })

const IMPORT = /(?:from|import\()\s*'([^']+)'/g

/** What a file imports from outside of the suite. */
function foreignImports(file: string): string[] {
  const text = readFileSync(resolve(root, file), 'utf8')
  return [...text.matchAll(IMPORT)]
    .map(([, name = '']) =>
      name.startsWith('.') ? relative(root, resolve(root, dirname(file), name)) : name,
    )
    .filter((name) => !name.startsWith('conformance/'))
}

describe('the suite imports', () => {
  it('nothing but jose, Node and spec', () => {
    expect(files.length).toBeGreaterThan(20)
    const allowed = /^(jose$|node:|spec\/)/
    const foreign = files.flatMap((file) =>
      foreignImports(file)
        .filter((name) => !allowed.test(name))
        .map((name) => `${file}: ${name}`),
    )
    expect(foreign).toEqual([])
  })
})
