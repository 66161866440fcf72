import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  generateSigningKey,
  type SigningKey,
  signingInputHash,
  signMessage,
  typOf,
} from '@parley/sdk/protocol'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { lockDirectory } from '../../src/storage/directory-lock.ts'
import { type Ended, parley, parleyProcess, temporaryFile } from './run-parley.ts'

const CREATE = ['creditor', 'create', '--name', 'Stadsenergie', '--iban', 'nl91 abna 0417 1643 00']

describe('parley', () => {
  it('explains itself with examples', async () => {
    const { code, out, err } = await parleyProcess(['--help'])
    expect({ code, err }).toEqual({ code: 0, err: '' })
    const commands = [
      'serve',
      'migrate',
      'creditor',
      'import',
      'evidence',
      'negotiate',
      'compliance',
    ]
    for (const command of commands) {
      expect(out).toContain(`\n  ${command}`)
    }
    expect(out).toMatch(/Examples:\n {2}\$ parley creditor create/)
  })

  it('ends quietly when nobody reads any more', async () => {
    const { code, err } = await parleyProcess(['--help'], { isUnread: true })
    expect({ code, err }).toEqual({ code: 141, err: '' })
  })

  it.each([
    ['an unknown command', ['pay'], /parley: unknown command 'pay'/],
    ['no command', [], /Usage: parley/],
    ['a missing option', CREATE.slice(0, 4), /--iban <iban>/],
    ['a language that is not spoken', [...CREATE, '--language', 'tlh'], /fr, nl, en, de/],
  ])('ends with 2 for %s', async (_, args, message) => {
    const { code, out, err } = await parley(args)
    expect({ code, out }).toEqual({ code: 2, out: '' })
    expect(err).toMatch(message)
  })

  it('reports every fault of the settings without a stack', async () => {
    const env = { PARLEY_PORT: 'http', PARLEY_TIME_ZONE: 'Mars/Olympus' }
    const { code, err } = await parley(['migrate'], { env })
    expect(code).toBe(2)
    expect(err).toMatch(/PARLEY_PORT.*\n.*PARLEY_TIME_ZONE/)
    expect(err).not.toContain('    at ')
  })

  it('shows the details of an unexpected error when asked', async () => {
    const env = { DATABASE_URL: 'postgres://127.0.0.1:9/none' }
    const quiet = await parleyProcess(['migrate'], { env })
    expect(quiet).toMatchObject({ code: 2, out: '' })
    expect(quiet.err).toMatch(/^parley: .*ECONNREFUSED.*check that it runs/)
    expect(quiet.err).not.toContain('    at ')
    expect((await parley(['migrate', '--verbose'], { env })).err).toContain('    at ')
  })
})

describe('parley on the embedded store', () => {
  const COLD_START_MS = 120_000
  let directory = ''
  let migrated: Ended
  /** The same store for a command in this process. */
  const here = () => ({ env: { PARLEY_DATA_DIR: join(directory, '.parley') } })

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'parley-store-'))
    migrated = await parleyProcess(['migrate'], { directory })
  }, COLD_START_MS)

  afterAll(() => rm(directory, { recursive: true, force: true }))

  it('makes the tables once', { timeout: COLD_START_MS }, async () => {
    expect(migrated).toMatchObject({ code: 0, err: '' })
    expect(migrated.out).toContain('Applied 0001-initial.sql\n')
    expect(await parley(['migrate'], here())).toEqual({
      code: 0,
      out: 'The tables are up to date.\n',
      err: '',
    })
  })

  it('creates creditors and prints each key once, in words and as JSON', {
    timeout: COLD_START_MS,
  }, async () => {
    const { code, out, err } = await parleyProcess(CREATE, { directory })
    expect({ code, err }).toEqual({ code: 0, err: '' })
    expect(out).toMatch(/^Creditor cr_[0-9A-Z]{26} was created\.\n.*shown this once/)
    expect(out.match(/parley_sk_[A-Za-z0-9_-]{43}/g)).toHaveLength(1)
    const address = ['--address', 'Dam 1', '1012 JS Amsterdam']
    const second = await parley([...CREATE, ...address, '--json'], here())
    expect(JSON.parse(second.out)).toEqual({
      creditorId: expect.stringMatching(/^cr_[0-9A-Z]{26}$/),
      apiKey: expect.stringMatching(/^parley_sk_[A-Za-z0-9_-]{43}$/),
    })
  })

  it('names the option that was refused', { timeout: COLD_START_MS }, async () => {
    const args = CREATE.with(-1, 'NL91ABNA0417164301')
    const { code, out, err } = await parley(args, here())
    expect({ code, out }).toEqual({ code: 2, out: '' })
    expect(err).toBe('parley: --iban was refused: the check digits of this IBAN are wrong.\n')
    const tooLong = await parley([...CREATE, '--address', 'x'.repeat(71)], here())
    expect({ code: tooLong.code, out: tooLong.out }).toEqual({ code: 2, out: '' })
    expect(tooLong.err).toMatch(/^parley: --address was refused: an address has 1 to 6 lines/)
  })

  it('says so when the server runs on the same directory', async () => {
    const lock = await lockDirectory(join(directory, '.parley'))
    const { code, out, err } = await parleyProcess(CREATE, { directory })
    await lock.release()
    expect({ code, out }).toEqual({ code: 2, out: '' })
    expect(err).toContain(`in use by process ${process.pid}`)
    expect(err.trim().split('\n')).toHaveLength(1)
  })
})

