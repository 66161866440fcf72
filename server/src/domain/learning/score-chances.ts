// How good foretold chances are: accuracy, balanced accuracy, the area under the ROC curve and the score of
// Brier, each with weights, so that a bootstrap may draw customers more than once.

/** One bill that was judged: what was said, and what came. */
export interface Judged {
  readonly invoice: string
  readonly customer: string
  /** The higher, the more likely; from 0 to 1 where it is a chance. */
  readonly score: number
  /** What would be said if it had to be yes or no. */
  readonly says: boolean
  readonly came: boolean
}

/** Null where nothing can be said: no bills, or all came out alike. */
export interface ChanceScores {
  readonly accuracy: number | null
  readonly balanced: number | null
  readonly auc: number | null
}

/** A scorer for the same bills with other weights: sorted once, linear in time afterwards. */
export type ChanceScorer = (weightOf: (customer: string) => number) => ChanceScores

/** Prepares the scores of some bills. */
export function chanceScorer(judged: readonly Judged[]): ChanceScorer {
  const sorted = judged.toSorted((a, b) => a.score - b.score)
  return (weightOf) => {
    const sums = { right: 0, all: 0, hits: 0, yes: 0, passes: 0, no: 0 }
    let pairs = 0
    for (let start = 0; start < sorted.length; ) {
      const tie = { yes: 0, no: 0 }
      const { score } = sorted[start] as Judged
      let end = start
      for (; end < sorted.length && sorted[end]?.score === score; end++) {
        const { customer, says, came } = sorted[end] as Judged
        const weight = weightOf(customer)
        tie[came ? 'yes' : 'no'] += weight
        sums.all += weight
        if (says === came) sums[came ? 'hits' : 'passes'] += weight
      }
      // Pairs that are scored alike count one half.
      pairs += tie.yes * (sums.no + tie.no / 2)
      sums.yes += tie.yes
      sums.no += tie.no
      start = end
    }
    sums.right = sums.hits + sums.passes
    const hasBoth = sums.yes > 0 && sums.no > 0
    return {
      accuracy: sums.all > 0 ? sums.right / sums.all : null,
      balanced: hasBoth ? (sums.hits / sums.yes + sums.passes / sums.no) / 2 : null,
      auc: hasBoth ? pairs / (sums.yes * sums.no) : null,
    }
  }
}

/** The mean squared distance of chances to what came (Brier, 1950); null without bills. */
export function brierScore(judged: readonly Judged[]): number | null {
  if (judged.length === 0) return null
  const squares = judged.map(({ score, came }) => (score - (came ? 1 : 0)) ** 2)
  return squares.reduce((sum, square) => sum + square, 0) / judged.length
}
