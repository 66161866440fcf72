// What is published says what it promises, and its examples are true: they compile against the
// published names, and the values that they state are the values that come out.
import { describe, expect, it } from 'vitest'
import { faultsOfExamples, readSurfaces, runnableFrom } from './support/documented-exports.ts'

const surfaces = readSurfaces()
const examples = new Map(
  surfaces.flatMap(({ name, examples }) => examples.map((text) => [name, text] as const)),
)
const runnable = [...examples].flatMap(([name, example]) => {
  const module = runnableFrom(example)
  return module === undefined ? [] : [[name, module] as const]
})

interface Outcome {
  readonly given: unknown
  readonly stated: unknown
}

async function run(module: string): Promise<readonly Outcome[]> {
  const address = `data:text/javascript,${encodeURIComponent(module)}`
  return ((await import(/* @vite-ignore */ address)) as { default: Outcome[] }).default
}

describe('a public export', () => {
  it('states its contract, and shows one use when it can be called', () => {
    const written = surfaces.filter(({ isGeneratedFromOpenApi }) => !isGeneratedFromOpenApi)
    expect(
      written.filter(({ contract }) => contract.trim() === '').map(({ name }) => name),
    ).toEqual([])
    const callable = surfaces.filter(({ isCallable }) => isCallable)
    expect(callable.length).toBeGreaterThan(80)
    const without = callable.filter(({ examples }) => examples.length !== 1)
    expect(without.map(({ name }) => name)).toEqual([])
  })

  it('has an example that imports it by a public name', () => {
    const places = Map.groupBy(surfaces, ({ name }) => name.split(' ')[1])
    const strangers = [...examples].filter(([name, text]) => {
      const own = name.split(' ')[1]
      // What two surfaces publish has one example, which imports it from either.
      const from = (places.get(own) ?? []).map((place) => place.name.split(' ')[0]).join('|')
      return !new RegExp(`import (?:type )?\\{[^}]*\\b${own}\\b[^}]*\\} from '(?:${from})'`).test(
        text,
      )
    })
    expect(strangers.map(([name]) => name)).toEqual([])
  })
})

describe('an example', () => {
  it('compiles under the flags of this repository', () => {
    const faults = [...faultsOfExamples(examples)].filter(([, said]) => said.length > 0)
    expect(faults).toEqual([])
  })

  it('is refused when it does not', () => {
    const wrong = "import { addDays } from '@parley/sdk/protocol'\naddDays('2026-01-01', '1')\n"
    const unknown = "import { addYears } from '@parley/sdk/protocol'\naddYears\n"
    const faults = faultsOfExamples(
      new Map([
        ['a wrong one', wrong],
        ['an unknown name', unknown],
      ]),
    )
    expect([...faults.values()].map((said) => said.length)).toEqual([1, 1])
  })

  it.each(runnable)('%s gives the values that it states', async (_name, module) => {
    const outcomes = await run(module)
    expect(outcomes.length).toBeGreaterThan(0)
    for (const { given, stated } of outcomes) expect(given).toEqual(stated)
  })

  it('is noticed when it states another value', async () => {
    const text =
      "import { addDays } from '@parley/sdk/protocol'\naddDays('2026-01-31', 1) // => '2026-01-32'\n"
    expect(await run(runnableFrom(text) ?? '')).toEqual([
      { given: '2026-02-01', stated: '2026-01-32' },
    ])
  })
})
