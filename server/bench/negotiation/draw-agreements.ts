// Where the agreements of a whole set lie, each as shares of its own scenario's Nash point.

import { percent } from './goals.ts'
import type { Score } from './score.ts'
import { COLOURS, line, mark, type Plot, picture, plot, text } from './svg.ts'

const PANEL = { width: 330, height: 330, gap: 80, left: 66, top: 84 }
const MOST = 2
const TICKS = [0, 0.5, 1, 1.5, 2]

/** One panel for each way of settling. */
export function drawAgreements(sets: readonly { name: string; score: Score }[]): string {
  const width = PANEL.left + sets.length * (PANEL.width + PANEL.gap) - PANEL.gap + 30
  const title =
    'All agreements; (1, 1) is the Nash point of each scenario, the line has its product'
  return picture(width, PANEL.top + PANEL.height + 56, [
    text({ x: PANEL.left, y: 26 }, title, { size: 15, bold: true }),
    ...sets.map(panel),
  ])
}

function panel({ name, score }: { name: string; score: Score }, index: number): string {
  const box = { x: PANEL.left + index * (PANEL.width + PANEL.gap), y: PANEL.top, ...PANEL }
  const axis = { from: 0, to: MOST, ticks: TICKS }
  const area = plot(box, {
    x: { ...axis, label: 'debtor ÷ Nash point' },
    y: { ...axis, label: 'creditor ÷ Nash point' },
  })
  const outside = score.points.filter(({ debtor, creditor }) => Math.max(debtor, creditor) > MOST)
  const beyond = outside.length === 0 ? '' : `, ${outside.length} outside`
  const caption = `${score.points.length} agreements${beyond}, mean Nash ratio ${percent(score.nash)}`
  return [
    text({ x: box.x, y: box.y - 30 }, name, { bold: true }),
    text({ x: box.x, y: box.y - 13 }, caption, { fill: COLOURS.muted }),
    ...area.parts,
    hyperbola(area),
    ...score.points
      .filter((point) => !outside.includes(point))
      .map(({ debtor, creditor }) =>
        mark(area.place(debtor, creditor), 'circle', {
          fill: COLOURS.ours,
          opacity: 0.35,
          size: 3.2,
        }),
      ),
    mark(area.place(1, 1), 'star', { fill: COLOURS.nash, stroke: '#ffffff', width: 0.6, size: 5 }),
  ].join('\n')
}

function hyperbola({ place }: Plot): string {
  const points = Array.from({ length: 61 }, (_, step) => {
    const debtor = 2 ** (step / 30 - 1)
    return place(debtor, 1 / debtor)
  })
  return line(points, { stroke: COLOURS.frontier, width: 1.5, dash: '5 4' })
}
