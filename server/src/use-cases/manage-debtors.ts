// Debtors and the activation codes with which their agents enrol.
import { err, ok, type Result } from '@parley/sdk/protocol'
import type { ContactPoints, Language, Party, Preferences } from '../domain/claim/debtor.ts'
import { checkDebtorTexts, textRefusal } from '../domain/claim/issue-claim.ts'
import { type Refusal, refusal } from '../domain/refusal.ts'
import { insertActivationCode } from '../storage/activation-codes.ts'
import type { Tx } from '../storage/database.ts'
import {
  type Debtor,
  findDebtor,
  insertDebtor,
  lockDebtor,
  pageOfDebtors,
  updateDebtor,
} from '../storage/debtors.ts'
import type { Deps } from './deps.ts'
import { activationCodeHash } from './enrol-right.ts'
import { HELD_BY_CREDITOR, keepWishes } from './manage-consents.ts'

export type { Debtor }

export interface DebtorInput {
  externalId?: string
  name: string
  party?: Party
  country?: string
  language?: Language
  timeZone?: string
  contact?: ContactPoints
  preferences?: Preferences
}

/** Refuses `text-invalid`, `time-zone-unknown` and `external-id-taken`. */
export async function createDebtor(
  deps: Pick<Deps, 'clock' | 'ids'>,
  tx: Tx,
  command: { creditorId: string; input: DebtorInput },
): Promise<Result<Debtor, Refusal>> {
  const { creditorId, input } = command
  const refused =
    (input.externalId === undefined
      ? undefined
      : textRefusal(input.externalId, 64, '/externalId')) ?? checkDebtorTexts(input, '')
  if (refused !== undefined) return err(refused)
  const debtor: Debtor = {
    creditorId,
    debtorId: deps.ids.newId('db'),
    externalId: input.externalId ?? null,
    name: input.name,
    party: input.party ?? 'b2c',
    country: input.country ?? null,
    language: input.language ?? null,
    timeZone: input.timeZone ?? null,
    contact: input.contact ?? {},
    preferences: input.preferences ?? {},
    closedChannels: [],
    createdAt: deps.clock.now(),
    enrolled: false,
    erasedAt: null,
  }
  if (await insertDebtor(tx, debtor)) {
    if (debtor.preferences.payDay !== undefined) {
      await keepWishes(deps, tx, debtor, {
        told: debtor.preferences,
        withdrawn: [],
        ...HELD_BY_CREDITOR,
      })
    }
    return ok(debtor)
  }
  return err(refusal('external-id-taken', 'another debtor has this external id', '/externalId'))
}

/** Refuses `not-found`, `text-invalid` and `time-zone-unknown`. */
export async function changeDebtor(
  deps: Pick<Deps, 'db' | 'clock' | 'ids'>,
  command: {
    creditorId: string
    debtorId: string
    change: Partial<Omit<DebtorInput, 'externalId'>>
  },
): Promise<Result<Debtor, Refusal>> {
  const refused = checkDebtorTexts(command.change, '')
  if (refused !== undefined) return err(refused)
  const isChanged = await deps.db.transaction().execute(async (tx) => {
    if (!(await updateDebtor(tx, command, command.change))) return false
    const { preferences: told } = command.change
    if (told === undefined) return true
    const withdrawn = told.payDay === undefined ? (['payDay'] as const) : []
    await keepWishes(deps, tx, command, { told, withdrawn, ...HELD_BY_CREDITOR })
    return true
  })
  if (!isChanged) return err(unknownDebtor())
  return await readDebtor(deps, command)
}

/** Refuses `not-found`. */
export async function readDebtor(
  deps: Pick<Deps, 'db'>,
  key: { creditorId: string; debtorId: string },
): Promise<Result<Debtor, Refusal>> {
  const debtor = await findDebtor(deps.db, key)
  return debtor === undefined ? err(unknownDebtor()) : ok(debtor)
}

/** Letters and digits that nobody confuses when reading them from a letter. */
const CODE_ALPHABET = '23456789ABCDEFGHJKMNPQRSTVWXYZ'
const CODE_DAYS = 90

/** Makes a code of 16 characters (78 random bits), shown once. Refuses `not-found`. */
export async function createActivationCode(
  deps: Pick<Deps, 'clock' | 'ids'>,
  tx: Tx,
  key: { creditorId: string; debtorId: string },
): Promise<Result<{ code: string; expiresAt: number }, Refusal>> {
  if (!(await lockDebtor(tx, key))) return err(unknownDebtor())
  const now = deps.clock.now()
  const code = newCode(deps.ids.randomBytes(64))
  const expiresAt = now + CODE_DAYS * 86_400
  await insertActivationCode(tx, { ...key, codeHash: activationCodeHash(code), at: now, expiresAt })
  return ok({ code, expiresAt })
}

/** Bytes that would favour some letters are passed over. */
function newCode(bytes: Uint8Array): string {
  const fair = Math.floor(256 / CODE_ALPHABET.length) * CODE_ALPHABET.length
  const letters = [...bytes].filter((byte) => byte < fair).slice(0, 16)
  const text = letters.map((byte) => CODE_ALPHABET.charAt(byte % CODE_ALPHABET.length)).join('')
  return text.replaceAll(/(.{4})(?=.)/g, '$1-')
}

function unknownDebtor(): Refusal {
  return refusal('not-found', 'you have no debtor with this id')
}

/** A page of debtors, oldest first. Refuses `text-invalid` for an external id that nobody has. */
export async function listDebtors(
  deps: Pick<Deps, 'db'>,
  query: {
    creditorId: string
    externalId?: string | undefined
    cursor?: string | undefined
    limit: number
  },
): Promise<Result<{ data: Debtor[]; next: string | null }, Refusal>> {
  const { externalId } = query
  const refused = externalId === undefined ? undefined : textRefusal(externalId, 64, 'externalId')
  if (refused !== undefined) return err(refused)
  const found = await pageOfDebtors(deps.db, {
    creditorId: query.creditorId,
    externalId,
    after: query.cursor,
    limit: query.limit + 1,
  })
  const data = found.slice(0, query.limit)
  return ok({ data, next: found.length > query.limit ? (data.at(-1)?.debtorId ?? null) : null })
}
