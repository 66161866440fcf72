import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { describe, expect, it, onTestFinished } from 'vitest'
import { makePrior } from '../src/domain/learning/make-prior.ts'
import { loadPrior } from '../src/learning-files.ts'

const SHIPPED = new URL('../catalog/learning/', import.meta.url)

/** A catalog whose prior was changed. */
function catalogWith(change: (prior: Record<string, unknown>) => void): URL {
  const directory = mkdtempSync(join(tmpdir(), 'parley-test-'))
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
  const folder = join(directory, 'learning')
  mkdirSync(folder)
  cpSync(SHIPPED.pathname, folder, { recursive: true })
  const prior = JSON.parse(readFileSync(join(folder, 'prior.json'), 'utf8'))
  change(prior)
  writeFileSync(join(folder, 'prior.json'), JSON.stringify(prior))
  return pathToFileURL(`${directory}/`)
}

describe('the prior of the catalog', () => {
  it('is what the generated histories give, to the last digit', () => {
    expect(loadPrior()).toEqual(makePrior())
  })

  it('is refused with other traits or without a curve', () => {
    const short = catalogWith((prior) => {
      prior['lateness'] = { weights: [1], examples: 0, strength: 1 }
    })
    expect(() => loadPrior(short)).toThrow('lateness has 1 weights, not 15')
    const flat = catalogWith((prior) => {
      prior['hazards'] = []
    })
    expect(() => loadPrior(flat)).toThrow('/hazards')
    expect(loadPrior(catalogWith(() => undefined))).toEqual(loadPrior())
  })
})
