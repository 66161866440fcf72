import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { loadCatalog } from '../../../src/catalog-files.ts'
import { composeClaimMessage } from '../../../src/domain/content/claim-message.ts'
import type { ClaimMessageInput } from '../../../src/domain/content/claim-message-input.ts'
import { lintMessage, visibleText } from '../../../src/domain/content/lint-message.ts'
import { LANGUAGES } from '../../../src/domain/wording/language.ts'
import { messageInput, TEMPLATES } from '../../support/message-samples.ts'

const { wording } = loadCatalog()
const CASES = TEMPLATES.flatMap((template) =>
  LANGUAGES.map((language) => [template, language] as const),
)

function compose(input: ClaimMessageInput) {
  return composeClaimMessage(input, wording)
}

function withName(name: string, template = TEMPLATES[0] ?? 'thank-you'): ClaimMessageInput {
  const input = messageInput(template, 'en')
  return { ...input, debtorName: name, creditor: { ...input.creditor, name } }
}

describe('composeClaimMessage', () => {
  it.each(CASES)('writes a %s in %s that the linter accepts', (template, language) => {
    const input = messageInput(template, language)
    expect(lintMessage(compose(input), input, wording)).toEqual([])
  })

  it.each(CASES)('writes a %s in %s without optional facts', (template, language) => {
    const { debtorName: _name, claim, creditor, ...rest } = messageInput(template, language)
    const { phone: _phone, address: _address, ...reachable } = creditor
    const { invoiceNumber: _number, subject: _subject, ...bare } = claim
    const items = [{ kind: 'principal', amount: claim.outstanding }] as const
    const input = { ...rest, creditor: reachable, claim: { ...bare, items } } as ClaimMessageInput
    expect(lintMessage(compose(input), input, wording)).toEqual([])
  })

  it('writes the first notice as a person would', () => {
    const { subject, text } = compose(messageInput('payment-request-t1', 'en'))
    expect(subject).toBe('Your bill from Wasserwerk Süd: €147.42')
    expect(text).toBe(`Dear Anna Peeters,

Here is your bill from Wasserwerk Süd: €147.42, due on 27 March 2026.

We asked your finance app first. It has not answered yet, so we are writing to you ourselves.

Settle it the way that suits you: pay now, choose another date, or pay in parts. It takes a minute on your page.

Pay or choose a date:
https://pay.example/p/7hG3kQ?a=1&b=2
Your page opens without a login. The link is meant for you: please do not pass it on.

Original amount: €187.42
Already received: -€40.00
Amount to pay: €147.42
Due date: 27 March 2026
Account holder: Wasserwerk Süd AG
IBAN: BE71 0961 2345 6769
Payment reference: RF18 5390 0754 7034
Invoice number: 2026-004711
For: January to March

To pay, make a bank transfer with these details, or open your page and scan the code there with your banking app. Please keep the payment reference exactly as it is, so that we recognise your payment at once.

Already paid?
Then thank you, and please ignore this message: a transfer can take two working days to reach us. To be sure, reply to this e-mail with the day on which you paid.

Need help?
If paying is difficult at the moment, reply to this e-mail or call us on +32\u00a02\u00a0555\u00a001\u00a023. You need not give a reason. We will look for a way together.

Kind regards
Wasserwerk Süd

--
Wasserwerk Süd sends you this message about the bill with payment reference RF18 5390 0754 7034. We never ask for passwords or card codes.
Quellweg 4
1000 Brüssel
`)
  })

  it('says that the due day has passed only when it has', () => {
    const input = messageInput('payment-request-t1', 'en')
    expect(compose({ ...input, today: '2026-03-27' }).text).toContain('due on 27 March 2026.')
    expect(compose({ ...input, today: '2026-03-28' }).text).toContain('was due on 27 March 2026')
  })

  it('offers no choice where there is none', () => {
    const input = { ...messageInput('payment-reminder-t3', 'de'), canChoose: false }
    const { text } = compose(input as ClaimMessageInput)
    expect(text).toContain('Ansehen und bezahlen')
    expect(text).not.toContain('Teilbeträge')
  })

  it('thanks for a payment that settles, that is one of a plan, and that leaves a rest', () => {
    const input = messageInput('thank-you', 'fr')
    const none = { ...input.claim, outstanding: { minor: 0n, currency: 'EUR' }, items: [] }
    const settled = compose({ ...input, claim: none }).text
    expect(settled).toContain('Votre facture est entièrement payée.')
    expect(settled).not.toContain('IBAN')

    const next = { dueDate: '2026-04-01', amount: { value: '50.00', currency: 'EUR' } }
    const planned = compose({ ...input, next } as ClaimMessageInput).text
    expect(planned).toContain('Votre prochain paiement est de 50,00\u00a0€, le 1er avril 2026.')
    expect(compose(input).text).toContain('Il reste 147,42\u00a0€ à payer pour le 27 mars 2026.')
  })

  it('confirms a single date without speaking of a plan', () => {
    const lines = [{ dueDate: '2026-05-04', amount: { value: '147.42', currency: 'EUR' } }]
    const plan = { interval: null, lines }
    const input = { ...messageInput('plan-confirmed', 'nl'), plan } as ClaimMessageInput
    const message = compose(input)
    expect(message.subject).toBe('Afgesproken: uw betaaldatum met Wasserwerk Süd')
    expect(message.text).toContain('4 mei 2026: €\u00a0147,42')
    expect(lintMessage(message, input, wording)).toEqual([])
  })

  it('throws rather than send parts that do not sum to the amount', () => {
    const input = messageInput('payment-reminder-t2', 'en')
    const outstanding = { minor: 14_743n, currency: 'EUR' }
    expect(() => compose({ ...input, claim: { ...input.claim, outstanding } })).toThrow(/sum/)
    const dollars = { minor: 14_742n, currency: 'USD' }
    expect(() => compose({ ...input, claim: { ...input.claim, outstanding: dollars } })).toThrow()
  })

  it('throws rather than send a link that is no web address', () => {
    const input = messageInput('thank-you', 'en')
    for (const portalUrl of [
      'javascript:alert(1)',
      'https://a@b.example/',
      '/p/1',
      'https://x y',
    ]) {
      expect(() => compose({ ...input, portalUrl })).toThrow(/web address/)
    }
  })
})

