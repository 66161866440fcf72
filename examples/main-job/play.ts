// Lets the time of a cast pass: invoices are issued on their day, bots and people do the rest.

import type { ChildProcesses } from '../support/child-processes.ts'
import type { Cast } from './cast.ts'
import { importWithCommand, issueInvoices, type RefusedInvoice } from './import-invoices.ts'
import type { Invoice } from './invoices.ts'
import { moveIn } from './move-in.ts'
import { createPeople, type People } from './people.ts'
import { createProgress } from './progress.ts'
import { createSimulation, instantOn, type Simulation } from './simulation.ts'
import type { World } from './world.ts'

/** What is left when the time has passed. */
export interface Played {
  readonly refused: readonly RefusedInvoice[]
  /** Debtor id of each customer. */
  readonly debtorIds: ReadonlyMap<string, string>
  readonly emails: number
}

const INVOICES_GO_OUT = '07:00'
const PEOPLE_LOOK_AT_PHONES = '08:00'

/** Plays a cast to its end. */
export async function play(
  world: World,
  cast: Cast,
  { children, out }: { readonly children: ChildProcesses; readonly out: NodeJS.WriteStream },
): Promise<Played> {
  const debtorIds = await moveIn(world, cast.customers, cast.firstDay)
  const progress = createProgress(out, cast.firstDay)
  const { counters } = progress
  const refused: RefusedInvoice[] = []
  const simulation: Simulation = createSimulation(world, children, {
    onPlan(plan) {
      counters.agreed += 1
      people.onPlan(plan)
    },
    onMail(mail) {
      counters.mails += 1
      people.onMail(mail)
    },
    onInstant: () => progress.show(simulation.today()),
  })
  const people: People = createPeople({
    world,
    simulation,
    customers: cast.customers,
    onStatement: (matched) => {
      counters.received += matched
    },
  })

  async function issue(invoices: readonly Invoice[]): Promise<void> {
    const isFirst = counters.issued === 0
    if (isFirst && cast.expectationOf !== undefined) {
      out.write(`parley import: ${await importWithCommand(world, invoices, simulation.today())}\n`)
    } else {
      refused.push(...(await issueInvoices(world.creditor, invoices, debtorIds)))
    }
    counters.issued += invoices.length
  }

  planInvoices(simulation, cast, issue)
  await simulation.runUntil(instantOn(cast.lastDay, INVOICES_GO_OUT))
  // Whoever has an app opens it once more: the last receipts are in there.
  await simulation.pull(appUsers(cast))
  await simulation.runUntil(simulation.now())
  progress.end()
  return { refused, debtorIds, emails: counters.mails }
}

function planInvoices(
  simulation: Simulation,
  cast: Cast,
  issue: (invoices: readonly Invoice[]) => Promise<void>,
): void {
  const { agenda } = simulation
  const byDay = Map.groupBy(cast.invoices, ({ issueDate }) => issueDate)
  for (const [day, invoices] of [...byDay].toSorted(([left], [right]) => (left < right ? -1 : 1))) {
    agenda.add(instantOn(day, INVOICES_GO_OUT), async () => {
      await issue(invoices)
      return 'everybody'
    })
    const concerned = new Set(invoices.map(({ customerId }) => customerId))
    const customerIds = appUsers(cast).filter((id) => concerned.has(id))
    if (customerIds.length === 0) continue
    agenda.add(instantOn(day, PEOPLE_LOOK_AT_PHONES), async () => {
      await simulation.pull(customerIds)
      return 'everybody'
    })
  }
}

/** Customers whose bot lives in a phone that is switched on. */
function appUsers({ customers }: Cast): string[] {
  return customers
    .filter(({ bot }) => bot?.reach === 'pull' && bot.isSilent !== true)
    .map(({ id }) => id)
}
