// The part of a logger that the jobs use; pino fits. Facts are ids and codes, never a person's data.

export interface JobLog {
  info(facts: object, message: string): void
  warn(facts: object, message: string): void
  error(facts: object, message: string): void
}
