// Bodies of which the document says no more than that they are text: files, mails and signed messages, whole
// and damaged.
import fc from 'fast-check'
import { camtNotification } from '../support/camt-notification.ts'

const asBase64Url = (text: string) => Buffer.from(text).toString('base64url')

const jws = fc
  .tuple(fc.jsonValue(), fc.constantFrom('accept', 'enrol', 'counter', 'noted'), fc.string())
  .map(([payload, kind, signature]) => {
    const header = JSON.stringify({ alg: 'ES256', typ: `parley-${kind}+jwt`, kid: 'x' })
    return [header, JSON.stringify(payload), signature].map(asBase64Url).join('.')
  })

const camt = fc
  .record({
    minor: fc.integer({ min: 1, max: 90_000 }),
    bankReference: fc.stringMatching(/^[A-Z0-9]{1,16}$/),
    text: fc.stringMatching(/^[A-Za-z0-9 ]{0,40}$/),
  })
  .map(({ minor, ...rest }) =>
    camtNotification('BE71096123456769', [{ amount: (minor / 100).toFixed(2), ...rest }]),
  )

const mail = fc
  .tuple(fc.stringMatching(/^[a-z]{1,12}$/), fc.string())
  .map(
    ([name, text]) =>
      `From: ${name}@example.org\r\nTo: bills@blue-water.example\r\nSubject: Re\r\nMessage-ID: <${name}@x>\r\n\r\n${text}\r\n`,
  )

/** A text with a piece cut out: what a lost connection or a wrong tool makes of it. */
const damaged = (texts: fc.Arbitrary<string>) =>
  fc.tuple(texts, fc.nat(), fc.nat(40)).map(([text, at, length]) => {
    const from = at % text.length
    return `${text.slice(0, from)}${text.slice(from + length)}` || ' '
  })

const any = fc.string({ minLength: 1, unit: 'binary' })
const texts = (good: fc.Arbitrary<string>) => fc.oneof(good, damaged(good), any)

/** By media type. */
export const RAW_BODIES: Readonly<Record<string, fc.Arbitrary<string>>> = {
  'application/jose': texts(jws),
  'application/xml': texts(camt),
  'text/xml': texts(camt),
  'application/octet-stream': texts(camt),
  'text/csv': texts(fc.constant('Date;Amount;Name\n2026-03-09;12,50;Ann Peeters\n')),
  'text/plain': texts(fc.constant(':20:STARTUMS\r\n:25:BE71096123456769\r\n:28C:0\r\n')),
  'message/rfc822': texts(mail),
}
