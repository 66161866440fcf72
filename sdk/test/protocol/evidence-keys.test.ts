// Evidence is judged by the keys in the bundle and their times.
import { describe, expect, it } from 'vitest'
import {
  AGENT,
  agentKey,
  BANK,
  caseBundle,
  creditorKey,
  faultsOf,
  parties,
  retiredKey,
  START,
  strangerKey,
} from './evidence-fixtures.ts'

const good = await caseBundle()

describe('verifyEvidence, keys', () => {
  const partiesWith = (index: number, keys: unknown[]) =>
    parties.map((party, at) => (at === index ? { ...party, jwks: { keys } } : party))
  const published = ({ publicJwk, kid }: typeof creditorKey) => ({ ...publicJwk, kid })

  it('refuses every message of a party whose key was replaced', async () => {
    const bundle = { ...good, parties: partiesWith(2, [published(strangerKey)]) }
    const faults = await faultsOf(bundle)
    const thr = good.threads[2]?.thr.slice(0, 7)
    expect(faults).toEqual([`key-unknown at ${thr} 0`, `key-unknown at ${thr} 2`])
  })

  it('refuses a foreign key under the name of the old one', async () => {
    const forged = { ...published(strangerKey), kid: creditorKey.kid }
    const bundle = { ...good, parties: partiesWith(0, [forged, published(retiredKey)]) }
    expect(await faultsOf(bundle)).toContain('key-unknown at thr_q3c 0')
  })

  it('refuses a key that does not bear the name of a party named by its key', async () => {
    const keys = [published(agentKey), published(strangerKey)]
    const bundle = { ...good, parties: partiesWith(1, keys) }
    expect(await faultsOf(bundle)).toEqual([`party at ${AGENT}`])
  })

  it('refuses one key for two parties', async () => {
    const keys = [...(parties[2]?.jwks.keys ?? []), published(creditorKey)]
    expect(await faultsOf({ ...good, parties: partiesWith(2, keys) })).toEqual([`party at ${BANK}`])
  })

  it('refuses a private key in the bundle', async () => {
    const keys = parties[2]?.jwks.keys.map((key) => ({ ...key, d: key.x }))
    expect(await faultsOf({ ...good, parties: partiesWith(2, keys ?? []) })).toContain(
      `key-private at ${BANK}`,
    )
  })

  it('believes a retired key before it retired and not after', async () => {
    const times = (exp: number) => [published(creditorKey), { ...published(retiredKey), exp }]
    expect(await faultsOf({ ...good, parties: partiesWith(0, times(START + 1)) })).toEqual([])
    expect(await faultsOf({ ...good, parties: partiesWith(0, times(START)) })).toEqual([
      'key-retired at thr_una 0',
    ])
  })

  it('does not believe a key for messages older than it', async () => {
    const keys = [{ ...published(creditorKey), nbf: START + 7_201 }, published(retiredKey)]
    expect(await faultsOf({ ...good, parties: partiesWith(0, keys) })).toContain(
      'key-not-yet-valid at thr_q3c 0',
    )
  })

  it('does not believe a key after it was revoked', async () => {
    const revoked = { at: START + 7_200 + 300, reason: 'compromised' }
    const keys = [{ ...published(creditorKey), revoked }, published(retiredKey)]
    const faults = await faultsOf({ ...good, parties: partiesWith(0, keys) })
    expect(faults).toContain('key-revoked at thr_q3c 5')
    expect(faults).not.toContain('key-revoked at thr_q3c 4')
  })
})
