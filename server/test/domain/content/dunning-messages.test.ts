import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { loadCatalog } from '../../../src/catalog-files.ts'
import { appNote } from '../../../src/domain/content/app-note.ts'
import { callScript } from '../../../src/domain/content/call-script.ts'
import { composeClaimMessage } from '../../../src/domain/content/claim-message.ts'
import type { DunningInput } from '../../../src/domain/content/claim-message-input.ts'
import { CHARGE_RULES } from '../../../src/domain/content/fact-rows.ts'
import { lintMessage, unwelcomeWords } from '../../../src/domain/content/lint-message.ts'
import { MENTION_CODES } from '../../../src/domain/content/mentions.ts'
import {
  DUNNING_TEMPLATES,
  type DunningTemplate,
  isCallTemplate,
  isDunningTemplate,
  isSmsTemplate,
  templateRow,
} from '../../../src/domain/content/message-templates.ts'
import { missingFacts } from '../../../src/domain/content/missing-facts.ts'
import { paymentCode } from '../../../src/domain/content/payment-code.ts'
import { composeClaimSms } from '../../../src/domain/content/render-message-sms.ts'
import { LANGUAGES } from '../../../src/domain/wording/language.ts'
import { callInput, messageInput, TEMPLATES } from '../../support/message-samples.ts'

const { wording } = loadCatalog()
const CATALOG = new URL('../../../catalog/', import.meta.url)

const NOTICES = [
  'fourteen-day-letter-t3',
  'first-reminder-free-t3',
  'legal-reminder-t3',
  'legal-reminder-t4',
  'mise-en-demeure-t4',
  'formal-notice-t4',
  'last-notice-t5',
  'final-notice-t5',
  'damages-added-t4',
  'costs-added-t4',
  'paid-reminder-t4',
] as const satisfies readonly DunningTemplate[]

const NOTICE_CASES = NOTICES.flatMap((template) =>
  LANGUAGES.map((language) => [template, language] as const),
)

interface Step {
  template?: string
  tone?: string
  purpose?: string
  channel?: string
  channels?: string[]
}

function catalogFiles(folder: string): unknown[] {
  const url = new URL(`${folder}/`, CATALOG)
  return readdirSync(url)
    .filter((name) => !name.includes('schema'))
    .map((name) => JSON.parse(readFileSync(new URL(name, url), 'utf8')))
}

function stepsOfJourneys() {
  const journeys = catalogFiles('journeys') as { steps: Step[] }[]
  return journeys
    .flatMap(({ steps }) => steps)
    .flatMap(({ template, channel, channels = [], ...step }) =>
      template === undefined
        ? []
        : [{ ...step, template, channels: channel === undefined ? channels : [channel] }],
    )
}

/** Every value under a key, however deep. */
function valuesUnder(key: string, node: unknown): unknown[] {
  if (typeof node !== 'object' || node === null) return []
  return Object.entries(node).flatMap(([name, value]) => [
    ...(name === key ? [value] : []),
    ...valuesUnder(key, value),
  ])
}

function dunning(template: DunningTemplate, change: Partial<DunningInput> = {}): DunningInput {
  return { ...messageInput(template, 'en'), ...change } as DunningInput
}

function textOf(input: DunningInput): string {
  return composeClaimMessage(input, wording).text
}

const euro = (minor: bigint) => ({ minor, currency: 'EUR' })

describe('the table of templates', () => {
  it('has every template of the shipped journeys, with its tone and purpose', () => {
    for (const { template, tone, purpose = 'payment' } of stepsOfJourneys()) {
      expect(isDunningTemplate(template) || isCallTemplate(template), template).toBe(true)
      const row = templateRow(template as DunningTemplate)
      expect(row.tone, template).toBe(tone)
      expect(row.purpose ?? 'payment', template).toBe(purpose)
    }
  })

  it('has nothing that no shipped journey sends, but answers', () => {
    const used = new Set(stepsOfJourneys().map(({ template }) => template))
    const answers = ['plan-done-t1', 'date-wish-t1']
    expect(Object.keys(DUNNING_TEMPLATES).filter((it) => !used.has(it))).toEqual(answers)
  })

  it('has a text for a phone wherever a journey sends one, and a script for each call', () => {
    for (const { template, channels } of stepsOfJourneys()) {
      if (channels.includes('sms')) {
        expect(isDunningTemplate(template) && isSmsTemplate(template), template).toBe(true)
      }
      expect(channels.includes('phone'), template).toBe(isCallTemplate(template))
    }
  })

  it('knows no other name', () => {
    expect(isDunningTemplate('call-t1')).toBe(false)
    expect(isDunningTemplate('toString')).toBe(false)
    expect(isCallTemplate('payment-request-t1')).toBe(false)
  })
})

