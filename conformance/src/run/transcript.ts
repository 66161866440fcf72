// Both sides of everything that went over the wire while a case ran: what the suite sent and got as a
// client, and what it was sent and answered as a host.

/** One HTTP exchange. Secrets of headers are masked when it is recorded. */
export interface Exchange {
  readonly from: string
  readonly to: string
  readonly method: string
  readonly url: string
  readonly requestHeaders: Readonly<Record<string, string>>
  readonly requestBody: string
  readonly status: number | string
  readonly responseHeaders: Readonly<Record<string, string>>
  readonly responseBody: string
  /** Milliseconds from the start of the case. */
  readonly at: number
}

/** The record of a run, by case. */
export interface Transcript {
  /** From now on exchanges belong to this case. */
  begin(caseId: string): void
  record(exchange: Omit<Exchange, 'at'>): void
  of(caseId: string): readonly Exchange[]
}

const SECRET_HEADERS = new Set(['authorization', 'cookie', 'set-cookie', 'proxy-authorization'])

/** Creates an empty record. */
export function createTranscript(): Transcript {
  const byCase = new Map<string, Exchange[]>()
  let current: Exchange[] = []
  let startedAt = performance.now()
  return {
    begin(caseId) {
      current = byCase.get(caseId) ?? []
      byCase.set(caseId, current)
      startedAt = performance.now()
    },
    record(exchange) {
      current.push({
        ...exchange,
        requestHeaders: masked(exchange.requestHeaders),
        responseHeaders: masked(exchange.responseHeaders),
        at: Math.round(performance.now() - startedAt),
      })
    },
    of: (caseId) => byCase.get(caseId) ?? [],
  }
}

function masked(headers: Readonly<Record<string, string>>): Record<string, string> {
  const shown = (name: string, value: string) =>
    SECRET_HEADERS.has(name.toLowerCase()) ? `(${value.length} characters, masked)` : value
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, shown(name, value)]),
  )
}
