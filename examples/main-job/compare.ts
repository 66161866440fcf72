// Holds what came of the story against what the story says. Pure.
import type { ClaimOutcome } from './outcomes.ts'
import type { Expectation } from './story.ts'

/** Names every difference in one line each; none when all is as told. */
export function differencesOf(
  outcomes: readonly ClaimOutcome[],
  expectationOf: (outcome: ClaimOutcome) => Expectation | undefined,
): readonly string[] {
  return outcomes.flatMap((outcome) => {
    const expected = expectationOf(outcome)
    const claim = outcome.request.invoiceNumber
    if (expected === undefined) return [`${claim}: the story does not know this customer`]
    return checks(outcome, expected)
      .filter(([, told, found]) => told !== found)
      .map(([what, told, found]) => `${claim}: ${what} should be ${told} and is ${found}`)
  })
}

type Check = readonly [what: string, told: string | number, found: string | number]

function checks(outcome: ClaimOutcome, expected: Expectation): Check[] {
  const { request, standing, answer, payer, emails, receipts, explained } = outcome
  const { agreement } = request
  const dayOfMonth = Number(agreement?.firstDueDate.slice(8) ?? 0)
  return [
    ['its standing', expected.standing, standing],
    ['who answered', expected.answer, answer],
    ['who paid', expected.payer, payer],
    ['its instalments', expected.instalments, agreement?.instalments ?? 0],
    ['its day of the month', expected.firstDayOfMonth ?? dayOfMonth, dayOfMonth],
    ['its e-mails', expected.emails, emails],
    ['its signed receipts', 'some', receipts > 0 ? 'some' : 'none'],
    ['its evidence', 'without fault', outcome.faults[0] ?? 'without fault'],
    ['what it did', 'explained', explained.unexplained[0] ?? 'explained'],
  ]
}
