import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { describe, expect, it, onTestFinished } from 'vitest'
import { loadNextAction } from '../src/next-action-files.ts'

const SHIPPED = new URL('../catalog/', import.meta.url)

/** The shipped catalog, one file of which says something else. */
function catalogWith(file: string, change: (content: Record<string, unknown>) => void): URL {
  const directory = mkdtempSync(join(tmpdir(), 'parley-test-'))
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
  for (const part of ['segments', 'next-action', 'costs.json', 'costs.schema.json']) {
    cpSync(new URL(part, SHIPPED), join(directory, part), { recursive: true })
  }
  const path = join(directory, file)
  const content = JSON.parse(readFileSync(path, 'utf8'))
  change(content)
  writeFileSync(path, JSON.stringify(content))
  return pathToFileURL(`${directory}/`)
}

describe('the next action of the catalog', () => {
  it('is what ships, with the prices of the channels', () => {
    expect(loadNextAction().values.costs.get('letter')).toBe(16_000n)
    expect(loadNextAction(catalogWith('costs.json', () => undefined))).toEqual(loadNextAction())
  })

  it('is refused with a level that nobody knows, or with somebody left out', () => {
    const unknown = catalogWith('segments/standard.json', (scheme) => {
      scheme['segments'] = [{ id: 'some', title: 'Some', when: { risk: ['terrible'] } }]
    })
    expect(() => loadNextAction(unknown)).toThrow('/segments/0/when/risk/0')
    const left = catalogWith('segments/standard.json', (scheme) => {
      scheme['segments'] = [{ id: 'some', title: 'Some', when: { risk: ['low'] } }]
    })
    expect(() => loadNextAction(left)).toThrow('the last segment must have no conditions')
  })

  it('is refused with a currency that no price has, or without any exploration', () => {
    const other = catalogWith('next-action/values.json', (values) => {
      values['currency'] = 'SEK'
    })
    expect(() => loadNextAction(other)).toThrow('the costs are in EUR, not SEK')
    const none = catalogWith('next-action/values.json', (values) => {
      values['exploration'] = { draws: 200, floor: 0 }
    })
    expect(() => loadNextAction(none)).toThrow('/exploration/floor')
  })
})
