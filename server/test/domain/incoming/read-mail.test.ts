import { describe, expect, it } from 'vitest'
import { readDeliveryStatus } from '../../../src/domain/incoming/delivery-status.ts'
import { readMail } from '../../../src/domain/incoming/read-mail.ts'

function bytes(...lines: string[]): Uint8Array {
  return new TextEncoder().encode(lines.join('\r\n'))
}

function bounce(status: string, action = 'failed'): Uint8Array {
  return bytes(
    'From: Mail Delivery System <MAILER-DAEMON@mx.example>',
    'To: billing@shop.example',
    'Subject: Undelivered Mail Returned to Sender',
    'Auto-Submitted: auto-replied',
    'MIME-Version: 1.0',
    'Content-Type: multipart/report; report-type=delivery-status; boundary="b"',
    '',
    '--b',
    'Content-Type: text/plain; charset=us-ascii',
    '',
    'I am sorry. I have already paid.',
    '--b',
    'Content-Type: message/delivery-status',
    '',
    'Reporting-MTA: dns; mx.example',
    '',
    'Final-Recipient: rfc822; ana@kunden.example',
    `Action: ${action}`,
    `Status: ${status}`,
    'Diagnostic-Code: smtp; 550',
    ' 5.7.1 a continued line: Status: 2.0.0',
    '',
    '--b',
    'Content-Type: text/rfc822-headers',
    '',
    'Message-ID: <hm_1@shop.example>',
    'Subject: Your bill',
    '',
    '--b--',
    '',
  )
}

const REPLY = [
  'From: Ana <ana@kunden.example>',
  'To: billing@shop.example',
  'Subject: Re: Your bill',
  'In-Reply-To: <hm_1@shop.example>',
  'References: <hm_0@shop.example> <hm_1@shop.example>',
]

describe('readMail', () => {
  it.each([
    ['5.1.1', 'failed', 'hard'],
    ['5.1.10', 'failed', 'hard'],
    ['5.2.1', 'failed', 'hard'],
    ['5.2.2', 'failed', 'soft'],
    ['5.4.4', 'failed', 'soft'],
    ['5.7.1', 'failed', 'blocked'],
    ['5.3.4', 'failed', 'blocked'],
    ['5.0.0', 'failed', 'soft'],
    ['4.4.1', 'failed', 'soft'],
    ['5.1.1', 'delayed', 'soft'],
    ['2.0.0', 'delivered', 'delivered'],
    ['nonsense', 'failed', 'soft'],
  ] as const)(
    'reads a bounce with %s %s as %s, about the message that came back',
    async (status, action, kind) => {
      const mail = await readMail(bounce(status, action))
      expect(mail).toEqual({
        ok: true,
        value: {
          kind: 'returned',
          about: ['hm_1@shop.example'],
          returns: [
            {
              kind,
              status: status === 'nonsense' ? 'none' : status,
              recipient: 'ana@kunden.example',
            },
          ],
        },
      })
    },
  )

  it('reads the words of a person and which message they answer', async () => {
    const mail = await readMail(bytes(...REPLY, '', 'J=E2=80=99ai', ''))
    expect(mail).toEqual({
      ok: true,
      value: {
        kind: 'reply',
        from: 'ana@kunden.example',
        about: ['hm_1@shop.example', 'hm_0@shop.example'],
        subject: 'Re: Your bill',
        text: 'J=E2=80=99ai\n',
      },
    })
  })

  it('reads a mail that is HTML alone', async () => {
    const html = '<div>I have paid</div><blockquote>STOP</blockquote>'
    const mail = await readMail(bytes(...REPLY, 'Content-Type: text/html', '', html, ''))
    expect(mail).toMatchObject({ ok: true, value: { kind: 'reply' } })
    if (mail.ok && mail.value.kind === 'reply') expect(mail.value.text).toMatch(/I have paid\s/)
  })

  it.each([
    'Auto-Submitted: auto-replied',
    'Precedence: bulk',
    'X-Autoreply: yes',
    'X-Auto-Response-Suppress: All',
  ])('knows an automatic answer by "%s"', async (header) => {
    const mail = await readMail(bytes(...REPLY, header, '', 'I have already paid'))
    expect(mail).toMatchObject({ ok: true, value: { kind: 'automatic' } })
  })

  it('takes a mail marked as sent by a person for one', async () => {
    const mail = await readMail(bytes(...REPLY, 'Auto-Submitted: no', '', 'I have already paid'))
    expect(mail).toMatchObject({ ok: true, value: { kind: 'reply' } })
  })

  it('refuses what is too large and what has no sender', async () => {
    expect(await readMail(new Uint8Array(2_000_001))).toEqual({
      ok: false,
      error: { code: 'mail-too-large' },
    })
    expect(await readMail(bytes('Subject: x', '', 'hello'))).toEqual({
      ok: false,
      error: { code: 'mail-unreadable' },
    })
  })

  it.each([
    [
      'nested parts',
      `Content-Type: multipart/mixed; boundary="a"\r\n\r\n${'--a\r\nContent-Type: multipart/mixed; boundary="a"\r\n\r\n'.repeat(5_000)}`,
    ],
    ['a long header', `Subject: ${'x'.repeat(500_000)}\r\n\r\nhello`],
    ['many angle brackets', `References: ${'<'.repeat(150_000)}\r\n\r\nhello`],
    ['unclosed tags', `Content-Type: text/html\r\n\r\n${'<br '.repeat(100_000)}`],
  ])('answers within the time of a test to %s', async (_title, text) => {
    expect(await readMail(bytes('From: a@b.example', text))).toHaveProperty('ok')
  })
})

describe('readDeliveryStatus', () => {
  it('reads one entry for each recipient', () => {
    const group = (name: string) =>
      `Final-Recipient: rfc822;${name}@x.example\nAction: failed\nStatus: 5.1.1\n`
    const returns = readDeliveryStatus(`Reporting-MTA: dns;x\n\n${group('a')}\n${group('b')}`)
    expect(returns.map(({ recipient }) => recipient)).toEqual(['a@x.example', 'b@x.example'])
  })

  it('finds nothing in what is no report', () => {
    expect(readDeliveryStatus('hello\n\nworld: yes')).toEqual([])
  })
})
