import PostalMime from 'postal-mime'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createMailer } from '../../src/outbound/email.ts'
import type { Mail, Mailer } from '../../src/use-cases/outbound-ports.ts'
import { type MailServer, startMailServer } from '../support/mail-server.ts'

const FROM = 'Stadtwerke Süd <billing@stadtwerke.example>'
const MAIL: Mail = {
  to: 'ana@kunden.example',
  subject: 'Ihre Rechnung über 120,50 €',
  text: 'Guten Tag, Zürich',
  html: '<p>Guten Tag, Zürich</p>',
  messageId: 'hm_01ARZ3NDEKTSV4RRFFQ69G5FAV',
}

let server: MailServer
let mailer: Mailer

beforeEach(async () => {
  server = await startMailServer()
  mailer = createMailer({ smtpUrl: server.url, from: FROM })
})

afterEach(async () => {
  await mailer.close()
  await server.close()
})

describe('sending mail', () => {
  it('sends both parts, the subject and the sender as they were written', async () => {
    expect(await mailer.send(MAIL)).toEqual({ ok: true, value: undefined })
    const [mail] = server.mails
    expect(mail).toMatchObject({ from: 'billing@stadtwerke.example', recipients: [MAIL.to] })
    const parsed = await PostalMime.parse(mail?.raw ?? '')
    expect(parsed.subject).toBe(MAIL.subject)
    expect(parsed.text?.trim()).toBe(MAIL.text)
    expect(parsed.html?.trim()).toBe(MAIL.html)
    expect(parsed.from).toEqual({ name: 'Stadtwerke Süd', address: 'billing@stadtwerke.example' })
    expect(parsed.to).toEqual([{ name: '', address: MAIL.to }])
    expect(headerOf(parsed, 'auto-submitted')).toBe('auto-generated')
  })

  it('gives the same message the same Message-ID, in the domain of the sender', async () => {
    await mailer.send(MAIL)
    await mailer.send(MAIL)
    await mailer.send({ ...MAIL, messageId: 'hm_other' })
    const ids = await Promise.all(
      server.mails.map(async ({ raw }) => (await PostalMime.parse(raw)).messageId),
    )
    expect(ids).toEqual([
      `<${MAIL.messageId}@stadtwerke.example>`,
      `<${MAIL.messageId}@stadtwerke.example>`,
      '<hm_other@stadtwerke.example>',
    ])
  })

  it('adds the headers of lists', async () => {
    const listHeaders = {
      'List-Unsubscribe': '<https://pay.example/u/1>',
      'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
    }
    await mailer.send({ ...MAIL, listHeaders })
    const parsed = await PostalMime.parse(server.mails[0]?.raw ?? '')
    expect(headerOf(parsed, 'list-unsubscribe')).toBe('<https://pay.example/u/1>')
    expect(headerOf(parsed, 'list-unsubscribe-post')).toBe('List-Unsubscribe=One-Click')
  })

  it('uses a few connections for many mails', async () => {
    const sent = await Promise.all(
      Array.from({ length: 40 }, (_, i) => mailer.send({ ...MAIL, messageId: `hm_${i}` })),
    )
    expect(sent.every((result) => result.ok)).toBe(true)
    expect(server.mails).toHaveLength(40)
    expect(server.connections).toBeLessThanOrEqual(5)
  })

  it('logs in when the URL says so', async () => {
    const guarded = await startMailServer({ requireLogin: true })
    const url = guarded.url.replace('smtp://', 'smtp://shop:secret@')
    const shop = createMailer({ smtpUrl: url, from: FROM })
    expect(await shop.send(MAIL)).toMatchObject({ ok: true })
    await shop.close()
    await guarded.close()
  })
})

describe('failures of mail', () => {
  it.each([
    [450, 'temporary'],
    [421, 'temporary'],
    [503, 'temporary'],
    [550, 'permanent'],
    [553, 'permanent'],
  ] as const)('calls a recipient refused with %i %s', async (code, expected) => {
    server.refuseRecipient = { code, text: `about ${MAIL.to}` }
    const result = await mailer.send(MAIL)
    expect(result).toMatchObject({ ok: false, error: { code: expected } })
    expect(JSON.stringify(result)).not.toContain(MAIL.to)
  })

  it.each([
    [452, 'temporary'],
    [554, 'permanent'],
  ] as const)('calls a message refused with %i %s', async (code, expected) => {
    server.refuseData = { code, text: 'no' }
    expect(await mailer.send(MAIL)).toMatchObject({ ok: false, error: { code: expected } })
  })

  it('calls an unreachable server temporary', async () => {
    await server.close()
    expect(await mailer.send(MAIL)).toMatchObject({ ok: false, error: { code: 'temporary' } })
    server = await startMailServer()
  })

  it('calls a refused login temporary: the operator mends it, the mail is fine', async () => {
    const guarded = await startMailServer({ requireLogin: true })
    const url = guarded.url.replace('smtp://', 'smtp://shop:wrong@')
    const shop = createMailer({ smtpUrl: url, from: FROM })
    expect(await shop.send(MAIL)).toMatchObject({ ok: false, error: { code: 'temporary' } })
    await shop.close()
    await guarded.close()
  })
})

