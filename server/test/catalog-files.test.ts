import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { loadCatalog } from '../src/catalog-files.ts'

const SHIPPED = new URL('../catalog/', import.meta.url)
let folder = ''

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'catalog-'))
  cpSync(SHIPPED, folder, { recursive: true })
})

afterEach(() => {
  rmSync(folder, { recursive: true })
})

function load() {
  return loadCatalog(pathToFileURL(`${folder}/`))
}

function edit(file: string, change: (content: Record<string, unknown>) => void) {
  const content = JSON.parse(readFileSync(join(folder, file), 'utf8'))
  change(content)
  writeFileSync(join(folder, file), JSON.stringify(content))
}

describe('loadCatalog', () => {
  it('loads the shipped catalog', () => {
    const { journeys, wording } = load()
    expect([...journeys.keys()]).toEqual(expect.arrayContaining(['bot-first', 'friendly-default']))
    expect(wording.say('de', 'language.name')).toBe('Deutsch')
  })

  it('reports every fault at once, each with its file', () => {
    edit('texts/nl.json', (texts) => delete texts['pay.heading'])
    edit('journeys/bot-first.json', (journey) => delete journey.steps)
    edit('journeys/friendly-default.json', (journey) => {
      journey.id = 'another'
    })
    expect(load).toThrow('the catalog has 3 fault(s)')
    expect(load).toThrow('texts/nl.json: pay.heading: is missing')
    expect(load).toThrow(/journeys\/bot-first\.json: \/ must have required property 'steps'/)
    expect(load).toThrow('journeys/friendly-default.json: id "another" is not the name of the file')
  })

  it('names a file that is no JSON and one that is not there', () => {
    writeFileSync(join(folder, 'journeys/bot-first.json'), '{')
    rmSync(join(folder, 'texts/fr.json'))
    expect(load).toThrow(/journeys\/bot-first\.json: .*JSON/)
    expect(load).toThrow(/texts\/fr\.json: ENOENT/)
  })

  it('refuses a journey that could not run', () => {
    edit('journeys/bot-first.json', (journey) => {
      const [step] = journey.steps as { window: Record<string, unknown> }[]
      if (step !== undefined) step.window = { from: '18:00', to: '09:00', weekdays: [1] }
    })
    expect(load).toThrow('step "first-notice": the window ends before it begins')
  })
})
