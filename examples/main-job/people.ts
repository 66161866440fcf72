// The people behind the customers: they read e-mails, open pages, and pay by hand. And the rhythm of
// the bank: it pays what is due, and ends each day with a statement for the creditor.
import { readFileSync } from 'node:fs'
import { addDays, addMonthsAnchored, type Day, formatAmount } from '@parley/sdk/protocol'
import type { Reach } from './agenda.ts'
import type { AgreedPlan, ReceivedMail, TransferOrder } from './control-messages.ts'
import type { Customer, MailHabit } from './customers.ts'
import { openPage, readForm, readTransfer, submitForm } from './portal-page.ts'
import { instantOn, nextAt, type Simulation } from './simulation.ts'
import type { World } from './world.ts'

/** What people react to. */
export interface People {
  onPlan(plan: AgreedPlan): void
  onMail(mail: ReceivedMail): void
}

/** What people need. */
export interface PeopleOptions {
  readonly world: World
  readonly simulation: Simulation
  readonly customers: readonly Customer[]
  /** Called after every statement that was uploaded. */
  readonly onStatement: (matched: number) => void
}

const BANK_OPENS = '10:00'
const NOON = '12:00'
const DAY_ENDS = '18:00'
const EVENING = '19:00'
const MOMENT_SECONDS = 600
/** Who is short of money tries again after payday has come round. */
const TRY_AGAIN_DAYS = 7

/** Lets the customers live. */
export function createPeople({ world, simulation, customers, onStatement }: PeopleOptions): People {
  const byId = new Map(customers.map((customer) => [customer.id, customer]))
  const byEmail = new Map(customers.map((customer) => [customer.email, customer]))
  const actsByPage = new Map<string, number>()
  const soonest = (instant: number) => Math.max(instant, simulation.now() + MOMENT_SECONDS)

  function later(at: number, run: () => Promise<Reach>, name?: string): void {
    simulation.agenda.add(at, run, name)
  }

  async function payDue(): Promise<Reach> {
    const { settled, waiting } = await world.bank('pay-due', {})
    if (settled > 0) planStatement()
    if (waiting.length > 0) later(nextAt(simulation.now(), BANK_OPENS), payDue, 'bank')
    return settled + waiting.length > 0 ? 'everybody' : 'ledger'
  }

  async function transfer(order: TransferOrder): Promise<Reach> {
    const { refusal } = await world.bank('transfer', order)
    if (refusal === null) {
      planStatement()
    } else {
      const day = addDays(simulation.today(), TRY_AGAIN_DAYS)
      later(instantOn(day, NOON), () => transfer(order))
    }
    return 'ledger'
  }

  function planStatement(): void {
    later(nextAt(simulation.now(), DAY_ENDS), uploadStatement, 'statement')
  }

  async function uploadStatement(): Promise<Reach> {
    const { file } = await world.bank('write-statement', { iban: world.account.iban })
    if (file === null) return 'ledger'
    const { matched } = await world.creditor.uploadStatement(readFileSync(file, 'utf8'))
    onStatement(matched)
    return 'everybody'
  }

  /** Pays what the page asks for, or a part of it. */
  async function payOnPage(customer: Customer, url: string, divisor: bigint): Promise<Reach> {
    const details = readTransfer(await openPage(url))
    if (details === undefined) return 'everybody'
    const { payee, iban, reference, minor } = details
    const { currency } = customer.household
    await transfer({
      customerId: customer.id,
      creditor: { name: payee, iban },
      amount: formatAmount({ minor: minor / divisor, currency }),
      reference,
    })
    return 'everybody'
  }

  /** Chooses instalments on the page and notes the days in the calendar. */
  async function choosePlan(customer: Customer, url: string, rowId: string): Promise<Reach> {
    const choices = readForm(await openPage(url))
    const radio = choices?.radios.find(({ value }) => value === rowId)
    if (choices === undefined || radio === undefined) return payOnPage(customer, url, 1n)
    const firstDay = addDays(simulation.today(), 2)
    const changes = { [radio.name]: rowId, [`first-day.${rowId}`]: firstDay }
    const confirmation = readForm(await submitForm(url, choices, changes))
    if (confirmation === undefined) throw new Error(`${url} asks for no confirmation`)
    await submitForm(url, confirmation)
    for (const day of daysOf(rowId, firstDay)) {
      later(instantOn(day, NOON), () => payOnPage(customer, url, 1n))
    }
    return 'everybody'
  }

  async function act(customer: Customer, habit: MailHabit, url: string): Promise<Reach> {
    const acts = actsByPage.get(url) ?? 0
    actsByPage.set(url, acts + 1)
    if (habit.does === 'instalments') return choosePlan(customer, url, habit.rowId)
    return payOnPage(customer, url, habit.does === 'pay-half' && acts === 0 ? 2n : 1n)
  }

  function payByHand(customer: Customer, plan: AgreedPlan): void {
    const { creditorName, iban, reference, lines } = plan
    for (const { dueDate, amount } of lines) {
      const order = {
        customerId: customer.id,
        creditor: { name: creditorName, iban },
        amount,
        reference,
      }
      later(soonest(instantOn(dueDate, NOON)), () => transfer(order))
      if (customer.paysTwice !== true) continue
      later(soonest(instantOn(addDays(dueDate, 1), NOON)), () => transfer(order))
    }
  }

  return {
    onPlan(plan) {
      const customer = byId.get(plan.customerId)
      if (customer === undefined) return
      if (plan.payBy === null) return payByHand(customer, plan)
      for (const { dueDate } of plan.lines) {
        later(soonest(instantOn(dueDate, BANK_OPENS)), payDue, 'bank')
      }
    },
    onMail({ to, portalUrl: url }) {
      const customer = byEmail.get(to)
      if (customer === undefined || url === null || customer.onMail.does === 'nothing') return
      const { onMail } = customer
      const most = onMail.does === 'pay-half' ? 2 : 1
      if ((actsByPage.get(url) ?? 0) >= most) return
      const day = addDays(simulation.today(), onMail.afterDays)
      later(soonest(instantOn(day, EVENING)), () => act(customer, onMail, url), `page ${url}`)
    },
  }
}

/** The days of a row such as `3-P2W` that starts on a day. */
function daysOf(rowId: string, firstDay: Day): Day[] {
  const [count = '1', interval = ''] = rowId.split('-')
  return Array.from({ length: Number(count) }, (_, index) => {
    if (interval === 'P1M') return addMonthsAnchored(firstDay, index)
    return addDays(firstDay, index * (interval === 'P2W' ? 14 : 7))
  })
}
