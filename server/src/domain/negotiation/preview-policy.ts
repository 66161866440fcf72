// What a policy would offer for an amount, told to the creditor: the very menus that an agent would be
// sent, with a sentence for each row and for what is in none.
import {
  type Amount,
  type Envelope,
  type EnvelopeBounds,
  envelopeWindows,
  formatAmount,
  type MenuRow,
  type Money,
  type PlanLine,
  planOf,
  planTotal,
  schedule,
} from '@parley/sdk/protocol'
import { buildOffer, type MenuFacts } from './build-menu.ts'
import { explainMissing } from './explain-missing.ts'
import { explainMenu } from './explain-negotiation.ts'
import { explainRow } from './explain-row.ts'
import { policyBounds } from './policy.ts'

export interface PreviewedRow extends MenuRow {
  why: string
  /** The plan of the first day. */
  example: { total: Amount; lines: PlanLine[] }
}

export interface PreviewedMenu {
  /** Counts from 1. */
  menu: number
  of: number
  leastShareBps: number
  final: boolean
  summary: string
  rows: PreviewedRow[]
}

export interface PolicyPreview {
  menus: PreviewedMenu[]
  notOffered: string[]
  /** As it would stand in the menus; null when the policy does not publish it. */
  envelope: Envelope | null
}

/** Tells what a policy that `checkPolicy` passed would offer. */
export function previewPolicy(facts: MenuFacts): PolicyPreview {
  const { terms } = facts.policy
  const { envelope, tiers } = buildOffer(facts)
  const bounds = policyBounds(terms, facts)
  const principal = { minor: facts.outstanding, currency: facts.currency }
  const rows = tiers.at(-1) ?? []
  const context = { bounds, principal, last: byId(rows), windows: byId(envelopeWindows(bounds)) }
  return {
    menus: tiers.map((tier, index) => {
      const place = { tier: index, of: tiers.length, share: envelope.tiers[index] ?? 0 }
      return {
        menu: index + 1,
        of: tiers.length,
        leastShareBps: place.share,
        final: index === tiers.length - 1,
        summary: `${capitalised(explainMenu(place))}.`,
        rows: tier.map((row) => previewRow(row, place.share, context)),
      }
    }),
    notOffered: [...explainMissing({ bounds, principal, rows }), ...payDayNote(facts)],
    envelope: terms.publishEnvelope ? envelope : null,
  }
}

interface PreviewContext {
  bounds: EnvelopeBounds
  principal: Money
  last: ReadonlyMap<string, MenuRow>
  windows: ReadonlyMap<string, MenuRow>
}

function previewRow(row: MenuRow, share: number, context: PreviewContext): PreviewedRow {
  const { bounds, principal, last, windows } = context
  const plan = planOf(row, row.firstDueFrom)
  const widest = last.get(row.rowId) ?? row
  const window = windows.get(row.rowId) ?? row
  return {
    ...row,
    why: explainRow(row, { bounds, share, widest, window }),
    example: {
      total: formatAmount(planTotal(principal, plan)),
      lines: schedule(principal, plan),
    },
  }
}

function payDayNote({ policy: { terms }, payDay }: MenuFacts): string[] {
  const mayFollow = terms.payDayPlans && terms.maxInstalments > 1 && terms.intervals.includes('P1M')
  return mayFollow && payDay === undefined
    ? [
        'Instalments on a pay day are offered to customers who told theirs: name a payDay to see them.',
      ]
    : []
}

function byId(rows: readonly MenuRow[]): Map<string, MenuRow> {
  return new Map(rows.map((row) => [row.rowId, row]))
}

function capitalised(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`
}
