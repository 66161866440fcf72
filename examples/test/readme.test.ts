// What the README shows is what the examples hold.
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

const root = new URL('../../', import.meta.url)
const readme = readFileSync(new URL('README.md', root), 'utf8')

describe('README', () => {
  it('shows the agent of examples/hello-agent as it is', () => {
    const shown = /<!-- (examples\/\S+) -->\n```ts\n([\s\S]*?)```/.exec(readme)
    const file = readFileSync(new URL(shown?.[1] ?? 'missing', root), 'utf8')
    expect(shown?.[2]).toBe(file)
  })

  it('has at most 200 lines', () => {
    expect(readme.split('\n').length).toBeLessThanOrEqual(200)
  })
})
