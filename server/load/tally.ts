// What came of the work that arrived: latencies and classes of errors, by kind.
import { type Summary, summarise } from './summary.ts'

/** Work that did not end well; the class says how, such as `503 not-ready` or `timeout`. */
export class WorkFailed extends Error {
  readonly errorClass: string

  constructor(errorClass: string) {
    super(errorClass)
    this.errorClass = errorClass
  }
}

export interface KindResult extends Summary {
  /** How many of each class of errors. */
  errors: Record<string, number>
}

export interface Tally {
  /** Notes work that ended well after so many milliseconds. */
  done(kind: string, ms: number): void
  failed(kind: string, error: unknown): void
  /** Kinds in the order in which they came first. */
  results(): Record<string, KindResult>
  failures(): number
  /** 99 of 100 pieces of work of any kind ended within so many milliseconds. */
  p99(): number
}

export function createTally(): Tally {
  const kinds = new Map<string, { latencies: number[]; errors: Map<string, number> }>()
  const of = (kind: string) => {
    const known = kinds.get(kind) ?? { latencies: [], errors: new Map<string, number>() }
    kinds.set(kind, known)
    return known
  }
  return {
    done: (kind, ms) => void of(kind).latencies.push(ms),
    failed(kind, error) {
      const { errors } = of(kind)
      const name = classOf(error)
      errors.set(name, (errors.get(name) ?? 0) + 1)
    },
    results: () =>
      Object.fromEntries(
        [...kinds].map(([kind, { latencies, errors }]) => [
          kind,
          { ...summarise(latencies), errors: Object.fromEntries(errors) },
        ]),
      ),
    failures: () =>
      [...kinds.values()]
        .flatMap(({ errors }) => [...errors.values()])
        .reduce((sum, count) => sum + count, 0),
    p99: () => summarise([...kinds.values()].flatMap(({ latencies }) => latencies)).p99,
  }
}

function classOf(error: unknown): string {
  if (error instanceof WorkFailed) return error.errorClass
  const { code, name } = error as { code?: string; name?: string }
  return code ?? name ?? 'unknown'
}
