import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { loadCatalog } from '../../../src/catalog-files.ts'
import type { ClaimMessageInput } from '../../../src/domain/content/claim-message-input.ts'
import { lintSms } from '../../../src/domain/content/lint-sms.ts'
import { SMS_TEMPLATES } from '../../../src/domain/content/message-templates.ts'
import {
  composeClaimSms,
  composeSmsAnswer,
  type RenderedSms,
} from '../../../src/domain/content/render-message-sms.ts'
import { countSegments } from '../../../src/domain/sms/text-segments.ts'
import { LANGUAGES } from '../../../src/domain/wording/language.ts'
import { messageInput } from '../../support/message-samples.ts'

const { wording } = loadCatalog()
const CASES = SMS_TEMPLATES.flatMap((template) =>
  LANGUAGES.map((language) => [template, language] as const),
)

function compose(input: ClaimMessageInput): RenderedSms {
  const sms = composeClaimSms(input, wording)
  if (!sms.ok) throw new Error(`${sms.error.code} ${sms.error.segments}`)
  return sms.value
}

describe('composeClaimSms', () => {
  it.each(CASES)(
    'writes a %s in %s in plain letters that the linter accepts',
    (template, language) => {
      const input = messageInput(template, language)
      const sms = compose(input)
      expect(lintSms(sms, input, wording)).toEqual([])
      expect(sms.encoding).toBe('gsm-7')
      expect(sms.segments).toBeLessThanOrEqual(2)
    },
  )

  it.each(CASES)(
    'writes a %s in %s for a day that has passed and without a choice',
    (template, language) => {
      const input = {
        ...messageInput(template, language),
        canChoose: false,
        today: '2026-05-01',
      } as ClaimMessageInput
      expect(lintSms(compose(input), input, wording)).toEqual([])
    },
  )

  it('writes as a person would', () => {
    expect(compose(messageInput('payment-request-t1', 'en')).text).toBe(
      'Wasserwerk Süd: your bill is €147.42, due on 27/03/2026. Pay or choose a date: https://pay.example/p/7hG3kQ?a=1&b=2 Answer PAID, DATE 27, HELP or STOP.',
    )
    expect(compose(messageInput('payment-reminder-t2', 'fr')).text).toBe(
      'Wasserwerk Süd : petit rappel. 147,42 € à payer pour le 27/03/2026. Payez avant le 10/04/2026 inclus ou choisissez une date : https://pay.example/p/7hG3kQ?a=1&b=2 Répondez PAYE, DATE 27, AIDE ou STOP.',
    )
  })

  it('keeps the letters of a name and says what that costs', () => {
    const input = messageInput('payment-request-t1', 'fr')
    const sms = compose({ ...input, creditor: { ...input.creditor, name: 'Façade & Cie' } })
    expect(sms).toMatchObject({ encoding: 'ucs-2', segments: 3 })
    expect(sms.text).toContain('Façade & Cie')
  })

  it('shortens a long name', () => {
    const input = messageInput('payment-request-t1', 'en')
    const name = 'The Very Long Winded Water And Sewage Company Of Greater Brussels'
    const long = { ...input, creditor: { ...input.creditor, name } }
    expect(compose(long).text).toMatch(/^The Very Long Winded Water And Sewage\.\.\.: /)
    expect(lintSms(compose(long), long, wording)).toEqual([])
  })

  it('refuses more than three segments', () => {
    const input = messageInput('payment-request-t1', 'en')
    const portalUrl = `https://pay.example/p/${'a'.repeat(400)}`
    expect(composeClaimSms({ ...input, portalUrl }, wording)).toEqual({
      ok: false,
      error: { code: 'sms-too-long', segments: 4 },
    })
  })

  it('refuses parts that do not add up and a link that is none', () => {
    const input = messageInput('payment-request-t1', 'en')
    const claim = { ...input.claim, outstanding: { minor: 1n, currency: 'EUR' } }
    expect(() => composeClaimSms({ ...input, claim }, wording)).toThrow(RangeError)
    expect(() => composeClaimSms({ ...input, portalUrl: 'javascript:1' }, wording)).toThrow(
      RangeError,
    )
  })

  it('stays one clean line whatever the name is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (name) => {
        const input = messageInput('payment-request-t1', 'en')
        const sms = composeClaimSms({ ...input, creditor: { ...input.creditor, name } }, wording)
        if (!sms.ok) return
        expect(sms.value.text).not.toMatch(/\p{Cc}|\p{Cf}/u)
        expect(sms.value.segments).toBe(countSegments(sms.value.text).segments)
      }),
    )
  })
})

describe('composeSmsAnswer', () => {
  const ANSWERS = ['paid', 'help', 'stop', 'unread'] as const

  it.each(LANGUAGES)('answers in plain letters in %s', (language) => {
    const facts = messageInput('payment-request-t1', language)
    for (const kind of ANSWERS) {
      const sms = composeSmsAnswer({ kind }, facts, wording)
      expect(sms).toMatchObject({ ok: true, value: { encoding: 'gsm-7' } })
    }
    const on = (kind: 'date' | 'promise') => {
      const dated = composeSmsAnswer({ kind, day: '2026-03-27' }, facts, wording)
      expect(dated).toMatchObject({ ok: true, value: { encoding: 'gsm-7' } })
      expect(dated.ok && dated.value.text).toMatch(/27[/.-]03[/.-]2026/)
      return dated.ok && dated.value.text
    }
    expect(on('date')).not.toBe(on('promise'))
  })
})

describe('lintSms', () => {
  const input = messageInput('payment-reminder-t3', 'en')

  it.each([
    ['the creditor', 'Wasserwerk Süd'],
    ['the amount', '€147.42'],
    ['the due day', '27/03/2026'],
    ['the link', 'https://pay.example'],
    ['how to end the texts', 'STOP'],
  ])('misses %s', (_title, words) => {
    const sms = compose(input)
    const text = sms.text.replace(words, '')
    const codes = lintSms({ ...sms, text }, input, wording).map(({ code }) => code)
    expect(codes).toContain('mention-missing')
  })

  it('objects to a threat, a gap, controls and a wrong count', () => {
    const sms = compose(input)
    const codes = (text: string, segments = countSegments(text).segments) =>
      lintSms({ ...sms, text, segments }, input, wording).map(({ code }) => code)
    expect(codes(`${sms.text} Or else.`)).toEqual(['threat'])
    expect(codes(`${sms.text} undefined`)).toEqual(['unfilled'])
    expect(codes(`${sms.text}\u0007`)).toEqual(['text-unsafe'])
    expect(codes(sms.text, 9)).toEqual(['too-long'])
    expect(codes(sms.text)).toEqual([])
  })
})
