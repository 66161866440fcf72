// The providers of text messages as the configuration names them. Pure: the file was read elsewhere.
import type { Rate } from '../delivery/token-bucket.ts'

/** One provider; the first in the list is asked first. */
export interface SmsProvider {
  /** Also the last part of the address for its reports and answers. */
  readonly name: string
  /** `twilio`: a form under an account; `webhook`: signed JSON (Standard Webhooks). */
  readonly kind: 'twilio' | 'webhook'
  /** `https://api.twilio.com`, another host of that shape, or the webhook. */
  readonly url: string
  /** With `twilio`: the account, and the number or service that sends. */
  readonly account?: string
  readonly from?: string
  /** With `twilio` the account's token, otherwise `whsec_…`. */
  readonly secret: string
  readonly rate: Rate
  /** What one segment costs, where the provider does not say. */
  readonly pricePerSegment?: { readonly value: string; readonly currency: string }
}

const NAME = /^[a-z0-9-]{1,40}$/
const DEFAULT_RATE: Rate = { perSecond: 10, burst: 10 }

/** Reads a list of providers. Every fault is one sentence; there are none beside providers. */
export function readSmsProviders(content: unknown): { providers: SmsProvider[]; faults: string[] } {
  if (!Array.isArray(content)) return { providers: [], faults: ['must be a JSON array'] }
  const read = content.map((entry, index) => readProvider(entry, `provider ${index + 1}`))
  const names = read.flatMap(({ provider }) => (provider === undefined ? [] : [provider.name]))
  const faults = read.flatMap((one) => one.faults)
  if (new Set(names).size < names.length) faults.push('two providers have one name')
  return {
    providers: faults.length > 0 ? [] : read.flatMap(({ provider }) => provider ?? []),
    faults,
  }
}

function readProvider(entry: unknown, place: string): { provider?: SmsProvider; faults: string[] } {
  if (typeof entry !== 'object' || entry === null) return { faults: [`${place} is no object`] }
  const table = entry as Record<string, unknown>
  const faults: string[] = []
  const text = (name: string) => {
    const value = table[name]
    if (typeof value === 'string' && value !== '') return value
    faults.push(`${place} needs ${name}`)
    return ''
  }
  const [name, url, secret] = [text('name'), text('url'), text('secret')]
  const kind = table['kind'] === 'twilio' ? 'twilio' : 'webhook'
  if (table['kind'] !== kind) faults.push(`${place} has a kind other than twilio or webhook`)
  const account = kind === 'twilio' ? { account: text('account'), from: text('from') } : {}
  if (!NAME.test(name)) faults.push(`${place} has a name other than a-z, 0-9 and -`)
  if (!/^https?:\/\/[^\s]+$/.test(url)) faults.push(`${place} has no http(s) url`)
  if (kind === 'webhook' && !/^whsec_[A-Za-z0-9+/]{32,}={0,2}$/.test(secret)) {
    faults.push(`${place} has a secret other than whsec_ and base64`)
  }
  const rate = readRate(table, place, faults)
  const price = readPrice(table['pricePerSegment'], place, faults)
  const provider = { name, kind, url, secret, rate, ...account, ...price } as const
  return { provider, faults }
}

function readRate(table: Record<string, unknown>, place: string, faults: string[]): Rate {
  const { perSecond = DEFAULT_RATE.perSecond, burst = DEFAULT_RATE.burst } = table
  const isRate =
    typeof perSecond === 'number' && perSecond > 0 && typeof burst === 'number' && burst >= 1
  if (isRate) return { perSecond, burst }
  faults.push(`${place} has no rate above zero in perSecond and burst`)
  return DEFAULT_RATE
}

function readPrice(
  price: unknown,
  place: string,
  faults: string[],
): Pick<SmsProvider, 'pricePerSegment'> {
  if (price === undefined) return {}
  const { value, currency } = (price ?? {}) as Record<string, unknown>
  const isPrice = typeof value === 'string' && /^\d{1,9}(\.\d{1,9})?$/.test(value)
  if (isPrice && typeof currency === 'string' && /^[A-Z]{3}$/.test(currency)) {
    return { pricePerSegment: { value, currency } }
  }
  faults.push(`${place} has no pricePerSegment with value and currency`)
  return {}
}
