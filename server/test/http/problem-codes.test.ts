import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { allProblemCodes, problemEntry } from '../../src/http/problems.ts'
import { buildTestApp, type TestApp } from '../support/build-test-app.ts'

let test: TestApp
beforeAll(async () => {
  test = await buildTestApp()
})
afterAll(() => test?.close())

describe('problem codes', () => {
  it.each(allProblemCodes())('%s has a status of its class and a title', (code) => {
    const [status, title] = problemEntry(code)
    expect(status).toBeGreaterThanOrEqual(400)
    expect(status).toBeLessThan(600)
    expect(title).toMatch(/^[A-Z][^.]{7,}[^.]$/)
  })

  it('are all different', () => {
    expect(new Set(allProblemCodes()).size).toBe(allProblemCodes().length)
  })
})

describe('the documentation', () => {
  it('is a page that shows this document', async () => {
    const page = await test.app.inject('/docs')
    expect([page.statusCode, page.headers['content-type']]).toEqual([
      200,
      'text/html; charset=utf-8',
    ])
    const document = await test.app.inject('/docs/json')
    const file = new URL('../../../openapi.yaml', import.meta.url)
    expect(document.json()).toEqual(parse(readFileSync(file, 'utf8')))
  })

  it('may load nothing from elsewhere', async () => {
    const { headers } = await test.app.inject('/docs')
    expect(headers['content-security-policy']).toContain("default-src 'self'")
  })
})
