// The text that an HTTP message signature covers (RFC 9421 §2.5), from components that were taken
// out of a request. Knows nothing of keys and of the profile of Parley.
import { type Item, type Parameters, serializeInnerList, serializeItem } from 'structured-headers'

/** A request as both ends see it; `headers` by lower-case name, `body` the bytes on the wire. */
export interface HopRequest {
  readonly method: string
  /** Absolute URL as the client addressed it. */
  readonly url: string
  readonly headers: ReadonlyMap<string, string>
  readonly body?: Uint8Array
}

/** A covered component and its value, such as `@method` and `POST`. */
export type ComponentValues = ReadonlyMap<string, string>

/** The derived components and the fields of a request. Source: RFC 9421 §2.1, §2.2. */
export function componentsOf(request: HopRequest): ComponentValues {
  const url = new URL(request.url)
  const derived = [
    ['@method', request.method],
    ['@authority', url.host],
    ['@path', url.pathname],
    ['@query', url.search === '' ? '?' : url.search],
  ] as const
  const fields = [...request.headers].map(([name, value]) => [name, value.trim()] as const)
  return new Map<string, string>([...fields, ...derived])
}

/**
 * Builds the signature base, or returns undefined when a covered component has no value. Component
 * identifiers with parameters (`;req`, `;sf`, `;name`) are not known and have none.
 */
export function signatureBase(
  covered: readonly Item[],
  parameters: Parameters,
  values: ComponentValues,
): string | undefined {
  const lines: string[] = []
  for (const [name, own] of covered) {
    const value = typeof name === 'string' && own.size === 0 ? values.get(name) : undefined
    if (value === undefined) return undefined
    lines.push(`${serializeItem([name, own])}: ${value}`)
  }
  lines.push(`"@signature-params": ${serializeInnerList([[...covered], parameters])}`)
  return lines.join('\n')
}