describe('parley evidence verify', () => {
  const START = 1_800_000_000

  async function evidence() {
    const { key: _, ...bundle } = await evidenceOfKey()
    return bundle
  }

  async function evidenceOfKey() {
    const key = await generateSigningKey('ES256')
    const request = await message(key, 0, null, 'request', {
      revision: 1,
      creditor: { id: 'cr_1', name: 'Stadsenergie', account: { iban: 'NL91ABNA0417164300' } },
      amount: { value: '100.00', currency: 'EUR' },
      dueDate: '2027-01-30',
      timeZone: 'Europe/Amsterdam',
      remittance: { scheme: 'SCOR', reference: 'RF18539007547034' },
      dunning: { level: 0, respondBy: START, nextStep: 'none' },
      menu: {
        menuId: 'v1-0',
        tier: 0,
        final: true,
        policyVersion: 1,
        policyHash: 'A'.repeat(43),
        rows: [],
      },
    })
    const prev = await signingInputHash(request)
    const cancel = await message(key, 1, prev, 'cancel', { reason: { code: 'PAID' } })
    return {
      key,
      format: 'parley-evidence-1',
      paymentRequestId: 'pr_1',
      exportedAt: START + 60,
      parties: [
        {
          iss: 'https://creditor.example',
          role: 'creditor',
          jwks: { keys: [{ ...key.publicJwk, kid: key.kid }] },
        },
      ],
      threads: [{ thr: 'thr_1234567890123456', messages: [request, cancel] }],
      agreements: [],
    }
  }

  function message(
    key: SigningKey,
    seq: number,
    prev: string | null,
    kind: 'request' | 'cancel',
    body: object,
  ): Promise<string> {
    const claims = {
      ver: '1.0',
      iss: 'https://creditor.example',
      aud: 'urn:parley:anyone',
      sub: 'urn:parley:anyone',
      jti: `msg_${seq}_${'x'.repeat(20)}`,
      iat: START,
      exp: START + 3_600,
      thr: 'thr_1234567890123456',
      seq,
      prev,
      requestId: 'pr_1',
    }
    return signMessage(typOf(kind), { ...claims, ...body }, key)
  }

  it('says in one line that a file is whole', async () => {
    const file = await temporaryFile('evidence.json', JSON.stringify(await evidence()))
    expect(await parleyProcess(['evidence', 'verify', file])).toEqual({
      code: 0,
      out: 'OK  2 messages, 0 agreements, 2 signatures\n',
      err: '',
    })
  })

  it('[EVI-04] names who signed two messages for one place', async () => {
    const { key, ...bundle } = await evidenceOfKey()
    const prev = await signingInputHash(bundle.threads[0]?.messages[0] ?? '')
    const other = await message(key, 1, prev, 'cancel', { reason: { code: 'DT01' } })
    const whole = { ...bundle, equivocations: [other] }
    const file = await temporaryFile('evidence.json', JSON.stringify(whole))
    expect(await parley(['evidence', 'verify', file])).toEqual({
      code: 0,
      out: [
        'OK  2 messages, 0 agreements, 3 signatures',
        'PROOF equivocation against https://creditor.example at thread thr_1234567890123456, message 1: signed two different messages for one place',
        '',
      ].join('\n'),
      err: '',
    })
  })

  it('names the message that was changed, in words and as JSON', async () => {
    const bundle = await evidence()
    const [thread] = bundle.threads
    const [request = '', cancel = ''] = thread?.messages ?? []
    const end = cancel.at(-5) === 'A' ? 'B' : 'A'
    const changed = [request, cancel.slice(0, -5) + end + cancel.slice(-4)]
    const threads = [{ thr: 'thr_1234567890123456', messages: changed }]
    const file = await temporaryFile('evidence.json', JSON.stringify({ ...bundle, threads }))
    expect(await parley(['evidence', 'verify', file])).toEqual({
      code: 1,
      out: 'FAULT signature at thread thr_1234567890123456, message 1\n',
      err: '',
    })
    const asJson = await parley(['evidence', 'verify', file, '--json'])
    expect(asJson.code).toBe(1)
    expect(JSON.parse(asJson.out)).toMatchObject({
      ok: false,
      checked: { messages: 2, signatures: 1 },
      faults: [{ code: 'signature', where: { thread: 'thr_1234567890123456', message: 1 } }],
    })
  })

  it('finds a fault in JSON that is no evidence, and can do nothing with no JSON', async () => {
    const file = await temporaryFile('evidence.json', '{}')
    expect(await parley(['evidence', 'verify', file])).toMatchObject({
      code: 1,
      out: expect.stringMatching(/^FAULT bundle at the bundle: /),
    })
    await writeFile(file, '{"format":')
    expect(await parley(['evidence', 'verify', file])).toMatchObject({
      code: 2,
      out: '',
      err: expect.stringContaining('is no valid JSON'),
    })
    const missing = await parley(['evidence', 'verify', `${file}.gone`])
    expect(missing).toMatchObject({ code: 2, err: expect.stringContaining('no such file') })
    expect(missing.err).not.toContain('    at ')
    expect(await readFile(file, 'utf8')).toBe('{"format":')
  })
})
