// SECURITY.md says which test holds which point: every test that it names exists, and no point is left out.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

const root = join(import.meta.dirname, '../..')
const text = readFileSync(join(root, 'SECURITY.md'), 'utf8')

interface Named {
  file: string
  title: string
}

/** Titles in quotation marks after a file; those without a file of their own go on with the last. */
function namedTests(line: string): Named[] {
  let file = ''
  return [...line.matchAll(/`([\w./-]+\.test\.ts)`|"([^"]+)"/g)].flatMap(([, path, title = '']) => {
    if (path !== undefined) file = path
    return path === undefined && file !== '' ? [{ file, title }] : []
  })
}

/** Whether a test, or a row of its table, has this title. */
function hasTitle({ file, title }: Named): boolean {
  const path = join(root, file)
  if (!existsSync(path)) return false
  const source = readFileSync(path, 'utf8')
  return ["'", '"', '`'].some((quote) => source.includes(`${quote}${title}${quote}`))
}

const rows = text.split('\n').filter((line) => line.startsWith('| '))
const pointRows = rows.filter((line) => /^\| (API\d+|3\.\d+) /.test(line))

describe('SECURITY.md', () => {
  it('goes through every point of OWASP and of RFC 8725, each with a test', () => {
    const points = pointRows.map((line) => line.split(' ')[1])
    const owasp = Array.from({ length: 10 }, (_, i) => `API${i + 1}`)
    const rfc8725 = Array.from({ length: 12 }, (_, i) => `3.${i + 1}`)
    expect(points).toEqual([...owasp, ...rfc8725])
    expect(pointRows.filter((line) => namedTests(line).length === 0)).toEqual([])
  })

  it('names tests that exist', () => {
    const named = pointRows.flatMap(namedTests)
    expect(named.length).toBeGreaterThan(35)
    expect(named.filter((test) => !hasTitle(test))).toEqual([])
  })

  it('names files that exist', () => {
    const files = [...text.matchAll(/`((?:server|sdk|spec)\/[\w./-]+)`/g)].map(
      ([, path = '']) => path,
    )
    expect(files.filter((path) => !existsSync(join(root, path)))).toEqual([])
  })

  it('would not pass with a test that is gone', () => {
    const [gone] = namedTests(
      '| x | `server/test/security-document.test.ts` "is not here at all" |',
    )
    expect(gone && hasTitle({ ...gone, title: `${gone.title}, or so` })).toBe(false)
    expect(gone && hasTitle({ ...gone, title: 'names tests that exist' })).toBe(true)
  })
})
