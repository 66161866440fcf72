// The figures of the desk, each with its formula in words: one list for the API and the page. What a figure
// counts is decided in storage/kpi-sums.ts and kpi-ledger.ts, how it is divided in compute-kpis.ts.

/** `ratio`: money per money, as for costs. */
export type KpiUnit = 'days' | 'percent' | 'count' | 'ratio'

export interface KpiDefinition {
  readonly id: string
  readonly name: string
  /** The formula in words, with what counts and what does not. */
  readonly formula: string
  readonly unit: KpiUnit
  /** Whether more is better, for whoever draws it; undefined where it depends. */
  readonly goodWhen?: 'high' | 'low'
}

export const KPI_DEFINITIONS = [
  {
    id: 'dso',
    name: 'Days sales outstanding',
    formula:
      'Owed at the end of the period ÷ principal of bills dated in the period × its days. Withdrawn and written-off bills are not owed; bills with an agency are. Principal counts as it stands now, with the price of a plan and less credits; interest and fees do not count.',
    unit: 'days',
    goodWhen: 'low',
  },
  {
    id: 'cei',
    name: 'Collection effectiveness',
    formula:
      '(Owed at the start + S − owed at the end) ÷ (owed at the start + S − not yet due at the end) × 100, where S is the principal of bills dated in the period ÷ its months (rounded, at least 1).',
    unit: 'percent',
    goodWhen: 'high',
  },
  {
    id: 'cure-rate',
    name: 'Cure rate',
    formula:
      'Bills that were overdue when the period began and of which nothing is overdue at its end (paid, or in a plan that is kept) ÷ bills that were overdue when it began. Bills withdrawn or written off are not cured.',
    unit: 'percent',
    goodWhen: 'high',
  },
  {
    id: 'self-cure-rate',
    name: 'Self-cure rate',
    formula:
      'Cured bills about which no person was written to after the due day ÷ cured bills. Thanks and confirmations do not count as writing.',
    unit: 'percent',
  },
  {
    id: 'promise-kept-rate',
    name: 'Promises kept',
    formula:
      'Paid between a promise and its day plus 2 weekdays, at most what was promised ÷ what was promised, for promises whose grace ended in the period. A promise without an amount is about all that was owed.',
    unit: 'percent',
    goodWhen: 'high',
  },
  {
    id: 'bot-answer-rate',
    name: 'Bots that answered',
    formula:
      'Bills sent to a bot in the period that it answered (accept, counter, decline, dispute, payment, call for a person) before its time was over ÷ bills sent to a bot in the period.',
    unit: 'percent',
    goodWhen: 'high',
  },
  {
    id: 'fallback-rate',
    name: 'Fallback to people',
    formula:
      'Bills sent to a bot in the period whose time ran out and about which a person was written to afterwards ÷ bills sent to a bot in the period.',
    unit: 'percent',
    goodWhen: 'low',
  },
  {
    id: 'funnel',
    name: 'From bill to settled',
    formula:
      'Of the bills dated in the period: how many were written about to a person, got a plan on the page, got a plan from a bot, were disputed, and are settled so far. Whether somebody opened the page is not recorded: people are not tracked.',
    unit: 'count',
  },
  {
    id: 'right-party-rate',
    name: 'Right person reached',
    formula:
      'Bills written about in the period to which the person answered afterwards (plan, promise, dispute, call for help, “paid”) ÷ bills written about in the period. Silence is not known to be a wrong person, so this is a lower bound.',
    unit: 'percent',
    goodWhen: 'high',
  },
  {
    id: 'cost-per-recovered',
    name: 'Cost per amount recovered',
    formula:
      'Costs of messages sent in the period ÷ payments received in the period after the due day of their bill and not returned. Time of staff is not counted.',
    unit: 'ratio',
    goodWhen: 'low',
  },
  {
    id: 'crossed-reminders',
    name: 'Reminders that crossed a payment',
    formula:
      'Reminders sent in the period on or after the value day of a payment that was booked only later ÷ reminders sent in the period. The goal is below 0.5 %.',
    unit: 'percent',
    goodWhen: 'low',
  },
  {
    id: 'blocks',
    name: 'Steps held back, by rule',
    formula: 'Steps put off or left out in the period, by the rule that held them back.',
    unit: 'count',
  },
] as const satisfies readonly KpiDefinition[]

export type KpiId = (typeof KPI_DEFINITIONS)[number]['id']
