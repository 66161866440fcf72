import { describe, expect, it } from 'vitest'
import { judge, type PartFacts, type RunFacts } from '../../load/verdict.ts'

const growth = (heapSlope: number) => ({
  ...{ name: 'server 1', rssMb: 200, rssMostMb: 210, rssSlope: 0.5 },
  ...{ heapMb: 60, heapSlope, loopDelayMs: 20 },
})

const kind = { count: 100, p50: 5, p95: 9, p99: 20, max: 30, errors: {} }

function part(name: string, more: Partial<PartFacts> = {}): PartFacts {
  const kinds = { issue: kind, webhook: kind }
  return { name, seconds: 300, kinds, p99: 20, memory: [growth(0.2)], ...more }
}

const handles = { sockets: 12, others: 20, timers: 9 }

const GOOD: RunFacts = {
  parts: [part('alone'), part('beside')],
  ...{ alone: 'alone', besideNeighbours: 'beside' },
  harmMs: 1_000,
  neighbours: [{ name: 'flood', counts: { '201': 50, '429': 7 } }],
  lost: { issued: 0, agreed: 0, paid: 0 },
  flood: { acknowledged: 50, stored: 51 },
  webhooks: { missing: 0, forged: 0 },
  handles: [{ name: 'server 1', before: handles, after: handles }],
  ends: [0, 0],
  loggedErrors: 0,
}

const broken = (more: Partial<RunFacts>) =>
  judge({ ...GOOD, ...more })
    .filter(({ held }) => !held)
    .map(({ invariant }) => invariant)

describe('the verdict', () => {
  it('finds nothing in a good run', () => {
    expect(broken({})).toEqual([])
  })

  const failing = { issue: { ...kind, errors: { '503 not-ready': 2 } } }
  const slow = { issue: kind, webhook: { ...kind, p99: 1_001 } }
  it.each<[string, Partial<RunFacts>, string[]]>([
    [
      'an error of the server',
      { parts: [part('alone', { kinds: failing }), part('beside')] },
      ['no answer is a 5xx', 'no well-behaved work fails'],
    ],
    [
      'an error of the server that only a neighbour saw',
      { neighbours: [{ name: 'bombs', counts: { '500': 1 } }] },
      ['no answer is a 5xx'],
    ],
    [
      'a lost write',
      { lost: { issued: 0, agreed: 1, paid: 0 } },
      ['every acknowledged write is there'],
    ],
    [
      'a lost write of the flood',
      { flood: { acknowledged: 50, stored: 49 } },
      ['every acknowledged write is there'],
    ],
    [
      'a webhook that never came',
      { webhooks: { missing: 1, forged: 0 } },
      ['every webhook of it came, genuine'],
    ],
    [
      'harm to the others, also by webhooks alone',
      { parts: [part('alone'), part('beside', { kinds: slow })] },
      ['neighbours harm nobody: p99 up to 1000 ms, or twice that alone'],
    ],
    [
      'a leak of memory',
      { parts: [part('alone', { memory: [growth(1.1)] }), part('beside')] },
      ['memory of server 1 stands still, alone'],
    ],
    [
      'a socket that stays',
      { handles: [{ name: 'server 1', before: handles, after: { ...handles, sockets: 13 } }] },
      ['server 1 lets go of everything'],
    ],
    [
      'timers that stay',
      { handles: [{ name: 'server 1', before: handles, after: { ...handles, timers: 20 } }] },
      ['server 1 lets go of everything'],
    ],
    ['a server that had to be killed', { ends: [0, 'SIGKILL'] }, ['both servers end when asked']],
    ['something unexpected in the logs', { loggedErrors: 1 }, ['nothing unexpected is logged']],
  ])('finds %s', (_name, more, invariants) => {
    expect(broken(more)).toEqual(invariants)
  })

  it('forgives a slow machine, where the work was as slow alone', () => {
    const kinds = (p99: number) => ({ issue: { ...kind, p99 } })
    const parts = (beside: number) => [
      part('alone', { kinds: kinds(1_500) }),
      part('beside', { kinds: kinds(beside) }),
    ]
    expect(broken({ parts: parts(3_000) })).toEqual([])
    expect(broken({ parts: parts(3_001) })).toHaveLength(1)
  })

  it('says nothing about slopes of short parts', () => {
    const short = part('alone', { seconds: 20, memory: [growth(30)] })
    expect(broken({ parts: [short, part('beside')] })).toEqual([])
  })
})