describe('the moment before a mail may have left', () => {
  const carriers: unknown[] = []
  const noted = async (carrier: unknown) => {
    carriers.push(carrier, server.mails.length)
  }
  beforeEach(() => {
    carriers.length = 0
  })

  it('is told once, while the server cannot have taken the mail', async () => {
    expect(await mailer.send(MAIL, noted)).toMatchObject({ ok: true })
    expect(carriers).toEqual([{ provider: 'smtp', mayRepeat: false }, 0])
    expect(server.mails).toHaveLength(1)
  })

  it('keeps the mail from leaving when it fails', async () => {
    const fails = async () => {
      throw new Error('the store is gone')
    }
    expect(await mailer.send(MAIL, fails)).toMatchObject({ error: { code: 'temporary' } })
    expect(server.mails).toEqual([])
    expect(await mailer.send(MAIL, noted)).toMatchObject({ ok: true })
    expect(server.mails).toHaveLength(1)
  })

  it('does not come for a recipient whom the server refuses', async () => {
    server.refuseRecipient = { code: 550, text: 'no' }
    await mailer.send(MAIL, noted)
    expect(carriers).toEqual([])
  })

  it('leaves unknown what became of a mail whose connection is lost behind it', async () => {
    server.cutsAfterData = true
    expect(await mailer.send(MAIL, noted)).toMatchObject({ error: { code: 'unknown' } })
    expect(server.mails).toHaveLength(1)
  })

  it('leaves nothing unknown when the server says no to the whole mail', async () => {
    server.refuseData = { code: 452, text: 'full' }
    expect(await mailer.send(MAIL, noted)).toMatchObject({ error: { code: 'temporary' } })
    expect(carriers).toHaveLength(2)
  })
})

describe('values that would break out of their header', () => {
  it.each([
    ['a line break in the recipient', { to: 'ana@kunden.example\r\nBcc: eve@evil.example' }],
    ['a second recipient', { to: 'ana@kunden.example, eve@evil.example' }],
    ['a recipient with a name', { to: 'Ana <ana@kunden.example>' }],
    ['a recipient with a route', { to: '<@relay.example:ana@kunden.example>' }],
    ['a group of recipients', { to: 'all: ana@kunden.example;' }],
    ['an empty recipient', { to: '' }],
    ['a recipient without a domain', { to: 'ana' }],
    ['a quoted local part', { to: '"a b"@kunden.example' }],
    ['a very long recipient', { to: `${'a'.repeat(60)}@${'b'.repeat(250)}.example` }],
    ['a line break in the subject', { subject: 'Hello\nBcc: eve@evil.example' }],
    ['a NUL in the subject', { subject: 'Hello\0' }],
    ['a line break in the message id', { messageId: 'a\r\nBcc: eve@evil.example' }],
    ['angle brackets in the message id', { messageId: 'a>b<c' }],
    ['a line break in a list header', { listHeaders: { 'List-Id': 'a\r\nBcc: eve@evil.example' } }],
    ['a header that is none of lists', { listHeaders: { Bcc: 'eve@evil.example' } }],
    ['a header name that breaks out', { listHeaders: { 'List-Id: x\r\nBcc': 'e@evil.example' } }],
  ] satisfies [string, Partial<Mail>][])('refuses %s for good', async (_title, change) => {
    expect(await mailer.send({ ...MAIL, ...change })).toMatchObject({
      ok: false,
      error: { code: 'permanent' },
    })
    expect(server.mails).toEqual([])
  })

  it('sends a body that looks like headers as a body', async () => {
    await mailer.send({ ...MAIL, text: '.\r\nBcc: eve@evil.example\r\n.\r\nRSET' })
    expect(server.mails[0]?.recipients).toEqual([MAIL.to])
    const parsed = await PostalMime.parse(server.mails[0]?.raw ?? '')
    expect(parsed.text).toContain('Bcc: eve@evil.example')
    expect(parsed.bcc ?? []).toEqual([])
  })
})

function headerOf(mail: { headers: { key: string; value: string }[] }, key: string) {
  return mail.headers.find((header) => header.key === key)?.value
}
