// Amounts, days and texts: what is taken, what is refused, and what follows. Written by hand.
import { numbered, passes, refused, type VectorFile } from './vector-file.ts'

const good = (value: string, currency: string, minor: string, title: string) => ({
  rule: 'MON-01',
  title,
  operation: 'amount',
  input: { value, currency },
  expect: passes({ minor }),
})

const bad = (rule: string, input: unknown, code: string, title: string) => ({
  rule,
  title,
  operation: 'amount',
  input,
  expect: refused(code),
})

const eur = (value: unknown) => ({ value, currency: 'EUR' })

const share = (minor: string, bps: number, result: string) => ({
  rule: 'MON-05',
  title: `${bps} basis points of ${minor}`,
  operation: 'basis-points',
  input: { minor, bps },
  expect: passes({ minor: result }),
})

const split = (minor: string, parts: number, result: string[]) => ({
  rule: 'MON-06',
  title: `${minor} in ${parts}`,
  operation: 'split',
  input: { minor, parts },
  expect: passes({ parts: result }),
})

export function moneyVectors(): VectorFile {
  return {
    description:
      'operation amount: read `input` as a positive amount, `minor` are its minor units. basis-points: the share of `minor`, rounded half to even. split: `minor` in so many parts.',
    vectors: numbered('mon', [
      good('120.50', 'EUR', '12050', 'two digits'),
      good('0.01', 'EUR', '1', 'the least amount'),
      good('100', 'JPY', '100', 'no digits'),
      good('1.500', 'KWD', '1500', 'three digits'),
      good('15.00', 'HUF', '1500', 'a currency that people write without digits'),
      good('0.1500', 'UYW', '1500', 'four digits'),
      good('9999999999999999.99', 'EUR', '999999999999999999', 'eighteen digits'),
      bad('MON-01', eur('120.5'), 'currency-exponent', 'one digit'),
      bad('MON-01', eur('120'), 'currency-exponent', 'no digits'),
      bad(
        'MON-01',
        { value: '1.00', currency: 'JPY' },
        'currency-exponent',
        'digits that yen have not',
      ),
      bad('MON-01', eur('1,00'), 'amount-format', 'a comma'),
      bad('MON-01', eur('1.000.00'), 'amount-format', 'separators'),
      bad('MON-01', eur('01.00'), 'amount-format', 'a leading zero'),
      bad('MON-01', eur('+1.00'), 'amount-format', 'a plus'),
      bad('MON-01', eur('1e2'), 'amount-format', 'an exponent'),
      bad('MON-01', eur(' 1.00'), 'amount-format', 'a blank'),
      bad('MON-01', eur('١.٠٠'), 'amount-format', 'digits of another script'),
      bad('MON-01', eur(1), 'amount-format', 'a JSON number'),
      bad('MON-01', eur('-1.00'), 'amount-format', 'less than nothing'),
      bad('MON-03', eur('0.00'), 'amount-range', 'nothing'),
      bad('MON-03', eur('10000000000000000.00'), 'amount-range', 'nineteen digits'),
      bad('MON-02', { value: '1.00', currency: 'eur' }, 'currency-unknown', 'small letters'),
      bad('MON-02', { value: '1.00', currency: 'XAU' }, 'currency-unknown', 'gold'),
      bad('MON-02', { value: '1.00', currency: 'XTS' }, 'currency-unknown', 'the test code'),
      bad('MON-02', { value: '1.00', currency: 'DEM' }, 'currency-unknown', 'a withdrawn currency'),
      share('10000', 150, '150'),
      share('50', 100, '0'),
      share('150', 100, '2'),
      share('250', 100, '2'),
      share('350', 100, '4'),
      share('10000', -250, '-250'),
      share('50', -100, '0'),
      share('333', 3333, '111'),
      split('10000', 3, ['3334', '3333', '3333']),
      split('11207', 4, ['2804', '2801', '2801', '2801']),
      split('11', 4, ['5', '2', '2', '2']),
      split('7', 7, ['1', '1', '1', '1', '1', '1', '1']),
      split('100', 1, ['100']),
    ]),
  }
}

const day = (input: unknown, isDay: boolean, title: string) => ({
  rule: 'DAY-01',
  title,
  operation: 'day',
  input,
  expect: isDay ? passes() : refused('date-format'),
})

const plan = (interval: string, first: string, days: string[], title: string) => ({
  rule: 'DAY-03',
  title,
  operation: 'due-days',
  input: { interval, first, count: days.length },
  expect: passes({ days }),
})

const onPayDay = (payDay: number, first: string, days: string[], title: string) => ({
  rule: 'DAY-06',
  title,
  operation: 'due-days',
  input: { interval: 'P1M', first, count: days.length, payDay },
  expect: passes({ days }),
})

const zone = (timeZone: string, at: number, result: string, title: string) => ({
  rule: 'DAY-02',
  title,
  operation: 'day-in-zone',
  input: { timeZone, at },
  expect: passes({ day: result }),
})

