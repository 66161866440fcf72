// A new creditor with what it needs to issue its first bill: settings, a negotiation policy and an
// API key. Run by the operator; no creditor can make another.
import { createHash } from 'node:crypto'
import { err, ok, type Result, sha256Base64Url, toBase64Url } from '@parley/sdk/protocol'
import type { ContactPoints, Language } from '../domain/claim/debtor.ts'
import { DEFAULT_POLICY, type Policy, policyText } from '../domain/negotiation/policy.ts'
import { type Numbering, numberingFor } from '../domain/references/numbering.ts'
import { type Refusal, refusal } from '../domain/refusal.ts'
import { insertApiKey, insertCreditor } from '../storage/creditors.ts'
import { insertPolicyVersion } from '../storage/policies.ts'
import type { Deps } from './deps.ts'
import { refuseNumbering, refuseSettings } from './manage-creditor.ts'

export interface NewCreditor {
  name: string
  /** IBAN and BIC in their electronic form: capitals, no blanks. */
  account: { iban: string; bic?: string }
  timeZone: string
  language: Language
  /** ISO 3166-1 alpha-2; that of the account when left out. */
  country?: string
  contact: ContactPoints
  /** QRR for a QR-IBAN and SCOR for others when left out. */
  referenceScheme?: Numbering
}

/** The key is nowhere else: the store keeps its hash. */
export interface CreatedCreditor {
  creditorId: string
  apiKey: string
}

const API_KEY_PREFIX = 'parley_sk_'
const DEFAULT_JOURNEY = 'friendly-default'
const DEFAULT_RESPONSE_HOURS = 24
const EMAIL = /^[^\s@<>",;:\\]+@[^\s@<>",;:\\]+\.[^\s@<>",;:\\]+$/

/**
 * Adds a creditor with the default negotiation policy and one API key.
 *
 * Refuses `text-invalid` (name, e-mail address, postal address), `account-invalid`, `time-zone-unknown` and
 * `reference-scheme-unfit`; two creditors may have one name and one account.
 */
export async function createCreditor(
  deps: Pick<Deps, 'db' | 'clock' | 'ids' | 'journeys'>,
  command: NewCreditor,
): Promise<Result<CreatedCreditor, Refusal>> {
  const { name, account, timeZone, language, country, contact, referenceScheme } = command
  const settings = { name, account, timeZone, journey: DEFAULT_JOURNEY }
  const refused =
    refuseSettings(settings, deps) ??
    refuseEmail(contact.email) ??
    refuseAddress(contact.postalAddress) ??
    refuseNumbering(referenceScheme, account.iban)
  if (refused !== undefined) return err(refused)
  const creditorId = deps.ids.newId('cr')
  const apiKey = API_KEY_PREFIX + toBase64Url(deps.ids.randomBytes(32))
  const at = deps.clock.now()
  const policy = await firstPolicy()
  await deps.db.transaction().execute(async (tx) => {
    await insertCreditor(tx, {
      creditorId,
      name,
      iban: account.iban,
      bic: account.bic ?? null,
      referenceScheme: referenceScheme ?? defaultNumbering(account.iban),
      timeZone,
      language,
      contact,
      country: country ?? account.iban.slice(0, 2),
      chargesAgreed: false,
      enterpriseNumber: null,
      journey: DEFAULT_JOURNEY,
      responseTimeHours: DEFAULT_RESPONSE_HOURS,
      creditRules: {},
      retention: {},
      createdAt: at,
    })
    await insertPolicyVersion(tx, { creditorId, ...policy, at })
    const keyHash = createHash('sha256').update(apiKey).digest()
    await insertApiKey(tx, { creditorId, keyHash, at })
  })
  return ok({ creditorId, apiKey })
}

function defaultNumbering(iban: string): Numbering {
  return numberingFor('SCOR', { iban, currency: 'CHF' })
}

async function firstPolicy(): Promise<Policy> {
  const segment = 'default'
  const version = 1
  const policyHash = await sha256Base64Url(policyText(segment, version, DEFAULT_POLICY))
  return { segment, version, policyHash, terms: DEFAULT_POLICY }
}

function refuseEmail(email: string | undefined): Refusal | undefined {
  const fits = email === undefined || (email.length <= 254 && EMAIL.test(email))
  return fits ? undefined : refusal('text-invalid', 'this is no e-mail address', '/contact/email')
}

function refuseAddress(address: ContactPoints['postalAddress']): Refusal | undefined {
  const isLine = (line: string) => line.trim() !== '' && line.length <= 70
  if (address === undefined || (address.lines.length <= 6 && address.lines.every(isLine))) return
  const detail = 'an address has 1 to 6 lines of 1 to 70 characters'
  return refusal('text-invalid', detail, '/contact/postalAddress')
}
