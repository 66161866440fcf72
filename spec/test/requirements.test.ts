// Every MUST of the specification is shown by a test or a vector that names it: `[SIG-07]` in a test,
// `rule` in a vector. A rule that nobody cites is a promise that nobody checks.
import { globSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { type Requirement, readRequirements, requirementsYaml } from '../tools/requirements.ts'

const root = new URL('../../', import.meta.url)
const spec = new URL('../', import.meta.url)

const CITATION = /\[([A-Z]{3}-\d{2})\]|"rule": "([A-Z]{3}-\d{2})"/g

function citedRules(): Set<string> {
  const files = globSync(
    ['{sdk,server,spec,examples,conformance}/test/**/*.ts', 'spec/vectors/*.json'],
    { cwd: root },
  )
  const texts = files.map((file) => readFileSync(new URL(file, root), 'utf8'))
  return new Set(
    texts.flatMap((text) => [...text.matchAll(CITATION)].map(([, a, b]) => a ?? b ?? '')),
  )
}

const rules = await readRequirements(spec)
const cited = citedRules()

describe('the rules of the specification', () => {
  it('are those of requirements.yaml', () => {
    const listed = parse(readFileSync(new URL('requirements.yaml', spec), 'utf8')) as Requirement[]
    expect(listed).toEqual(rules)
    expect(requirementsYaml(rules)).toContain('SIG-07')
  })

  it('that say MUST are each cited by a test or a vector', () => {
    const musts = rules.filter(({ level }) => level === 'MUST').map(({ id }) => id)
    expect(musts.length).toBeGreaterThan(90)
    expect(musts.filter((id) => !cited.has(id))).toEqual([])
  })

  it('are cited by ids that exist', () => {
    const known = new Set(rules.map(({ id }) => id))
    expect([...cited].filter((id) => !known.has(id))).toEqual([])
  })
})
