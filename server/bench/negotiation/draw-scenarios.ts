// The utility plane of three typical scenarios: every possible deal, the frontier, the creditor's
// menus, the Nash point, and where the ways of settling end.
import type { MatchResult } from '../../src/cli/negotiate/run-scenario.ts'
import type { Scenario } from '../../src/cli/negotiate/scenario.ts'
import { OPEN_TIERS } from '../../src/domain/negotiation/policy.ts'
import { ENGINE_NAMES } from './engine-matches.ts'
import { epochDay, INTERVALS } from './outcome-space.ts'
import { COLOURS, legend, line, type Mark, mark, type Plot, picture, plot, text } from './svg.ts'
import type { Deal, Truth } from './truth.ts'

export interface SettledScenario {
  scenario: Scenario
  truth: Truth
  /** By the name of the way of settling. */
  results: ReadonlyMap<string, MatchResult | undefined>
}

const SHOWN: readonly { name: string; label: string; mark: Mark; colour: string }[] = [
  { name: 'one menu, the debtor picks', label: 'one menu', mark: 'triangle', colour: COLOURS.menu },
  {
    name: 'alternating offers, envelope known',
    label: 'alternating offers',
    mark: 'square',
    colour: COLOURS.classical,
  },
  { name: ENGINE_NAMES.fair, label: 'Parley', mark: 'circle', colour: COLOURS.ours },
]

const PANEL = { width: 330, height: 320, gap: 110, left: 66, top: 74 }
const TICKS = [0, 0.2, 0.4, 0.6, 0.8, 1]

/** Draws three panels side by side. */
export function drawScenarios(settled: readonly SettledScenario[]): string {
  const picked = typical(settled)
  const width = PANEL.left + picked.length * (PANEL.width + PANEL.gap)
  const title = { x: PANEL.left, y: 26 }
  const entries = [
    ...SHOWN.map(({ mark: kind, colour, label }) => ({ mark: kind, colour, label })),
    { mark: 'star' as const, colour: COLOURS.nash, label: 'Nash point' },
    { mark: 'line' as const, colour: COLOURS.frontier, label: 'frontier' },
    { mark: 'dashes' as const, colour: COLOURS.muted, label: 'least of a menu' },
    { mark: 'circle' as const, colour: COLOURS.cloud, label: 'possible deal' },
  ]
  return picture(width, PANEL.top + PANEL.height + 90, [
    text(title, 'What could be agreed, and what was: three typical scenarios', {
      size: 15,
      bold: true,
    }),
    ...picked.map(panel),
    legend({ x: PANEL.left, y: PANEL.top + PANEL.height + 70 }, entries),
  ])
}

/** With as broad a frontier as most, in which some menu after the first decided. */
function typical(settled: readonly SettledScenario[]): SettledScenario[] {
  const later = settled
    .filter(({ truth, results }) => {
      const messages = results.get(ENGINE_NAMES.fair)?.messages ?? 0
      return truth.frontier.length >= 8 && messages >= 4
    })
    .toSorted((a, b) => a.truth.frontier.length - b.truth.frontier.length)
  const at = [0.2, 0.5, 0.8].map((share) => later[Math.floor(share * later.length)])
  return [...new Set(at)].filter((one) => one !== undefined)
}

function panel({ scenario, truth, results }: SettledScenario, index: number): string {
  const box = { x: PANEL.left + index * (PANEL.width + PANEL.gap), y: PANEL.top, ...PANEL }
  const x = { label: "share of the debtor's range", from: 0, to: 1, ticks: TICKS }
  const area = plot(box, { x, y: { ...x, label: "share of the creditor's range" } })
  const amount = (scenario.request.principalCents / 100).toFixed(2)
  const caption = `${amount} ${scenario.request.currency}, ${truth.deals.length} possible deals`
  const path = truth.frontier.map(({ uDebtor, uCreditor }) => area.place(uDebtor, uCreditor))
  return [
    text({ x: box.x, y: box.y - 14 }, caption, { fill: COLOURS.muted }),
    ...area.parts,
    ...menuLines(area),
    ...cloud(truth.deals, area),
    line(path, { stroke: COLOURS.frontier, width: 2 }),
    ...SHOWN.flatMap((shown) => agreement({ scenario, truth, results }, shown, area)),
    nashPoint(truth, area),
  ].join('\n')
}

function menuLines({ place }: Plot): string[] {
  return OPEN_TIERS.filter((tier) => tier > 0).flatMap((tier, index) => {
    const share = tier / 10_000
    const end = place(1, share)
    const label = { x: end.x + 5, y: end.y + 4 }
    return [
      line([place(0, share), end], { stroke: COLOURS.muted, width: 1, dash: '4 3' }),
      text(label, `menu ${index + 1}`, { size: 11, fill: COLOURS.muted }),
    ]
  })
}

const MOST_DOTS = 1_500

function cloud(deals: readonly Deal[], { place }: Plot): string[] {
  const every = Math.ceil(deals.length / MOST_DOTS)
  return deals
    .filter((_, index) => index % every === 0)
    .map(({ uDebtor, uCreditor }) =>
      mark(place(uDebtor, uCreditor), 'circle', { fill: COLOURS.cloud, size: 1.8 }),
    )
}

function agreement(
  { scenario, truth, results }: SettledScenario,
  { name, mark: kind, colour }: (typeof SHOWN)[number],
  { place }: Plot,
): string[] {
  const agreed = results.get(name)?.agreement
  if (agreed === undefined || agreed === null) return []
  const firstIn = epochDay(agreed.firstDueDate) - epochDay(scenario.today)
  const deal = truth.deals.find(
    ({ outcome }) =>
      outcome.firstIn === firstIn &&
      outcome.instalments === agreed.installments &&
      (INTERVALS[outcome.interval] ?? null) === agreed.interval &&
      outcome.priceBps === agreed.priceBps,
  )
  if (deal === undefined) return []
  // A frame, so that another mark on the same plan still shows.
  const style =
    kind === 'square'
      ? { fill: 'none', stroke: colour, width: 2.2, size: 8 }
      : { fill: colour, stroke: '#ffffff', width: 1.2, size: 6.5 }
  return [mark(place(deal.uDebtor, deal.uCreditor), kind, style)]
}

/** On top and small, so that an agreement on it still shows. */
function nashPoint({ nash }: Truth, { place }: Plot): string {
  if (nash === null) return ''
  const style = { fill: COLOURS.nash, stroke: '#ffffff', width: 0.6, size: 4 }
  return mark(place(nash.uDebtor, nash.uCreditor), 'star', style)
}
