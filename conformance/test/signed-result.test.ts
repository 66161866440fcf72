// A signed result: what it is of, who signed it, and what does not hold.
import { generateKeyPairSync } from 'node:crypto'
import { CompactSign, decodeJwt, importJWK, type JWK } from 'jose'
import { describe, expect, it } from 'vitest'
import { type Report, reportOf } from '../src/report/report.ts'
import {
  examineResult,
  RESULT_TYPE,
  readResultKey,
  readSigners,
  signResult,
} from '../src/report/signed-result.ts'

const newKey = () => {
  const { privateKey } = generateKeyPairSync('ed25519')
  return readResultKey(JSON.stringify(privateKey.export({ format: 'jwk' })))
}
const publicOf = ({ kty, crv, x }: JWK): JWK => ({ kty, crv, x }) as JWK

function reportWith(outcome: 'passed' | 'failed', milliseconds = 5): Report {
  const run = { role: 'agent', seed: 'test', system: 'node agent.ts', milliseconds } as const
  const texts = { title: 'a case', sends: 'this', expects: 'that' }
  return reportOf(
    { ...run, startedAt: new Date('2026-03-10T09:00:00Z') },
    [{ id: 'A', level: 'MUST', clause: 'SIG-02', ...texts }],
    [{ id: 'A', outcome, reason: null, steps: [], milliseconds }],
    {},
  )
}

const key = newKey()
const report = reportWith('passed')
const settings = { command: 'node agent.ts' }
const jws = await signResult(report, settings, key)

describe('a signed result', () => {
  it('says what was run and how it came out', () => {
    expect(decodeJwt(jws)).toMatchObject({
      ...{ suite: '0.1.0', protocol: '1.0', role: 'agent', system: 'node agent.ts' },
      counts: { passed: 1, failed: 0 },
      specification: report.specification,
    })
    expect(jws).not.toContain(key.d)
  })

  it('holds beside its report, as it is read back, whatever is volatile in it', async () => {
    const readBack = JSON.parse(JSON.stringify(reportWith('passed', 99))) as Report
    expect(await examineResult(jws, readBack)).toMatchObject({ faults: [] })
    const signers = readSigners(JSON.stringify({ keys: [publicOf(newKey()), publicOf(key)] }))
    expect(await examineResult(jws, readBack, signers)).toMatchObject({ faults: [] })
  })

  it('does not hold beside another report', async () => {
    const { faults } = await examineResult(jws, reportWith('failed'))
    expect(faults).toEqual(['the report is another one'])
  })

  it('does not hold by a key that is not one of those given', async () => {
    const signers = readSigners(JSON.stringify(publicOf(newKey())))
    const { faults } = await examineResult(jws, report, signers)
    expect(faults.join()).toMatch(/^the key \S{43} is not one of those given$/)
  })

  it('tells apart runs that were asked for other things', async () => {
    const other = await signResult(report, { command: './other' }, key)
    expect(decodeJwt(other)['settings']).not.toBe(decodeJwt(jws)['settings'])
  })

  it('is none when it was changed after it was signed', async () => {
    const [header, payload = '', signature] = jws.split('.')
    const claims = Buffer.from(payload, 'base64url').toString().replace('"failed":0', '"failed":1')
    const changed = [header, Buffer.from(claims).toString('base64url'), signature].join('.')
    await expect(examineResult(changed, report)).rejects.toThrow('no signed result: signature')
  })

  it('is none when it was signed as something else, or under an algorithm that nobody signs with', async () => {
    const as = async (header: { alg: string; typ: string }) =>
      await new CompactSign(Buffer.from('{}'))
        .setProtectedHeader({ ...header, jwk: publicOf(key) })
        .sign(await importJWK({ ...key }, header.alg))
    const good = { alg: 'EdDSA', typ: RESULT_TYPE }
    await expect(examineResult(await as(good), report)).resolves.toMatchObject({ result: {} })
    const otherType = await as({ ...good, typ: 'parley-request+jwt' })
    await expect(examineResult(otherType, report)).rejects.toThrow('typ is not')
    const header = Buffer.from('{"alg":"none"}').toString('base64url')
    await expect(examineResult(`${header}.e30.`, report)).rejects.toThrow('no signed result')
  })
})

describe('keys of results', () => {
  it('are private and on Ed25519', () => {
    expect(() => readResultKey(JSON.stringify(publicOf(key)))).toThrow('no private JWK')
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const jwk = JSON.stringify(privateKey.export({ format: 'jwk' }))
    expect(() => readResultKey(jwk)).toThrow('no private JWK')
  })

  it('are looked for in a key set', () => {
    expect(() => readSigners('{}')).toThrow('no key set')
    expect(() => readSigners('{"keys":[{}]}')).toThrow('no key set')
  })
})
