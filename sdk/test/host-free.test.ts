// The SDK runs wherever there is WebCrypto and fetch; only its Node part may need Node.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

const source = join(import.meta.dirname, '../src')
const HOST = /from '(?:node:[^']+|fastify[^']*)'|\bBuffer\b|\bprocess\./

const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter(
  (file) => file.endsWith('.ts') && !file.includes('generated'),
)

describe('the SDK', () => {
  it.each(files.filter((file) => !file.startsWith('node/')))('needs no host in %s', (file) => {
    expect(readFileSync(join(source, file), 'utf8')).not.toMatch(HOST)
  })

  it('has a Node part that does', () => {
    const node = files.filter((file) => file.startsWith('node/'))
    expect(node.some((file) => HOST.test(readFileSync(join(source, file), 'utf8')))).toBe(true)
  })
})