describe('the words of the law', () => {
  const profiles = catalogFiles('compliance')

  it('exist for every mention that a compliance profile asks for', () => {
    const codes = valuesUnder('mentions', profiles)
      .flat()
      .filter((it) => typeof it === 'string')
    expect(codes.length).toBeGreaterThan(0)
    expect(codes.filter((code) => !MENTION_CODES.includes(code))).toEqual([])
  })

  it('name every charge that a compliance profile knows', () => {
    const rules = valuesUnder('rule', profiles)
    expect(rules.length).toBeGreaterThan(0)
    expect(rules.filter((rule) => !CHARGE_RULES.some((it) => it === rule))).toEqual([])
    for (const language of LANGUAGES) {
      const names = CHARGE_RULES.map((rule) => wording.say(language, `charge.${rule}`)).join(', ')
      expect(unwelcomeWords(names, messageInput('thank-you', language), wording)).toEqual([])
    }
  })

  it('call a charge without a rule, or of an unknown one, plainly costs', () => {
    const input = dunning('damages-added-t4')
    const renamed = (rule?: string) => {
      const items = input.claim.items.map(({ rule: _rule, ...item }) => ({
        ...item,
        ...(rule === undefined ? {} : { rule }),
      }))
      return textOf({ ...input, claim: { ...input.claim, items } })
    }
    expect(renamed()).toContain('Costs: €30.00 (20.00 + 10% × 100.00)')
    expect(renamed('toString')).toContain('Costs: €30.00 (20.00 + 10% × 100.00)')
    expect(renamed('damages')).toContain('Fixed compensation: €30.00 (20.00 + 10% × 100.00)')
  })

  it.each(LANGUAGES)('are said under a heading of their own (%s)', (language) => {
    const input = dunning('formal-notice-t4', { language })
    const creditor = { ...input.creditor, enterpriseNumber: '0123.456.789' }
    const notice = {
      termLastDay: '2026-04-30' as const,
      announcedCharges: euro(4_000n),
      mentions: MENTION_CODES,
      lateInterestRate: '10.15',
      flatSum: euro(4_000n),
    }
    const all = { ...input, creditor, notice }
    const message = composeClaimMessage(all, wording)
    expect(lintMessage(message, all, wording)).toEqual([])
    expect(message.text).toContain('0123.456.789')
    expect(message.text).toMatch(/10[.,]15\s?%/)
    expect(message.text).toContain(wording.say(language, 'notice.mentions.heading'))
  })

  it('stop a message that cannot say them', () => {
    const notice = { termLastDay: '2026-04-30', mentions: ['term'] } as const
    const control = dunning('first-reminder-free-t3', { notice })
    expect(missingFacts(control)).toEqual([])
    expect(textOf(control)).toContain('- Last day to pay: 30 April 2026')
    const cases = [
      ['a-new-code', 'mention.a-new-code'],
      ['toString', 'mention.toString'],
      ['enterprise-number', 'creditor.enterpriseNumber'],
      ['fee-to-come', 'notice.announcedCharges'],
    ] as const
    for (const [code, fact] of cases) {
      const lacking = { ...control, notice: { ...notice, mentions: [code] } }
      expect(missingFacts(lacking)).toEqual([fact])
      expect(() => textOf(lacking)).toThrow(fact)
    }
  })
})

describe('a notice with effect in law', () => {
  it.each(NOTICE_CASES)('%s in %s states all that it must', (template, language) => {
    const input = dunning(template, { language })
    expect(templateRow(template).shape).toBe('notice')
    const { text, html } = composeClaimMessage(input, wording)
    const year = '2026'
    const facts = [
      '2026-004711',
      wording.say(language, 'label.due-day'),
      wording.say(language, 'label.last-day'),
      wording.say(language, 'item.principal'),
      wording.say(language, 'charge.damages'),
      language === 'en' ? '20.00 + 10% × 100.00' : '20,00 + 10% × 100,00',
      wording.say(language, 'charge.interest'),
      wording.say(language, 'charge.collection-costs'),
      language === 'en' ? '8.15% × 147.42 × 22 / 365' : '8,15% × 147,42 × 22 / 365',
      wording.say(language, 'label.amount-to-pay'),
      wording.say(language, 'notice.dispute.body'),
      wording.say(language, 'notice.advice'),
      'BE71 0961 2345 6769',
      'RF18 5390 0754 7034',
      year,
    ]
    for (const fact of facts) expect(text).toContain(fact)
    expect(text).toMatch(/178[.,]15/)
    expect(text).toMatch(/187[.,]42/)
    expect(text).toMatch(/40[.,]00/)
    expect(text.replace(/\s/g, ' ')).toMatch(/\b30\.? (avril|april|April) 2026/)
    expect(html).toContain('<ul')
  })

  it('names the last day from the wish to pay where no term runs, and its one part', () => {
    const { notice: _notice, ...rest } = dunning('final-notice-t5')
    const items = [{ kind: 'principal', amount: rest.claim.outstanding }] as const
    const text = textOf({ ...rest, claim: { ...rest.claim, items } })
    expect(text).toContain('To reach us by: 10 April 2026')
    expect(text).toContain('Original amount: €178.15')
    expect(text).not.toContain('What the law asks')
    expect(text).not.toContain('is added after')
  })

  it('may speak the word of the law that gives it its effect, and no other may', () => {
    const text = 'Mise en demeure'
    const of = (template: DunningTemplate) => dunning(template, { language: 'fr' })
    expect(unwelcomeWords(text, of('mise-en-demeure-t4'), wording)).toEqual([])
    expect(unwelcomeWords(text, of('legal-reminder-t4'), wording)).toEqual([
      { code: 'threat', detail: 'mise en demeure' },
    ])
  })
})

