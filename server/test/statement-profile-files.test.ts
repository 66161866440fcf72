import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { SHIPPED_CATALOG } from '../src/catalog-json.ts'
import { loadStatementProfiles } from '../src/statement-profile-files.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'parley-profiles-'))
  const shipped = new URL('statement-profiles/', SHIPPED_CATALOG)
  cpSync(shipped, join(folder, 'statement-profiles'), { recursive: true })
})
afterEach(() => rmSync(folder, { recursive: true }))

const load = () => loadStatementProfiles(pathToFileURL(`${folder}/`))

function edit(id: string, change: (profile: Record<string, unknown>) => void) {
  const file = join(folder, 'statement-profiles', `${id}.json`)
  const profile = JSON.parse(readFileSync(file, 'utf8'))
  change(profile)
  writeFileSync(file, JSON.stringify(profile))
}

describe('loadStatementProfiles', () => {
  it('loads the shipped profiles', () => {
    expect(load().get('kbc-be')).toMatchObject({ country: 'BE', date: 'dd/MM/yyyy' })
  })

  it('has a sound schema', () => {
    const file = join(folder, 'statement-profiles', 'profile.schema.json')
    const schema = JSON.parse(readFileSync(file, 'utf8'))
    expect(new Ajv2020({ strict: true, strictRequired: false }).validateSchema(schema)).toBe(true)
  })

  it.each<[string, (profile: Record<string, unknown>) => void]>([
    ['/decimal must be equal', (profile) => Object.assign(profile, { decimal: 'dot' })],
    ['state either header or headless', (profile) => delete profile['header']],
    ['needs dd, MM and yy or yyyy', (profile) => Object.assign(profile, { date: 'yyyy-MM' })],
    [
      'the amount stands in one column',
      (profile) => Object.assign(profile, { sign: { by: 'columns', credit: 'In', debit: 'Out' } }),
    ],
    ['states the currency', (profile) => delete profile['currency']],
  ])('refuses a profile with the fault: %s', (fault, change) => {
    expect(load).not.toThrow()
    edit('ing-nl', change)
    expect(load).toThrow(fault)
  })
})
