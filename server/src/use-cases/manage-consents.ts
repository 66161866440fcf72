// The register of consents, and what a consent does: while one to a channel stands that channel is open, and
// a pay day is known by consent alone.
import { err, ok, type Result } from '@parley/sdk/protocol'
import type { Preferences } from '../domain/claim/debtor.ts'
import { textRefusal } from '../domain/claim/issue-claim.ts'
import { type ConsentChannel, type ConsentPurpose, effectOf } from '../domain/privacy/consent.ts'
import { type Refusal, refusal } from '../domain/refusal.ts'
import {
  type Consent,
  consentsOf,
  endConsent,
  expiredConsents,
  insertConsent,
} from '../storage/consents.ts'
import {
  closeChannel,
  findDebtor,
  lockDebtor,
  mergePreferences,
  openChannel,
} from '../storage/debtors.ts'
import type { PersonKey } from '../storage/erasures.ts'
import type { Deps, Tx } from './deps.ts'

export type { Consent }

export interface NewConsent {
  purpose: ConsentPurpose
  textVersion: string
  channel: ConsentChannel
  /** Epoch seconds. */
  expiresAt?: number
}

/** Registers a consent. Refuses `not-found`, `text-invalid` and `date-invalid` for an end that has passed. */
export async function giveConsent(
  deps: Pick<Deps, 'clock' | 'ids'>,
  tx: Tx,
  key: PersonKey,
  given: NewConsent,
): Promise<Result<Consent, Refusal>> {
  const refused = textRefusal(given.textVersion, 70, '/textVersion')
  if (refused !== undefined) return err(refused)
  const now = deps.clock.now()
  const { expiresAt = null } = given
  if (expiresAt !== null && expiresAt <= now) {
    return err(refusal('date-invalid', 'a consent must end in the future', '/expiresAt'))
  }
  if (!(await lockDebtor(tx, key))) return err(unknownDebtor())
  return ok(await writeConsent(deps, tx, key, { ...given, expiresAt }))
}

async function writeConsent(
  { clock, ids }: Pick<Deps, 'clock' | 'ids'>,
  tx: Tx,
  { creditorId, debtorId }: PersonKey,
  given: Omit<NewConsent, 'expiresAt'> & { expiresAt: number | null },
): Promise<Consent> {
  const { purpose, textVersion, channel, expiresAt } = given
  const consent = {
    ...{ creditorId, debtorId, purpose, textVersion, channel, expiresAt },
    consentId: ids.newId('cs'),
    givenAt: clock.now(),
  }
  await insertConsent(tx, consent)
  const effect = effectOf(purpose)
  if ('closes' in effect) await openChannel(tx, consent, effect.closes)
  return { ...consent, endedAt: null, endedAs: null }
}

/** Ends a consent at the wish of the person. Refuses `not-found`, and `consent-unknown` where none stands. */
export async function withdrawConsent(
  { db, clock }: Pick<Deps, 'db' | 'clock'>,
  key: PersonKey & { purpose: ConsentPurpose },
): Promise<Result<void, Refusal>> {
  return await db.transaction().execute(async (tx) => {
    if (!(await lockDebtor(tx, key))) return err(unknownDebtor())
    const ended = await endConsent(tx, key, { at: clock.now(), as: 'withdrawn' })
    if (!ended) return err(refusal('consent-unknown', 'no consent to this stands'))
    await endEffect(tx, key)
    return ok(undefined)
  })
}

/** Ends consents whose time is over. Returns how many. */
export async function endExpiredConsents(
  { db, clock }: Pick<Deps, 'db' | 'clock'>,
  { limit }: { limit: number },
): Promise<number> {
  const now = clock.now()
  const expired = await expiredConsents(db, { now, limit })
  for (const consent of expired) {
    await db.transaction().execute(async (tx) => {
      if (await endConsent(tx, consent, { at: now, as: 'expired' })) await endEffect(tx, consent)
    })
  }
  return expired.length
}

async function endEffect(tx: Tx, key: PersonKey & { purpose: ConsentPurpose }): Promise<void> {
  const effect = effectOf(key.purpose)
  if ('closes' in effect) await closeChannel(tx, key, effect.closes)
  else await mergePreferences(tx, key, { told: {}, withdrawn: [effect.forgets] })
}

/** Every consent of a person. Refuses `not-found`. */
export async function listConsents(
  { db }: Pick<Deps, 'db'>,
  key: PersonKey,
): Promise<Result<Consent[], Refusal>> {
  return (await isKnown(db, key)) ? ok(await consentsOf(db, key)) : err(unknownDebtor())
}

/** Wishes that a person told, as they go into the register: a pay day is told by consent. */
export interface ToldWishes {
  told: Preferences
  withdrawn: readonly (keyof Preferences)[]
  channel: ConsentChannel
  textVersion: string
}

/** Where the consent to a wish is that the creditor brings. */
export const HELD_BY_CREDITOR = {
  channel: 'creditor',
  textVersion: 'held by the creditor',
} as const

/** Keeps wishes of a person, and registers what they consent to; nothing of somebody who was erased. */
export async function keepWishes(
  deps: Pick<Deps, 'clock' | 'ids'>,
  tx: Tx,
  key: PersonKey,
  { told, withdrawn, channel, textVersion }: ToldWishes,
): Promise<void> {
  if (!(await lockDebtor(tx, key))) return
  await mergePreferences(tx, key, { told, withdrawn })
  const consent = { ...key, purpose: 'pay-day' } as const
  if (told.payDay !== undefined) {
    const given = { purpose: consent.purpose, channel, textVersion, expiresAt: null }
    await writeConsent(deps, tx, key, given)
  } else if (withdrawn.includes('payDay')) {
    await endConsent(tx, consent, { at: deps.clock.now(), as: 'withdrawn' })
  }
}

async function isKnown(db: Deps['db'] | Tx, key: PersonKey): Promise<boolean> {
  const debtor = await findDebtor(db, key)
  return debtor !== undefined && debtor.erasedAt === null
}

function unknownDebtor(): Refusal {
  return refusal('not-found', 'you have no debtor with this id')
}
