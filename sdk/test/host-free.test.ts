// The SDK runs wherever there is WebCrypto and fetch; only its Node part may need Node.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

const source = join(import.meta.dirname, '../src')
const HOST = /from '(?:node:[^']+|fastify[^']*)'|\bBuffer\b|\bprocess\./

/** A file without its TSDoc, whose examples run on a host. */
const codeOf = (file: string) =>
  readFileSync(join(source, file), 'utf8').replaceAll(/^ *\/\*\*[\s\S]*?\*\//gm, '')

const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter(
  (file) => file.endsWith('.ts') && !file.includes('generated'),
)

describe('the SDK', () => {
  it.each(files.filter((file) => !file.startsWith('node/')))('needs no host in %s', (file) => {
    expect(codeOf(file)).not.toMatch(HOST)
  })

  it('has a Node part that does', () => {
    const node = files.filter((file) => file.startsWith('node/'))
    expect(node.some((file) => HOST.test(codeOf(file)))).toBe(true)
  })
})
