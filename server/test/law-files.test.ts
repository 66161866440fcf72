import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { lawOf, loadLaw } from '../src/law-files.ts'

const SHIPPED = new URL('../catalog/', import.meta.url)
let folder = ''

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'law-'))
  for (const kind of ['rates', 'holidays', 'compliance']) {
    cpSync(new URL(kind, SHIPPED), join(folder, kind), { recursive: true })
  }
})

afterEach(() => {
  rmSync(folder, { recursive: true })
})

const load = () => loadLaw(pathToFileURL(`${folder}/`))

// biome-ignore lint/suspicious/noExplicitAny: a test breaks files in every way
type Loose = any

function edit(file: string, change: (content: Loose) => void) {
  const content = JSON.parse(readFileSync(join(folder, file), 'utf8'))
  change(content)
  writeFileSync(join(folder, file), JSON.stringify(content))
}

const BE = 'compliance/be-b2c.json'
const version = (change: (version: Loose) => void) => (profile: Loose) =>
  change(profile.versions[0])

describe('loadLaw', () => {
  it('loads the shipped law', () => {
    const law = load()
    expect([...law.profiles.keys()]).toEqual([
      ...['be-b2b', 'be-b2c', 'de-b2b', 'de-b2c', 'dk-b2b', 'dk-b2c', 'eu-b2b', 'fi-b2b', 'fi-b2c'],
      ...['fr-b2b', 'fr-b2c', 'lu-b2b', 'lu-b2c', 'nl-b2b', 'nl-b2c', 'se-b2b', 'se-b2c'],
      ...['uk-b2b', 'uk-b2c', 'us-b2b', 'us-b2c'],
    ])
    expect(lawOf(law, 'be-b2c')?.holidays.has('2026-07-21')).toBe(true)
    expect(lawOf(law, 'xx-b2c')).toBeUndefined()
  })

  it.each(['rates/rates', 'holidays/holidays', 'compliance/compliance'])(
    '%s.schema.json is a sound schema',
    (name) => {
      const schema = JSON.parse(readFileSync(new URL(`${name}.schema.json`, SHIPPED), 'utf8'))
      expect(new Ajv2020({ strict: true, strictRequired: false }).validateSchema(schema)).toBe(true)
    },
  )

  it('reports every fault at once, each with its file', () => {
    edit('rates/ecb-mro.json', (series) => delete series.values)
    edit('holidays/BE.json', (calendar) => {
      calendar.id = 'NL'
    })
    writeFileSync(join(folder, BE), '{')
    expect(load).toThrow(/rates\/ecb-mro\.json: \/ must have required property 'values'/)
    expect(load).toThrow('holidays/BE.json: id "NL" is not the name of the file')
    expect(load).toThrow(/compliance\/be-b2c\.json: .*JSON/)
    // What refers to a file that is broken is broken too.
    expect(load).toThrow('compliance/eu-b2b.json: version 1: unknown rate series "ecb-mro"')
  })

  it.each<[string, (profile: Loose) => void]>([
    ['unknown currency ABC', (profile) => Object.assign(profile, { currency: 'ABC' })],
    ['unknown calendar "XX"', (profile) => Object.assign(profile, { calendar: 'XX' })],
    ['unknown time zone "Mars"', (profile) => profile.zones.push('Mars')],
    ['source "wer-xix" stands twice', (profile) => profile.sources.push(profile.sources[0])],
    [
      'source "wer-xix": 2026-02-30 does not exist',
      (profile) => Object.assign(profile.sources[0], { readOn: '2026-02-30' }),
    ],
    [
      'version 1: the last one must be open',
      version((it) => Object.assign(it, { validTo: '2026-01-01' })),
    ],
    [
      'version 1: a day that does not exist',
      version((it) => Object.assign(it, { validFrom: '2026-02-30' })),
    ],
    ['unknown source "nobody"', version((it) => it.fees[0].sources.push('nobody'))],
    ['unknown rate series "none"', version((it) => Object.assign(it.interest, { series: 'none' }))],
    [
      'something waits for a free notice, and there is none',
      version((it) => Object.assign(it, { freeNotice: null })),
    ],
    ['rule "damages" stands twice', version((it) => it.fees.push(it.fees[0]))],
    [
      '"7.505" is no amount of EUR',
      version((it) => Object.assign(it.fees[1].bands[0], { flat: '7.505' })),
    ],
    ['the first band does not begin at zero', version((it) => it.fees[0].bands.shift())],
    [
      'the bands are out of order',
      version((it) => it.fees[0].bands.push({ ...it.fees[0].bands[1] })),
    ],
    [
      'a band that counts above its own beginning',
      version((it) => Object.assign(it.fees[0].bands[1], { over: '150.02' })),
    ],
    ['"perNotice" belongs to the kind "per-notice"', version((it) => delete it.fees[1].perNotice)],
    ['/sources/0 must match', (profile) => delete profile.sources[0].citation],
    ['/versions/0/fees/0 must have required', version((it) => delete it.fees[0].sources)],
    [
      '/sources must NOT have fewer than 1 items',
      version((it) => Object.assign(it.fees[0], { sources: [] })),
    ],
  ])('refuses a profile: %s', (fault, change) => {
    edit(BE, change)
    expect(load).toThrow(fault)
  })

  it.each([
    ['2025-12-31', '2026-01-02', 'leaves a gap before the next one'],
    ['2026-01-01', '2026-01-01', 'overlaps the next one'],
    [null, '2026-01-01', 'overlaps the next one'],
    ['2023-01-01', '2023-01-02', 'ends before it begins'],
  ])('refuses versions until %s and from %s', (validTo, validFrom, fault) => {
    edit(BE, (profile) => {
      profile.versions.push({ ...profile.versions[0], version: 2, validFrom })
      profile.versions[0].validTo = validTo
    })
    expect(load).toThrow(`version 1: ${fault}`)
  })

  it('takes versions that follow each other to the day', () => {
    edit(BE, (profile) => {
      profile.versions.push({ ...profile.versions[0], version: 2, validFrom: '2026-01-01' })
      profile.versions[0].validTo = '2025-12-31'
    })
    expect(load().profiles.get('be-b2c')?.versions).toHaveLength(2)
  })

  it.each<[string, string, (content: Loose) => void]>([
    [
      'rates/ecb-mro.json',
      '2016-01-01: overlaps the value before it',
      (it) => it.values.push(it.values[0]),
    ],
    [
      'rates/ecb-mro.json',
      'unknown source "x"',
      (it) => Object.assign(it.values[0], { source: 'x' }),
    ],
    [
      'rates/ecb-mro.json',
      '/values/0/from must match',
      (it) => Object.assign(it.values[0], { from: '2016-02-01' }),
    ],
    ['holidays/DE.json', '"Epiphany": unknown region "XX"', (it) => it.days[1].regions.push('XX')],
    [
      'holidays/BE.json',
      '2024-02-30 does not exist',
      (it) => Object.assign(it.days[0].when, { fixed: '02-30' }),
    ],
  ])('refuses %s: %s', (file, fault, change) => {
    edit(file, change)
    expect(load).toThrow(fault)
  })
})
