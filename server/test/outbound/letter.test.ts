import { createHash } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Webhook } from 'standardwebhooks'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createGuardedClient, type GuardedClient } from '../../src/outbound/guarded-client.ts'
import {
  createLetterService,
  createPrintFolder,
  createWebhookLetterProvider,
} from '../../src/outbound/letter.ts'
import type { Letter } from '../../src/use-cases/outbound-ports.ts'
import { answer, type Receiver, startReceiver } from '../support/http-receiver.ts'

const PDF = new TextEncoder().encode('%PDF-1.7 a letter')
const LETTER: Letter = {
  letterId: 'lt_1',
  pdf: PDF,
  pages: 2,
  recipient: ['Anna Peeters', 'Kerkstraat 1', '1000 Brussel'],
  country: 'BE',
  delivery: 'standard',
}
const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'

let folder = ''
let receiver: Receiver
let http: GuardedClient

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'letters-'))
  receiver = await startReceiver()
  receiver.reply = answer(202, '{"id":"post-1","cost":{"value":"1.46","currency":"EUR"}}')
  http = createGuardedClient({ allowLoopback: true, deadlines: { totalMs: 1_000 } })
})

afterEach(async () => {
  rmSync(folder, { recursive: true, force: true })
  await http.close()
  await receiver.close()
})

function service(...names: ('folder' | 'post')[]) {
  const wallClock = { now: () => Math.floor(Date.now() / 1_000) }
  const target = { http, url: `${receiver.origin}/letters`, secret: SECRET, wallClock }
  const pricePerPage = { value: '0.55', currency: 'EUR' }
  return createLetterService(
    names.map((name) => ({
      name,
      ...(name === 'post'
        ? createWebhookLetterProvider(target)
        : createPrintFolder({ folder, pricePerPage })),
    })),
  )
}

describe('the print folder', () => {
  it('holds the letter and what the print shop must know', async () => {
    expect(await service('folder').send(LETTER)).toEqual({
      kind: 'accepted',
      provider: 'folder',
      providerId: 'lt_1',
      pages: 2,
      cost: { value: '1.10', currency: 'EUR' },
    })
    expect(readdirSync(join(folder, 'out')).sort()).toEqual(['lt_1.json', 'lt_1.pdf'])
    expect(new Uint8Array(readFileSync(join(folder, 'out/lt_1.pdf')))).toEqual(PDF)
    expect(JSON.parse(readFileSync(join(folder, 'out/lt_1.json'), 'utf8'))).toEqual({
      id: 'lt_1',
      sha256: createHash('sha256').update(PDF).digest('hex'),
      pages: 2,
      recipient: LETTER.recipient,
      country: 'BE',
      delivery: 'standard',
    })
  })

  it('gets a letter once, also when the shop has emptied it', async () => {
    const { send } = service('folder')
    await send(LETTER)
    rmSync(join(folder, 'out'), { recursive: true })
    expect(await send(LETTER)).toMatchObject({ kind: 'accepted' })
    expect(readdirSync(join(folder, 'out'))).toEqual([])
    await send({ ...LETTER, letterId: 'lt_2' })
    expect(readdirSync(join(folder, 'out')).sort()).toEqual(['lt_2.json', 'lt_2.pdf'])
  })

  it('does a letter over whose writing was cut short', async () => {
    const { send } = service('folder')
    await send(LETTER)
    rmSync(join(folder, 'taken/lt_1'))
    writeFileSync(join(folder, 'out/lt_1.pdf'), '%PDF-1.7 a l')
    rmSync(join(folder, 'out/lt_1.json'))
    expect(await send(LETTER)).toMatchObject({ kind: 'accepted' })
    expect(new Uint8Array(readFileSync(join(folder, 'out/lt_1.pdf')))).toEqual(PDF)
    expect(readdirSync(join(folder, 'out')).sort()).toEqual(['lt_1.json', 'lt_1.pdf'])
  })

  it('makes a letter known that was written down and no more, with its own digest', async () => {
    const { send } = service('folder')
    await send(LETTER)
    const sidecar = readFileSync(join(folder, 'out/lt_1.json'), 'utf8')
    rmSync(join(folder, 'out/lt_1.json'))
    expect(await send({ ...LETTER, pdf: Uint8Array.of(1, 2, 3) })).toMatchObject({
      kind: 'accepted',
    })
    expect(readFileSync(join(folder, 'out/lt_1.json'), 'utf8')).toBe(sidecar)
    expect(new Uint8Array(readFileSync(join(folder, 'out/lt_1.pdf')))).toEqual(PDF)
  })

  it('survives two workers with the same letter', async () => {
    const both = await Promise.all([service('folder').send(LETTER), service('folder').send(LETTER)])
    expect(both.map(({ kind }) => kind)).toEqual(['accepted', 'accepted'])
    expect(readdirSync(join(folder, 'out')).sort()).toEqual(['lt_1.json', 'lt_1.pdf'])
  })

  it('that cannot be written is tried again later', async () => {
    rmSync(folder, { recursive: true })
    writeFileSync(folder, 'a file stands here')
    expect(await service('folder').send(LETTER)).toMatchObject({
      kind: 'temporary',
      code: expect.stringMatching(/^folder-E/),
    })
  })

  it.each(['../lt_1', 'a/b', '', '.', 'x'.repeat(101), 'lt 1'])(
    'refuses the id "%s"',
    async (letterId) => {
      expect(await service('folder').send({ ...LETTER, letterId })).toMatchObject({
        kind: 'permanent',
        code: 'letter-id',
      })
      expect(readdirSync(folder)).toEqual([])
    },
  )
})

describe('a provider that prints and posts', () => {
  it('gets the letter signed, under its id as key', async () => {
    expect(await service('post').send(LETTER)).toEqual({
      kind: 'accepted',
      provider: 'post',
      providerId: 'post-1',
      pages: 2,
      cost: { value: '1.46', currency: 'EUR' },
    })
    const { headers = {}, body = '' } = receiver.received[0] ?? {}
    expect(headers['idempotency-key']).toBe('lt_1')
    expect(new Webhook(SECRET).verify(body, headers)).toEqual({
      type: 'letter.send',
      id: 'lt_1',
      pages: 2,
      recipient: LETTER.recipient,
      country: 'BE',
      delivery: 'standard',
      pdf: Buffer.from(PDF).toString('base64'),
    })
  })

  it('gives way to the folder where it surely took nothing', async () => {
    receiver.reply = answer(503)
    expect(await service('post', 'folder').send(LETTER)).toMatchObject({
      kind: 'accepted',
      provider: 'folder',
    })
  })

  it('keeps the letter where it may have taken it', async () => {
    receiver.reply = () => {}
    expect(await service('post', 'folder').send(LETTER)).toMatchObject({
      kind: 'unknown',
      provider: 'post',
      mayRepeat: true,
    })
    expect(readdirSync(folder)).toEqual([])
  })

  it('that answers without an id may have taken it', async () => {
    receiver.reply = answer(200, '{}')
    expect(await service('post').send(LETTER)).toMatchObject({
      kind: 'unknown',
      code: 'answer-unreadable',
    })
  })

  it('alone is asked when told so', async () => {
    expect(await service('folder', 'post').send({ ...LETTER, onlyAt: 'post' })).toMatchObject({
      provider: 'post',
    })
    expect(await service('folder').send({ ...LETTER, onlyAt: 'post' })).toMatchObject({
      kind: 'temporary',
      code: 'no-provider',
    })
  })
})
