// The only reader of the environment. Every fault is reported at once, with what to do.
import { isTimeZone } from '@parley/sdk/protocol'
import { readLetterConfig } from './config-letters.ts'
import { readProviders } from './config-sms.ts'
import type { SmsProvider } from './domain/sms/sms-provider.ts'
import type { LetterPosts } from './outbound/human-ports.ts'
import type { StoreLocation } from './storage/database.ts'

export interface Config {
  host: string
  port: number
  /** Our issuer and the base of every link: an origin without a trailing slash. */
  publicUrl: string
  store: StoreLocation
  /** 32 bytes that encrypt signing keys and webhook secrets at rest. */
  masterKey: Buffer
  masterKeyIsDefault: boolean
  /** The one before it, while what it sealed is being put under the present one. */
  formerMasterKey: Buffer | undefined
  /** The file that lists who was erased, outside of the store; undefined for a store in memory. */
  erasureList: string | undefined
  smtpUrl: string | undefined
  mailFrom: string
  operatorToken: string | undefined
  /** With it mail servers hand in what came to the sender of our mails; without, nobody does. */
  incomingSecret: string | undefined
  /** In the order in which they are asked. */
  /** Who posts letters. */
  letters: LetterPosts
  smsProviders: SmsProvider[]
  /** Lets the outbound client call loopback addresses: for development and the demo. */
  allowLoopback: boolean
  /** A file that holds the current instant instead of the system's clock: tests and the demo. */
  clockFile: string | undefined
  sweepIntervalMs: number
  logLevel: string
  timeZone: string
  shutdownSeconds: number
}

const DEVELOPMENT_KEY = Buffer.from('parley-development-key-unsafe-32')

/** Thrown with one line per fault of the environment. */
export class ConfigError extends Error {
  readonly code = 'config'
}

type Env = Readonly<Record<string, string | undefined>>

/** Reads PARLEY_* and DATABASE_URL. @throws {ConfigError} that names every fault. */
export function loadConfig(env: Env): Config {
  const faults: string[] = []
  const port = readInteger(env, faults, {
    name: 'PARLEY_PORT',
    fallback: 8080,
    min: 0,
    max: 65_535,
  })
  const host = env['PARLEY_HOST'] ?? '127.0.0.1'
  const publicUrl = readOrigin(env['PARLEY_PUBLIC_URL'] ?? `http://${host}:${port}`, faults)
  const masterKey = readMasterKey(env, faults, 'PARLEY_MASTER_KEY')
  const formerMasterKey = readMasterKey(env, faults, 'PARLEY_FORMER_MASTER_KEY')
  const isProduction = env['NODE_ENV'] === 'production'
  if (isProduction && env['PARLEY_CLOCK_FILE'] !== undefined) {
    faults.push('PARLEY_CLOCK_FILE moves the clock and is refused with NODE_ENV=production')
  }
  if (isProduction && env['PARLEY_FAULTS'] !== undefined) {
    faults.push('PARLEY_FAULTS puts faults into the server and is refused with NODE_ENV=production')
  }
  if (isProduction && masterKey === undefined) {
    faults.push('PARLEY_MASTER_KEY is needed with NODE_ENV=production: openssl rand -base64 32')
  }
  if (isProduction && masterKey?.equals(DEVELOPMENT_KEY)) {
    faults.push('PARLEY_MASTER_KEY is the development key, which everybody knows')
  }
  const timeZone = env['PARLEY_TIME_ZONE'] ?? 'Europe/Brussels'
  if (!isTimeZone(timeZone)) faults.push(`PARLEY_TIME_ZONE ${timeZone} is no IANA time zone`)
  const config: Config = {
    host,
    port,
    publicUrl,
    store: readStore(env, faults),
    masterKey: masterKey ?? DEVELOPMENT_KEY,
    masterKeyIsDefault: masterKey === undefined,
    formerMasterKey,
    erasureList: readErasureList(env),
    smtpUrl: env['PARLEY_SMTP_URL'],
    mailFrom: env['PARLEY_MAIL_FROM'] ?? 'Parley <no-reply@localhost>',
    operatorToken: env['PARLEY_OPERATOR_TOKEN'],
    incomingSecret: readSecret(env['PARLEY_INCOMING_SECRET'], faults),
    smsProviders: readProviders(env['PARLEY_SMS_PROVIDERS'], faults),
    letters: readLetterConfig(env, faults),
    allowLoopback: readBoolean(env, faults, 'PARLEY_ALLOW_LOOPBACK') ?? isLoopback(publicUrl),
    clockFile: env['PARLEY_CLOCK_FILE'],
    sweepIntervalMs: readInteger(env, faults, {
      name: 'PARLEY_SWEEP_INTERVAL_MS',
      fallback: 5_000,
      min: 50,
      max: 3_600_000,
    }),
    logLevel: env['PARLEY_LOG_LEVEL'] ?? 'info',
    timeZone,
    shutdownSeconds: readInteger(env, faults, {
      name: 'PARLEY_SHUTDOWN_SECONDS',
      fallback: 20,
      min: 1,
      max: 600,
    }),
  }
  if (faults.length > 0) throw new ConfigError(faults.join('\n'))
  return config
}