describe('what a message asks for', () => {
  it('is the amount less what is disputed, in the words, the table and the code', () => {
    const input = dunning('payment-reminder-t2', { disputed: euro(4_742n) })
    const text = textOf(input)
    expect(text).toContain('€100.00 is still open')
    expect(text).toContain('Open in total: €147.42\nDisputed, at rest: -€47.42')
    expect(text).toContain('Amount to pay: €100.00')
    expect(paymentCode(input)?.payload).toContain('EUR100.00')
  })

  it('is the payment of a plan and not the whole', () => {
    const input = dunning('instalment-soon-t1')
    const text = textOf(input)
    expect(text).toContain('is €49.14 on 2 April 2026.')
    expect(text).toContain('This instalment: €49.14\nOn: 2 April 2026\nOpen in total: €147.42')
    expect(text).not.toContain('Amount to pay')
    expect(paymentCode(input)?.payload).toContain('EUR49.14')
    const sms = composeClaimSms({ ...input, template: 'pay-link-t1' }, wording)
    expect(sms.ok && sms.value.text).toContain('€49.14 (due 02/04/2026)')
  })

  it('sums all open bills of one currency, and none of two', () => {
    const input = dunning('shared-statement-t1')
    const text = textOf(input)
    expect(text).toContain('- Invoice 2026-004800: €10.00, payment reference RF18')
    expect(text).toContain('- €2.50, payment reference +++090/9337/55493+++')
    expect(text).toContain('Together with this bill: €159.92.')
    const outstanding = { minor: 1n, currency: 'GBP' }
    const pounds = { reference: 'RF040', referenceScheme: 'SCOR' as const, outstanding }
    expect(textOf({ ...input, otherClaims: [pounds] })).not.toContain('Together')
  })

  it('is never nothing, another currency or an amount that is none', () => {
    const input = dunning('payment-reminder-t2')
    expect(() => textOf({ ...input, disputed: euro(14_742n) })).toThrow(/nothing to ask/)
    expect(() => textOf({ ...input, disputed: { minor: 1n, currency: 'GBP' } })).toThrow(/currency/)
    const planLine = { dueDate: '2026-04-02', amount: { value: '1.234', currency: 'EUR' } } as const
    expect(() => textOf({ ...input, planLine })).toThrow(/amount/)
    expect(textOf({ ...input, disputed: euro(14_741n) })).toContain('€0.01')
  })

  it('is nothing at all in an answer, which has no code to scan', () => {
    const input = dunning('help-and-advice-t1')
    expect(paymentCode(input)).toBeUndefined()
    expect(textOf(input)).not.toContain('IBAN')
    expect(textOf(input)).toContain('Who can help\n- Advice House, +32 800 55 555')
  })
})