describe('hostile names', () => {
  it('cannot add markup or leave an attribute', () => {
    const name = `<script>alert('x')</script>"&'><img src=x onerror=y>`
    const { html, text, subject } = compose(withName(name))
    expect(html).not.toMatch(/<script|<img/)
    expect(visibleText(html)).toContain(name)
    expect(text).toContain(name)
    expect(subject).toContain('<script>')
  })

  it('cannot add a header line to the mail', () => {
    const { subject, text } = compose(withName('Evil\r\nBcc: all@example.org\u2028\u0085'))
    expect(subject).toBe('Your bill from Evil Bcc: all@example.org: €147.42')
    expect(text).not.toMatch(/^Bcc:/m)
  })

  it('cannot turn the text around them', () => {
    const overridden = compose(withName('Blau\u202eGmbH\u2066'))
    expect(overridden.text).toContain('from BlauGmbH:')
    expect(compose(withName('שלום')).text).toContain('from \u2068שלום\u2069: €147.42')
  })

  it('cannot speak ICU', () => {
    expect(compose(withName("{amount} 'plural' #")).text).toContain("{amount} 'plural' #")
  })

  it('never break the subject, the markup or the agreement of the parts', () => {
    const names = fc.string({ unit: 'binary', maxLength: 40 }).map((name) => `A${name}`)
    fc.assert(
      fc.property(names, fc.constantFrom(...TEMPLATES), (name, template) => {
        const input = withName(name, template)
        const message = compose(input)
        expect(message.subject).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}]/u)
        expect(message.html.match(/<[a-z]+/g)).toEqual(
          compose(withName('A', template)).html.match(/<[a-z]+/g),
        )
        const codes = lintMessage(message, input, wording).map(({ code }) => code)
        expect(codes).not.toContain('parts-differ')
      }),
    )
  })
})
