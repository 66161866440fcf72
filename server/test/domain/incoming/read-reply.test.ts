import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { loadCatalog } from '../../../src/catalog-files.ts'
import { proposeAction } from '../../../src/domain/incoming/propose-action.ts'
import {
  type ReplyContext,
  readMailReply,
  readSmsReply,
} from '../../../src/domain/incoming/read-reply.ts'
import { fold, REPLY_MEANINGS } from '../../../src/domain/incoming/reply-words.ts'
import { newCreditorReference } from '../../../src/domain/references/creditor-reference.ts'
import { LANGUAGES, type Language } from '../../../src/domain/wording/language.ts'

const { replyWords, wording } = loadCatalog()
/** A Tuesday. */
const TODAY = '2026-03-10'

function context(language: Language): ReplyContext {
  return { words: replyWords, languages: [language], today: TODAY }
}

function readBriefly(text: string, language: Language): string {
  const { kind, confidence, day } = readSmsReply(text, context(language))
  return [kind, confidence, ...(day === undefined ? [] : [day])].join(' ')
}

describe('answers that say one thing', () => {
  it.each([
    ['en', 'PAID', 'paid-already sure'],
    ['en', 'paid!', 'paid-already sure'],
    ['en', 'Stop', 'stop sure'],
    ['en', 'Please stop!', 'stop sure'],
    ['de', 'Bitte stoppen', 'stop sure'],
    ['en', 'HELP', 'help sure'],
    ['en', 'DATE 27', 'date-wish sure 2026-03-27'],
    ['en', 'date 5', 'date-wish sure 2026-04-05'],
    ['en', 'I have already paid this bill yesterday.', 'paid-already sure'],
    ['en', 'I will pay on Friday', 'promise sure 2026-03-13'],
    ['en', 'I will pay on 27 March.', 'promise sure 2026-03-27'],
    ['en', 'I’ll pay tomorrow', 'promise sure 2026-03-11'],
    ['en', 'Can I pay on the 27th?', 'date-wish sure 2026-03-27'],
    ['en', 'I cannot pay, I lost my job', 'hardship sure'],
    ['en', 'The amount is wrong', 'dispute sure'],
    ['en', 'You have the wrong number', 'wrong-person sure'],
    ['en', 'Please stop texting me', 'stop sure'],
    ['en', 'Please call me', 'help sure'],
    ['fr', 'PAYE', 'paid-already sure'],
    ['fr', 'payé', 'paid-already sure'],
    ['fr', 'DATE 27', 'date-wish sure 2026-03-27'],
    ['fr', 'AIDE', 'help sure'],
    ['fr', 'J’ai déjà payé cette facture', 'paid-already sure'],
    ['fr', "j'ai payé hier", 'paid-already sure'],
    ['fr', 'Je paierai le 27', 'promise sure 2026-03-27'],
    ['fr', 'Je paie vendredi', 'promise sure 2026-03-13'],
    ['fr', 'je vais payer le 27/3', 'promise sure 2026-03-27'],
    ['fr', 'Est-ce que je peux payer le 27 mars ?', 'date-wish sure 2026-03-27'],
    ['fr', 'Je ne peux pas payer en ce moment', 'hardship sure'],
    ['fr', 'Je conteste cette facture', 'dispute sure'],
    ['fr', 'Vous avez un mauvais numéro', 'wrong-person sure'],
    ['nl', 'BETAALD', 'paid-already sure'],
    ['nl', 'DATUM 27', 'date-wish sure 2026-03-27'],
    ['nl', 'HULP', 'help sure'],
    ['nl', 'Ik heb de rekening gisteren betaald.', 'paid-already sure'],
    ['nl', 'Ik betaal vrijdag', 'promise sure 2026-03-13'],
    ['nl', 'Ik zal volledig betalen op 27 maart', 'promise sure 2026-03-27'],
    ['nl', 'Kan ik overmorgen betalen?', 'date-wish sure 2026-03-12'],
    ['nl', 'Ik kan het niet betalen, ik ben mijn werk kwijt', 'hardship sure'],
    ['nl', 'Het bedrag klopt niet', 'dispute sure'],
    ['nl', 'Dat ben ik niet, verkeerd nummer', 'wrong-person sure'],
    ['de', 'BEZAHLT', 'paid-already sure'],
    ['de', 'DATE 27', 'date-wish sure 2026-03-27'],
    ['de', 'HILFE', 'help sure'],
    ['de', 'Ich habe die Rechnung schon bezahlt.', 'paid-already sure'],
    ['de', 'Ich zahle am 27.', 'promise sure 2026-03-27'],
    ['de', 'Ich werde am 27.3. bezahlen', 'promise sure 2026-03-27'],
    ['de', 'Ich überweise am Freitag', 'promise sure 2026-03-13'],
    ['de', 'Kann ich am 27. März zahlen?', 'date-wish sure 2026-03-27'],
    ['de', 'Ich kann zur Zeit nicht zahlen', 'hardship sure'],
    ['de', 'Der Betrag stimmt nicht', 'dispute sure'],
    ['de', 'Falsche Nummer', 'wrong-person sure'],
    // People answer in their own language, whatever ours was.
    ['nl', 'déjà payé', 'paid-already sure'],
    ['fr', 'ik heb al betaald', 'paid-already sure'],
  ] as const)('reads %s "%s" as %s', (language, text, expected) => {
    expect(readBriefly(text, language)).toBe(expected)
  })
})

