import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { initialise } from '../src/cli/init.ts'
import { factsOf } from '../src/roles/roles.ts'

const CLONE = resolve(import.meta.dirname, '../..')

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'parley-init-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

describe('init', () => {
  it.each(['agent', 'bank'] as const)('writes an adapter for the %s and names it', (role) => {
    const said = initialise(role, folder)
    expect(readFileSync(join(folder, `${role}.ts`), 'utf8')).toContain('CONF_CONTEXT')
    const config = JSON.parse(readFileSync(join(folder, 'parley-conformance.json'), 'utf8'))
    expect(config).toEqual({ [role]: { command: `node ${role}.ts` } })
    const named = /run ([A-Z]+-\d+)/.exec(said)?.[1]
    expect(factsOf(role).map(({ id }) => id)).toContain(named)
  })

  it('makes the SDK known outside of the clone, and says how to type there', () => {
    const said = initialise('agent', folder)
    expect(realpathSync(join(folder, 'node_modules/@parley/sdk'))).toBe(join(CLONE, 'sdk'))
    expect(said).toContain(`npx --prefix ${CLONE} parley-conformance agent`)
    expect(initialise('bank', folder)).not.toContain('leads to')
  })

  it('links nothing where the SDK is known already', () => {
    const inside = mkdtempSync(join(CLONE, 'conformance/test/parley-init-'))
    try {
      expect(initialise('agent', inside)).toContain('  npx parley-conformance agent')
      expect(readdirSync(inside).toSorted()).toEqual(['agent.ts', 'parley-conformance.json'])
    } finally {
      rmSync(inside, { recursive: true, force: true })
    }
  })

  it('writes the beginning of a server, and where it is', () => {
    const said = initialise('server', folder)
    expect(readFileSync(join(folder, 'server.ts'), 'utf8')).toContain('/.well-known/parley')
    const config = JSON.parse(readFileSync(join(folder, 'parley-conformance.json'), 'utf8'))
    expect(config.server.url).toBe('http://127.0.0.1:8080')
    const named = /run ([A-Z]+-\d+)/.exec(said)?.[1]
    expect(factsOf('server').map(({ id }) => id)).toContain(named)
  })

  it('keeps the settings that there are, and overwrites no adapter', () => {
    writeFileSync(join(folder, 'parley-conformance.json'), '{"seed":"mine"}')
    initialise('agent', folder)
    initialise('bank', folder)
    const config = JSON.parse(readFileSync(join(folder, 'parley-conformance.json'), 'utf8'))
    expect(Object.keys(config)).toEqual(['seed', 'agent', 'bank'])
    expect(() => initialise('agent', folder)).toThrow('already')
    expect(() => initialise('teller', folder)).toThrow('init agent')
  })
})
