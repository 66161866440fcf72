// What the store counts for the figures of a period: whole numbers, money in minor units.

/** Sums of one currency. */
export interface MoneySums {
  readonly currency: string
  /** Owed at the end of the day before the period. */
  readonly owedAtStart: bigint
  readonly owedAtEnd: bigint
  /** The part of it that is not due yet. */
  readonly notDueAtEnd: bigint
  /** Principal of bills dated in the period. */
  readonly sales: bigint
  readonly promised: bigint
  readonly promisesKept: bigint
  readonly costs: bigint
  readonly recovered: bigint
}

export interface KpiSums {
  readonly money: readonly MoneySums[]
  readonly overdueAtStart: number
  readonly cured: number
  readonly selfCured: number
  readonly sentToBots: number
  readonly answeredByBots: number
  readonly fallenBack: number
  readonly funnel: {
    readonly issued: number
    readonly written: number
    readonly planOnPage: number
    readonly planByBot: number
    readonly disputed: number
    readonly settled: number
  }
  readonly writtenAbout: number
  readonly answeredByPerson: number
  readonly reminders: number
  readonly crossed: number
  readonly blocks: readonly {
    readonly kind: 'deferred' | 'skipped'
    readonly reason: string
    readonly count: number
  }[]
}
