// How a case ends when it does not pass.

/** The implementation did something else than its clause says. */
export class CaseFailed extends Error {
  readonly code = 'case-failed'
}

/** The case could not be judged: something that it needs did not work. Never green. */
export class CaseIncomplete extends Error {
  readonly code = 'case-incomplete'
}

/** The case asks for something that this implementation does not claim to have, and need not. */
export class NotApplicable extends Error {
  readonly code = 'not-applicable'
}

/** The system under test cannot be reached or does not start. */
export class Unreachable extends Error {
  readonly code = 'unreachable'
}