describe('what must never be taken for sure', () => {
  it.each([
    ['en', 'I have not paid'],
    ['en', "I haven't paid yet"],
    ['en', 'I never said that I have paid'],
    ['en', 'Have I already paid?'],
    ['en', 'I think I have paid'],
    ['en', 'I will have paid by Friday'],
    ['en', 'I paid half of it'],
    ['en', 'I get paid on Friday'],
    ['en', 'If I have paid, tell me'],
    ['en', 'I will not pay on Friday'],
    ['en', 'I will pay'],
    ['en', 'I will pay next week'],
    ['en', 'I will pay on Friday or on Monday'],
    ['en', 'I will pay on Tuesday'],
    ['en', 'I will pay on 3/4'],
    ['en', 'I will pay 27.50 euro'],
    ['en', 'I have paid, but the amount is wrong'],
    ['en', 'DATE 31 or 27'],
    ['en', 'DATE'],
    ['en', 'DATE soon'],
    ['en', 'He passed away, she has already paid'],
    ['fr', 'Je n’ai pas payé'],
    ['fr', "je n'ai pas encore payé"],
    ['fr', 'J’ai payé la moitié'],
    ['fr', 'Si j’ai payé, dites-le-moi'],
    ['fr', 'je paie quand j’ai été payé'],
    ['fr', 'Je paierai la semaine prochaine'],
    ['fr', 'Je ne paierai pas le 27'],
    ['fr', 'vendredi prochain je paie'],
    ['nl', 'Ik heb nog niet betaald'],
    ['nl', 'ik heb een deel betaald'],
    ['nl', 'Ik betaal volgende week'],
    ['nl', 'Als ik heb betaald, hoor ik dat graag'],
    ['nl', 'heb ik al betaald?'],
    ['de', 'Ich habe noch nicht bezahlt'],
    ['de', 'Ich habe nichts bezahlt'],
    ['de', 'Ich würde bezahlt haben'],
    ['de', 'Ich zahle bald'],
    ['de', 'Ich zahle am 27. nicht'],
    ['de', 'Wenn ich bezahlt habe, gut'],
    ['de', 'Die Rechnung ist zu bezahlen'],
  ] as const)('leaves %s "%s" to a person', (language, text) => {
    const reading = readSmsReply(text, context(language))
    expect(reading.confidence).toBe('unsure')
    expect(proposeAction(reading)).toMatchObject({ kind: 'task', pause: true })
  })

  it.each(['', '   ', '👍', 'ok', '123', '‮diap', 'Guten Morgen'])('cannot read "%s"', (text) => {
    expect(readBriefly(text, 'en')).toBe('unreadable unsure')
  })
})

describe('the words that our text messages tell people to answer with', () => {
  it.each(LANGUAGES)('are all understood in %s', (language) => {
    const words = wording.say(language, 'sms.answers').match(/\p{Lu}{3,}(?: \d+)?/gu) ?? []
    expect(words).toHaveLength(4)
    const kinds = words.map((word) => readSmsReply(word, context(language)))
    expect(kinds.map(({ confidence }) => confidence)).toEqual(['sure', 'sure', 'sure', 'sure'])
    expect(kinds.map(({ kind }) => kind)).toEqual(['paid-already', 'date-wish', 'help', 'stop'])
  })

  it('are folded in the catalog, or they would never be found', () => {
    const texts = Object.values(replyWords).flatMap(stringsIn)
    expect(
      texts.filter((text) => fold(text.replaceAll('…', '')) !== text.replaceAll('…', '')),
    ).toEqual([])
  })
})

