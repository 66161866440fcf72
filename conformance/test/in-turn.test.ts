// Several at a time, told in order.
import { describe, expect, it } from 'vitest'
import { inTurn } from '../src/run/in-turn.ts'

const settle = () => new Promise((resolve) => setImmediate(resolve))

describe('what works side by side', () => {
  it('is told in the order of the list, the first one at once', async () => {
    const said: string[] = []
    const gates = { a: Promise.withResolvers<void>(), b: Promise.withResolvers<void>() }
    const ended = inTurn(['a', 'b'] as const, {
      print: (text) => said.push(text),
      work: async (name, print) => {
        print(`${name} begins`)
        await gates[name].promise
        print(`${name} ends`)
        return name
      },
    })
    expect(said).toEqual(['a begins'])
    gates.b.resolve()
    await settle()
    expect(said).toEqual(['a begins'])
    gates.a.resolve()
    expect(await ended).toEqual(['a', 'b'])
    expect(said).toEqual(['a begins', 'a ends', 'b begins', 'b ends'])
  })

  it('lets a later one speak at once when those before it have ended', async () => {
    const said: string[] = []
    const gate = Promise.withResolvers<void>()
    const ended = inTurn(['a', 'b', 'c'], {
      print: (text) => said.push(text),
      work: async (name, print) => {
        if (name === 'c') await gate.promise
        print(name)
      },
    })
    await settle()
    expect(said).toEqual(['a', 'b'])
    gate.resolve()
    await ended
    expect(said).toEqual(['a', 'b', 'c'])
  })

  it('ends all of them before it throws what the first one threw', async () => {
    const said: string[] = []
    const gate = Promise.withResolvers<void>()
    const ended = inTurn(['a', 'b', 'c'], {
      print: (text) => said.push(text),
      work: async (name, print) => {
        if (name === 'c') await gate.promise
        print(name)
        if (name !== 'c') throw new Error(name)
      },
    })
    await settle()
    gate.resolve()
    await expect(ended).rejects.toThrow('a')
    expect(said).toEqual(['a', 'b', 'c'])
  })

  it('has no more of them at work than it may', async () => {
    let [atWork, most] = [0, 0]
    const work = async (value: number) => {
      atWork += 1
      most = Math.max(most, atWork)
      await settle()
      atWork -= 1
      return value
    }
    expect(await inTurn([1, 2, 3, 4, 5], { print: () => undefined, atOnce: 2, work })).toEqual([
      ...[1, 2, 3, 4, 5],
    ])
    expect(most).toBe(2)
  })
})
