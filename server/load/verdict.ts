// Which invariants a run kept. Pure.
import type { Lost } from './journal.ts'
import type { MemoryGrowth } from './memory-watch.ts'
import type { Outcome } from './neighbours/neighbour.ts'
import type { KindResult } from './tally.ts'

const LONGEST_GROWTH_MB = 1
/** Shorter parts say nothing about a slope. */
const SLOPE_FROM_SECONDS = 150

export interface PartFacts {
  name: string
  seconds: number
  kinds: Readonly<Record<string, KindResult>>
  p99: number
  memory: readonly MemoryGrowth[]
}

export interface Handles {
  sockets: number
  others: number
  timers: number
}

export interface RunFacts {
  /** Of the soak, the one beside the neighbours among them. */
  parts: readonly PartFacts[]
  alone: string
  besideNeighbours: string
  /** p99 up to this is no harm, and neither is one up to twice that of the same work alone. */
  harmMs: number
  neighbours: readonly Outcome[]
  lost: Lost
  /** Invoices of the flood that were acknowledged, and how many there are. */
  flood: { acknowledged: number; stored: number }
  webhooks: { missing: number; forged: number }
  handles: readonly { name: string; before: Handles; after: Handles }[]
  /** How each server ended when it was asked to. */
  ends: readonly (number | NodeJS.Signals)[]
  loggedErrors: number
}

export interface Finding {
  invariant: string
  held: boolean
  measured: string
}

export function judge(facts: RunFacts): Finding[] {
  const { parts, neighbours, lost, flood, webhooks } = facts
  const errors = merged(parts.flatMap(({ kinds }) => Object.values(kinds).map((it) => it.errors)))
  const ofNeighbours = merged(neighbours.map(({ counts }) => counts))
  const fiveHundreds = [...errors, ...ofNeighbours].filter(([name]) => name.startsWith('5'))
  const missing = lost.issued + lost.agreed + lost.paid
  const unstored = Math.max(0, flood.acknowledged - flood.stored)
  return [
    finding('no answer is a 5xx', fiveHundreds.length === 0, told(fiveHundreds)),
    finding('no well-behaved work fails', errors.size === 0, told([...errors])),
    finding(
      'every acknowledged write is there',
      missing + unstored === 0,
      `missing: ${lost.issued} issued, ${lost.agreed} agreed, ${lost.paid} paid, ${unstored} of the flood`,
    ),
    finding(
      'every webhook of it came, genuine',
      webhooks.missing + webhooks.forged === 0,
      `${webhooks.missing} missing, ${webhooks.forged} with a wrong signature`,
    ),
    ofHarm(facts),
    ...parts
      .filter(({ seconds }) => seconds >= SLOPE_FROM_SECONDS)
      .flatMap(({ name, memory }) => memory.map((growth) => ofGrowth(name, growth))),
    ...facts.handles.map(ofHandles),
    finding(
      'both servers end when asked',
      facts.ends.every((end) => end === 0),
      facts.ends.join(', '),
    ),
    finding(
      'nothing unexpected is logged',
      facts.loggedErrors === 0,
      `${facts.loggedErrors} lines`,
    ),
  ]
}

const HARMFUL_RATIO = 2

function ofHarm({ parts, alone, besideNeighbours, harmMs }: RunFacts): Finding {
  const kindsOf = (part: string) => parts.find(({ name }) => name === part)?.kinds ?? {}
  const [before, beside] = [kindsOf(alone), Object.entries(kindsOf(besideNeighbours))]
  const mostOf = (kind: string) => Math.max(harmMs, HARMFUL_RATIO * (before[kind]?.p99 ?? 0))
  return finding(
    `neighbours harm nobody: p99 up to ${harmMs} ms, or twice that alone`,
    beside.length > 0 && beside.every(([kind, { p99 }]) => p99 <= mostOf(kind)),
    beside
      .map(([kind, { p99 }]) => `${kind} ${before[kind]?.p99.toFixed(0)} → ${p99.toFixed(0)}`)
      .join(', '),
  )
}

function ofGrowth(part: string, { name, heapSlope, rssSlope }: MemoryGrowth): Finding {
  return finding(
    `memory of ${name} stands still, ${part}`,
    heapSlope <= LONGEST_GROWTH_MB,
    `heap ${heapSlope.toFixed(2)} MB/min, resident ${rssSlope.toFixed(2)} MB/min`,
  )
}

/** Timers come and go with the loops that look for work; what leaks, leaks with every request. */
const LOOSE: Readonly<Record<keyof Handles, number>> = { sockets: 0, others: 0, timers: 10 }

function ofHandles({ name, before, after }: RunFacts['handles'][number]): Finding {
  const names = ['sockets', 'others', 'timers'] as const
  return finding(
    `${name} lets go of everything`,
    names.every((kind) => after[kind] <= before[kind] + LOOSE[kind]),
    names.map((kind) => `${kind} ${before[kind]} → ${after[kind]}`).join(', '),
  )
}

function finding(invariant: string, held: boolean, measured: string): Finding {
  return { invariant, held, measured }
}

function merged(all: readonly Readonly<Record<string, number>>[]): Map<string, number> {
  const sums = new Map<string, number>()
  for (const counts of all) {
    for (const [name, count] of Object.entries(counts)) {
      sums.set(name, (sums.get(name) ?? 0) + count)
    }
  }
  return sums
}

function told(counts: readonly (readonly [string, number])[]): string {
  return counts.length === 0 ? 'none' : counts.map(([name, n]) => `${n} × ${name}`).join(', ')
}