describe('answers by mail', () => {
  it.each([
    [
      'en',
      'I have already paid.\n\nOn Mon, 9 Mar 2026 at 10:00, Shop wrote:\n> You cannot pay?\n> STOP',
    ],
    [
      'fr',
      'J’ai déjà payé.\n\nLe lun. 9 mars 2026 à 10:00, Shop <a@b.example> a écrit :\n> je conteste',
    ],
    [
      'nl',
      'Ik heb al betaald.\n\nOp ma 9 mrt 2026 om 10:00 schreef Shop <a@b.example>:\nik betwist',
    ],
    ['nl', 'Ik heb al betaald.\n\nVan: Shop\nVerzonden: maandag\nik betwist'],
    ['de', 'Ich habe schon bezahlt.\n\nAm 9. März 2026 um 10:00 schrieb Shop:\n> nicht bestellt'],
    ['de', 'Ich habe schon bezahlt.\n-- \nKanzlei Widerspruch, falsche Nummer'],
    ['en', 'I have already paid.\nSent from my iPhone, wrong number'],
    ['en', 'I have already paid.\n> the amount is wrong\n'],
  ] as const)('reads only what the person wrote (%s)', (language, text) => {
    expect(readMailReply(text, context(language))).toMatchObject({
      kind: 'paid-already',
      confidence: 'sure',
      otherKinds: [],
    })
  })

  it('reads nothing in a mail that only quotes', () => {
    const text = '> I have already paid\n> I will pay on Friday'
    expect(readMailReply(text, context('en'))).toMatchObject({ kind: 'unreadable' })
  })
})

describe('what follows from a reading', () => {
  it.each([
    ['PAID', { kind: 'apply', action: { kind: 'look-for-payment' }, task: false }],
    ['STOP', { kind: 'apply', action: { kind: 'stop-channel' }, task: false }],
    ['DATE 27', { kind: 'apply', action: { kind: 'offer-day', day: '2026-03-27' }, task: false }],
    ['I cannot pay', { kind: 'apply', action: { kind: 'open-hardship' }, task: true }],
    ['The amount is wrong', { kind: 'apply', action: { kind: 'open-dispute' }, task: true }],
    ['I think I have paid', { kind: 'task', proposed: { kind: 'look-for-payment' }, pause: true }],
    ['I will pay', { kind: 'task', proposed: { kind: 'offer-choice' }, pause: true }],
    ['?', { kind: 'task', proposed: { kind: 'read' }, pause: true }],
  ] as const)('of "%s"', (text, expected) => {
    expect(proposeAction(readSmsReply(text, context('en')))).toEqual(expected)
  })

  it('proposes to look again for a letter that came back', () => {
    const reading = { kind: 'returned', confidence: 'sure', evidence: [], otherKinds: [] } as const
    const action = { kind: 'suspend-address' }
    expect(proposeAction(reading)).toEqual({ kind: 'apply', action, task: true })
  })
})

describe('hostile texts', () => {
  const pieces = fc.constantFrom(
    ...[
      '27',
      '/',
      '.',
      ' ',
      'paid',
      'not',
      'je paie le ',
      '\u202e',
      '🦊',
      '\0',
      'ik heb ',
      '\n',
      '>',
    ],
    ...['\u0300'.repeat(50), 'ﷺ', 'a'.repeat(300), 'next ', 'in 5 days ', '-'.repeat(40), 'ß'],
  )
  const texts = fc.array(pieces, { maxLength: 400 }).map((parts) => parts.join(''))

  it('give a reading of the agreed form, whatever they are', () => {
    fc.assert(
      fc.property(fc.oneof(texts, fc.string({ unit: 'binary' })), (text) => {
        for (const { kind, confidence, day } of [
          readSmsReply(text, context('fr')),
          readMailReply(text, context('de')),
        ]) {
          expect([...REPLY_MEANINGS, 'unreadable']).toContain(kind)
          if (kind === 'unreadable') expect(confidence).toBe('unsure')
          if (day !== undefined) expect(day >= TODAY).toBe(true)
        }
      }),
      { numRuns: 60 },
    )
  })

  it('mean the same with any reference in them', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 8, maxLength: 8 }), (bytes) => {
        const text = `I have already paid. Reference ${newCreditorReference(bytes)}.`
        expect(readMailReply(text, context('en'))).toMatchObject({
          kind: 'paid-already',
          confidence: 'sure',
        })
      }),
      { numRuns: 300 },
    )
  })

  // Two that were read as a doubt: between digits stood a "no" of another language.
  it.each(['RF882V7E3MNF3YTV4', 'RF681NMDZ1E9REWPW'])('mean the same with %s', (reference) => {
    const text = `I have already paid. Reference ${reference}.`
    expect(readMailReply(text, context('en')).confidence).toBe('sure')
  })

  it('of 100 KB are read within the time of a test and are never sure', () => {
    const units = ['ik heb ', 'a', '27/', '>', '(', '\u202e🦊', '\u0300', 'on 1 ', '- ', 'ﷺ']
    for (const unit of units) {
      const text = `I have paid. ${unit.repeat(Math.ceil(100_000 / unit.length))}`
      const readings = [readSmsReply(text, context('en')), readMailReply(text, context('en'))]
      expect(readings.map(({ confidence }) => confidence)).toEqual(['unsure', 'unsure'])
    }
  })
})

function stringsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value]
  if (typeof value !== 'object' || value === null) return []
  return Object.values(value).flatMap(stringsIn)
}
