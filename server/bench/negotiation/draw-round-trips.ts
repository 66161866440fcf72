// How many round trips agreements take: a histogram, one bar for each way of settling.
import type { Score } from './score.ts'
import { COLOURS, legend, picture, plot, rectangle, text } from './svg.ts'

const BOX = { x: 70, y: 56, width: 640, height: 280 }
const FILLS = [COLOURS.ours, COLOURS.classical, COLOURS.menu]
/** Of the room of a count, how much its bars fill. */
const FILLED = 0.7

/** Draws the shares of agreements by their number of round trips. */
export function drawRoundTrips(sets: readonly { name: string; score: Score }[]): string {
  const most = Math.max(1, ...sets.map(({ score }) => score.roundTrips.most))
  const shares = sets.map(({ score: { roundTrips } }) =>
    Array.from({ length: most }, (_, index) => {
      const same = roundTrips.counts.filter((count) => count === index + 1).length
      return (100 * same) / Math.max(1, roundTrips.counts.length)
    }),
  )
  const top = Math.max(10, Math.ceil((Math.max(...shares.flat()) + 4) / 10) * 10)
  const area = plot(BOX, {
    x: { label: 'round trips', from: 0.5, to: most + 0.5, ticks: counts(1, most) },
    y: {
      label: 'share of agreements, in %',
      from: 0,
      to: top,
      ticks: counts(0, top / 10).map((ten) => ten * 10),
    },
  })
  const bars = shares.flatMap((own, set) =>
    own.map((share, index) => {
      const width = FILLED / sets.length
      const left = area.place(index + 1 - FILLED / 2 + set * width, share)
      const right = area.place(index + 1 - FILLED / 2 + (set + 1) * width, 0)
      if (share === 0) return ''
      const size = { width: right.x - left.x - 1, height: right.y - left.y }
      const label = { x: (left.x + right.x) / 2, y: left.y - 4 }
      const bar = rectangle(left, size, { fill: FILLS[set] ?? COLOURS.muted })
      return `${bar}\n${text(label, share.toFixed(0), { anchor: 'middle', size: 10 })}`
    }),
  )
  const entries = sets.map(({ name }, index) => ({
    ...{ mark: 'square' as const, colour: FILLS[index] ?? COLOURS.muted },
    label: name,
  }))
  return picture(BOX.x + BOX.width + 30, BOX.y + BOX.height + 84, [
    text({ x: BOX.x, y: 28 }, 'Round trips to an agreement', { size: 15, bold: true }),
    ...area.parts,
    ...bars,
    legend({ x: BOX.x, y: BOX.y + BOX.height + 66 }, entries),
  ])
}

function counts(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, index) => from + index)
}
