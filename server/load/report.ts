// The result of a run as text.
import type { MemoryGrowth } from './memory-watch.ts'
import type { Outcome } from './neighbours/neighbour.ts'
import type { PartResult } from './play-part.ts'
import type { Finding } from './verdict.ts'

/** Latencies and errors of each part, a line a kind of work. */
export function latencyTable(parts: readonly PartResult[]): string {
  const head = ['part', 'work', 'count', 'p50 ms', 'p95 ms', 'p99 ms', 'max ms', 'errors']
  const rows = parts.flatMap(({ name, kinds }) =>
    Object.entries(kinds).map(([kind, it], i) => [
      i === 0 ? name : '',
      kind,
      String(it.count),
      ...[it.p50, it.p95, it.p99, it.max].map(ms),
      counted(it.errors) || '-',
    ]),
  )
  return table([head, ...rows])
}

/** What each part took of the machine, and as a ratio to the ceiling. */
export function costTable(parts: readonly PartResult[], ceiling: PartResult): string {
  const head = [
    'part',
    'asked/s',
    'done/s',
    'CPU ms each',
    'of the ceiling',
    'generator late p99 ms',
  ]
  const rows = parts.map((part) => [
    part.name,
    part.rate.toFixed(1),
    part.perSecond.toFixed(1),
    part.cpuMs.toFixed(2),
    `${(part.cpuMs / ceiling.cpuMs).toFixed(1)} ×`,
    ms(part.generatorP99),
  ])
  return table([head, ...rows])
}

/** Memory of each server in each part. */
export function memoryTable(parts: readonly PartResult[]): string {
  const head = ['part', 'server', 'RSS MB', 'most', 'MB/min', 'heap MB', 'MB/min', 'loop p99 ms']
  const row = (part: string, it: MemoryGrowth) => [
    ...[part, it.name, it.rssMb.toFixed(0), it.rssMostMb.toFixed(0), it.rssSlope.toFixed(2)],
    ...[it.heapMb.toFixed(1), it.heapSlope.toFixed(2), it.loopDelayMs.toFixed(0)],
  ]
  return table([
    head,
    ...parts.flatMap(({ name, memory }) => memory.map((it, i) => row(i === 0 ? name : '', it))),
  ])
}

/** What the hostile neighbours got for it. */
export function neighbourTable(outcomes: readonly Outcome[]): string {
  return table([
    ['neighbour', 'got'],
    ...outcomes.map(({ name, counts }) => [name, counted(counts)]),
  ])
}

/** The invariants, what was measured, and whether it held. */
export function verdictTable(findings: readonly Finding[]): string {
  const rows = findings.map(({ held, invariant, measured }) => [
    held ? 'held' : 'BROKEN',
    invariant,
    measured,
  ])
  return table([['', 'invariant', 'measured'], ...rows])
}

const ms = (value: number) => (value < 10 ? value.toFixed(1) : value.toFixed(0))

const counted = (counts: Readonly<Record<string, number>>) =>
  Object.entries(counts)
    .map(([name, count]) => `${name}: ${count}`)
    .join(', ')

function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0)))
  return rows
    .map(
      (row) =>
        `${row
          .map((cell, i) => cell.padEnd(widths[i] ?? 0))
          .join('  ')
          .trimEnd()}\n`,
    )
    .join('')
}