describe('the facts that a template needs', () => {
  it.each([
    ['instalment-soon-t1', 'planLine'],
    ['promise-note-t1', 'promisedDay'],
    ['dispute-result-t1', 'decision'],
    ['money-back-t1', 'refund'],
    ['date-wish-t1', 'wish'],
    ['collection-failed-t1', 'collectAgainOn'],
  ] as const)('%s refuses to leave without its %s', (template, fact) => {
    const input = dunning(template)
    expect(missingFacts(input)).toEqual([])
    const { [fact]: _fact, ...without } = input
    expect(missingFacts(without as DunningInput)).toEqual([fact])
    expect(() => textOf(without as DunningInput)).toThrow(fact)
  })

  it('leave out what is not known', () => {
    const { received: _a, receivedOn: _b, ...input } = dunning('thanks-t1')
    expect(textOf(input)).toContain('Thank you. Your payment has reached Wasserwerk Süd.')
    const { discount: _d, ...offer } = dunning('direct-debit-offer-t3')
    expect(textOf(offer)).toContain('If you would like direct debit')
  })

  it('tell what the page offers for a day that was wished', () => {
    const on = (wish: NonNullable<DunningInput['wish']>) =>
      textOf(dunning('date-wish-t1', { wish }))
    const day = '2026-04-02'
    expect(on({ day, state: 'offered' })).toContain('on 2 April 2026.\n\nThat is possible.')
    expect(on({ day, state: 'other' })).toContain('We cannot offer exactly this day.')
    expect(on({ day, state: 'none' })).toContain('a person will look for a way with you')
    expect(on({ state: 'other' })).toContain('You would like another day')
    expect(on({ state: 'other' })).not.toContain('exactly this day')
  })

  it('tell how a dispute ended, with the reason that a person wrote', () => {
    const upheld = dunning('dispute-result-t1', { decision: { outcome: 'upheld' } })
    expect(textOf(upheld)).toContain('You were right')
    expect(textOf(upheld)).not.toContain('Our reason')
    const rejected = textOf(dunning('dispute-result-t1'))
    expect(rejected).toContain('In our view the bill is right')
    expect(rejected).toContain('Our reason: The meter was read twice.')
  })

  it('tell only in a first message that the agent was asked before', () => {
    const asked = { afterAgent: 'refused' } as const
    expect(textOf(dunning('payment-reminder-t1', asked))).toContain('We asked your finance app')
    expect(textOf(dunning('payment-reminder-t2', asked))).not.toContain('finance app')
  })

  it('put the name of the person who signs above that of the company', () => {
    expect(textOf(dunning('director-letter-t3'))).toContain(
      'Kind regards\nMarie Lemaire, director\nWasserwerk Süd\n',
    )
  })
})

describe('usual names', () => {
  const NAMES = ['Wasserwerk Süd', 'Blue Water Brussels', 'Stadtwerke Neuss GmbH']

  it.each(TEMPLATES.filter((it) => it !== 'thank-you' && it !== 'plan-confirmed'))(
    'keep the subject of a %s within 78 characters',
    (template) => {
      for (const language of LANGUAGES) {
        for (const name of NAMES) {
          const input = messageInput(template, language)
          const { subject } = composeClaimMessage(
            { ...input, creditor: { ...input.creditor, name } },
            wording,
          )
          expect(subject.length, subject).toBeLessThanOrEqual(78)
        }
      }
    },
  )
})

describe('composeClaimSms', () => {
  it('refuses a message that has no text for a phone', () => {
    expect(composeClaimSms(dunning('formal-notice-t4'), wording)).toEqual({
      ok: false,
      error: { code: 'sms-not-written', segments: 0 },
    })
    expect(composeClaimSms(dunning('term-over-t2'), wording)).toMatchObject({ ok: true })
  })
})

describe('callScript', () => {
  const CALLS = Object.keys(DUNNING_TEMPLATES).filter(isCallTemplate)

  it.each(CALLS.flatMap((template) => LANGUAGES.map((it) => [template, it] as const)))(
    'gives a person what to say: %s in %s',
    (template, language) => {
      const input = callInput(template, language)
      const { heading, points } = callScript(input, wording)
      expect(heading).toMatch(/147[.,]42/)
      expect(points).toHaveLength(6)
      expect(points.join(' ')).toContain('Anna Peeters')
      expect(points.join(' ')).toContain('RF18 5390 0754 7034')
      expect(points.join(' ')).not.toMatch(/undefined|\{|\}/)
      const facts = { ...messageInput('payment-reminder-t2', language), language }
      expect(unwelcomeWords([heading, ...points].join(' '), facts, wording)).toEqual([])
    },
  )

  it('is refused where there is nothing to talk about', () => {
    const input = callInput('call-t2', 'en')
    const claim = { ...input.claim, outstanding: euro(0n), items: [] }
    expect(() => callScript({ ...input, claim }, wording)).toThrow(/nothing to ask/)
  })
})

describe('appNote', () => {
  it.each(TEMPLATES)('tells the app of a %s in a title and a line', (template) => {
    for (const language of LANGUAGES) {
      const input = messageInput(template, language)
      const { title, text } = appNote(input, wording)
      for (const line of [title, text]) {
        expect(line).toMatch(/^\S.*\S$/u)
        expect(line).not.toMatch(/undefined|\{|\}|:$/)
      }
    }
  })
})
