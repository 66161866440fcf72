// What an error of the database says of the other writer who came first.

/** The unique constraint that an error of the driver names, or undefined for another error. */
export function violatedConstraint(error: unknown): string | undefined {
  const { code, constraint } = error as { code?: string; constraint?: string }
  return code === '23505' ? constraint : undefined
}

/** Nobody is left to whom the claim could belong. */
export function isOfErased(error: unknown): boolean {
  const { code, table, column } = error as { code?: string; table?: string; column?: string }
  return code === '23502' && table === 'claims' && column === 'debtor_id'
}

/** Two writers waited for each other, and the database ended this one. */
export function isDeadlock(error: unknown): boolean {
  return (error as { code?: string }).code === '40P01'
}
