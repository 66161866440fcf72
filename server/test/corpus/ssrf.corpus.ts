import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createAddressGuard } from '../../src/outbound/address-guard.ts'

interface Case {
  id: string
  url: string
  expect: 'allow' | 'block' | 'policy'
  why: string
}

const root = resolve(import.meta.dirname, '../../..')
const folder = resolve(root, process.env.PARLEY_CORPUS ?? '../shared/data')
const file = resolve(folder, 'conformance/ssrf/ssrf-urls.json')
const { cases } = JSON.parse(readFileSync(file, 'utf8')) as { cases: Case[] }

describe('hostile callback URLs', () => {
  const guard = createAddressGuard({ allowLoopback: false })

  it('has cases of both kinds', () => {
    expect(cases.filter((c) => c.expect === 'allow').length).toBeGreaterThan(0)
    expect(cases.filter((c) => c.expect === 'block').length).toBeGreaterThan(30)
  })

  // A case left to policy names another port than 443, which our policy refuses.
  it.each(cases)('$id $expect: $why', ({ url, expect: expected }) => {
    expect(guard.allows(url)).toBe(expected === 'allow')
  })
})