export function dateVectors(): VectorFile {
  return {
    description:
      'operation day: is `input` a day? due-days: the days of a plan of `count` instalments, which `payDay` moves if there is one. day-in-zone: which day it is at an instant (epoch seconds).',
    vectors: numbered('day', [
      day('2026-02-28', true, 'a day'),
      day('2028-02-29', true, 'a leap day'),
      day('2000-02-29', true, 'the leap day of a century'),
      day('2026-02-29', false, 'no leap year'),
      day('2100-02-29', false, 'no leap year at the turn of a century'),
      day('2026-02-30', false, 'a day that no February has'),
      day('2026-13-01', false, 'a thirteenth month'),
      day('2026-2-3', false, 'single digits'),
      day('2026-02-03T00:00:00Z', false, 'an instant'),
      day('2026-W07-2', false, 'a week date'),
      day('26-02-03', false, 'a short year'),
      day('0000-01-01', false, 'the year 0'),
      day('９026-01-01', false, 'a full-width digit'),
      day(20260203, false, 'a number'),
      plan(
        'P1M',
        '2026-01-31',
        ['2026-01-31', '2026-02-28', '2026-03-31', '2026-04-30'],
        'the last of January',
      ),
      plan(
        'P1M',
        '2028-01-30',
        ['2028-01-30', '2028-02-29', '2028-03-30'],
        'the 30th in a leap year',
      ),
      plan(
        'P1M',
        '2026-11-30',
        ['2026-11-30', '2026-12-30', '2027-01-30', '2027-02-28'],
        'over the new year',
      ),
      plan(
        'P1W',
        '2026-03-26',
        ['2026-03-26', '2026-04-02'],
        'weeks over the change to summer time',
      ),
      plan('P2W', '2026-12-24', ['2026-12-24', '2027-01-07', '2027-01-21'], 'fortnights'),
      onPayDay(
        27,
        '2026-03-13',
        ['2026-03-13', '2026-03-27', '2026-04-27', '2026-05-27'],
        'the pay day just fourteen days later',
      ),
      onPayDay(
        27,
        '2026-03-14',
        ['2026-03-14', '2026-04-27', '2026-05-27'],
        'the pay day thirteen days later is passed over',
      ),
      onPayDay(
        27,
        '2026-03-27',
        ['2026-03-27', '2026-04-27', '2026-05-27'],
        'the first instalment on the pay day itself',
      ),
      onPayDay(
        27,
        '2026-03-26',
        ['2026-03-26', '2026-04-27', '2026-05-27'],
        'the first instalment on the day before',
      ),
      onPayDay(
        31,
        '2026-01-17',
        ['2026-01-17', '2026-01-31', '2026-02-28', '2026-03-31', '2026-04-30'],
        'day 31 in months of every length',
      ),
      onPayDay(
        31,
        '2026-02-15',
        ['2026-02-15', '2026-03-31', '2026-04-30'],
        'day 31, thirteen days before the end of February',
      ),
      onPayDay(
        30,
        '2028-02-15',
        ['2028-02-15', '2028-02-29', '2028-03-30'],
        'day 30 on the leap day',
      ),
      onPayDay(
        29,
        '2027-01-29',
        ['2027-01-29', '2027-02-28', '2027-03-29'],
        'day 29 in a February of 28 days',
      ),
      onPayDay(
        1,
        '2026-12-18',
        ['2026-12-18', '2027-01-01', '2027-02-01'],
        'the first of the month, over the new year',
      ),
      onPayDay(
        1,
        '2026-12-19',
        ['2026-12-19', '2027-02-01', '2027-03-01'],
        'the first of the month, thirteen days later',
      ),
      zone(
        'Europe/Brussels',
        1_774_742_399,
        '2026-03-29',
        'a second before one in the night of summer time',
      ),
      zone('Europe/Brussels', 1_767_221_999, '2025-12-31', 'a second before the new year'),
      zone('Europe/Brussels', 1_767_222_000, '2026-01-01', 'the new year'),
      zone('Pacific/Kiritimati', 1_767_222_000, '2026-01-01', 'fourteen hours ahead'),
      zone('Pacific/Pago_Pago', 1_767_222_000, '2025-12-31', 'eleven hours behind'),
    ]),
  }
}

const name = (input: string, code: string | null, rule: string, title: string) => ({
  rule,
  title,
  operation: 'name',
  input,
  expect: code === null ? passes() : refused(code),
})

const alike = (input: string, known: string, isAlike: boolean, title: string) => ({
  rule: 'TXT-03',
  title,
  operation: 'look-alike',
  input: { name: input, known },
  expect: isAlike ? refused('look-alike') : passes(),
})

export function textVectors(): VectorFile {
  return {
    description:
      'operation name: may `input` stand as a name of at most 70 code points? look-alike: may `name` be taken for the `known` one of another creditor?',
    vectors: numbered('txt', [
      name('Stadsenergie N.V.', null, 'TXT-01', 'a name'),
      name('Électricité de l’Île', null, 'TXT-02', 'accents and an apostrophe'),
      name('شركة المياه', null, 'TXT-01', 'a name from right to left'),
      name('Acme\u202Eecivres', 'text-bidi', 'TXT-01', 'an override'),
      name('Acme\u2067x', 'text-bidi', 'TXT-01', 'an isolate'),
      name('Ac\u200Bme', 'text-invisible', 'TXT-01', 'a zero-width space'),
      name('Acme\uFE0F', 'text-invisible', 'TXT-01', 'a variation selector'),
      name('Acme\nLtd', 'text-control', 'TXT-01', 'a line feed'),
      name('Acme\u001B[31m', 'text-control', 'TXT-01', 'a terminal escape'),
      name('Acme\u2028Ltd', 'text-control', 'TXT-01', 'a line separator'),
      name('   ', 'text-empty', 'TXT-01', 'blanks alone'),
      name('x'.repeat(71), 'text-length', 'TXT-01', 'too long'),
      name('😀'.repeat(70), null, 'TXT-01', 'seventy code points, more code units'),
      alike('Acme Energy', 'Nordic Water', false, 'another name'),
      alike('\u0410cme Energy', 'Acme Energy', true, 'a Cyrillic A'),
      alike('ACME-ENERGY', 'Acme Energy', true, 'case and punctuation'),
      alike('Acrne Energy', 'Acme Energy', true, 'r and n for m'),
      alike('Acme Energý', 'Acme Energy', true, 'an accent'),
    ]),
  }
}