function readInteger(
  env: Env,
  faults: string[],
  { name, fallback, min, max }: { name: string; fallback: number; min: number; max: number },
): number {
  const text = env[name]
  if (text === undefined) return fallback
  const value = Number(text)
  if (Number.isInteger(value) && value >= min && value <= max) return value
  faults.push(`${name} must be a whole number from ${min} to ${max}, not ${text}`)
  return fallback
}

/** A bearer token as headers carry it. */
function readSecret(text: string | undefined, faults: string[]): string | undefined {
  if (text === undefined || /^[A-Za-z0-9._~+/=-]{16,512}$/.test(text)) return text
  faults.push('PARLEY_INCOMING_SECRET must be 16 to 512 letters, digits or . _ ~ + / = -')
  return undefined
}

function readBoolean(env: Env, faults: string[], name: string): boolean | undefined {
  const text = env[name]
  if (text === undefined) return undefined
  if (text === 'true' || text === 'false') return text === 'true'
  faults.push(`${name} must be true or false, not ${text}`)
  return undefined
}

function readOrigin(text: string, faults: string[]): string {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url === undefined || !['http:', 'https:'].includes(url.protocol) || url.origin !== text) {
    faults.push(`PARLEY_PUBLIC_URL must be an origin such as https://pay.example, not ${text}`)
    return text
  }
  if (url.protocol === 'http:' && !isLoopback(text)) {
    faults.push(`PARLEY_PUBLIC_URL must use https outside this machine, not ${text}`)
  }
  return text
}

function isLoopback(origin: string): boolean {
  return /^http:\/\/(127\.0\.0\.1|localhost)(:|$)/.test(origin)
}

function readMasterKey(env: Env, faults: string[], name: string): Buffer | undefined {
  const text = env[name]
  if (text === undefined) return undefined
  const key = Buffer.from(text, 'base64')
  if (key.length === 32) return key
  faults.push(`${name} must be 32 bytes in base64: openssl rand -base64 32`)
  return undefined
}

function readErasureList(env: Env): string | undefined {
  const directory = env['PARLEY_DATA_DIR'] ?? '.parley'
  const inData = directory === 'memory' ? undefined : `${directory}/erasures.jsonl`
  return env['PARLEY_ERASURE_LIST'] ?? inData
}

function readStore(env: Env, faults: string[]): StoreLocation {
  const url = env['DATABASE_URL']
  if (url === undefined) return { kind: 'embedded', directory: env['PARLEY_DATA_DIR'] ?? '.parley' }
  if (!/^postgres(ql)?:\/\//.test(url)) faults.push('DATABASE_URL must start with postgres://')
  const pool = { name: 'PARLEY_DB_POOL', fallback: 10, min: 2, max: 200 }
  return { kind: 'postgres', url, poolSize: readInteger(env, faults, pool) }
}
