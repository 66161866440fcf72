// The server's signer: its keys are kept encrypted in the store. The first is made on the first
// start; later ones come by `parley keys`, and a running server takes them up by itself.
import {
  AGREEMENT_TYP,
  agreementSignature,
  importSigningKey,
  type SigningKey,
  signHop,
  signMessage,
} from '@parley/sdk/protocol'
import { type ChainedKey, signingKeyAt } from '../domain/key-chain.ts'
import type { Database } from '../storage/database.ts'
import { allSigningKeys, insertSigningKey, type StoredSigningKey } from '../storage/signing-keys.ts'
import type { Clock, Signer, Vault } from '../use-cases/deps.ts'
import { makeSigningKey } from './make-signing-key.ts'

/** A signer that follows the keys of the store. */
export interface StoredSigner extends Signer {
  /** Reads the keys again; what changed counts for the next signature. */
  refresh(): Promise<void>
}

interface SignerDeps {
  db: Database
  vault: Vault
  clock: Clock
}

type LoadedKey = ChainedKey & { key: SigningKey }

/** Loads the ES256 keys, making the first when there is none. */
export async function openSigner(deps: SignerDeps): Promise<StoredSigner> {
  let loaded = await load(deps, [])
  if (loaded.length === 0) {
    await makeFirstKey(deps)
    loaded = await load(deps, [])
  }
  const current = () => {
    const found = signingKeyAt(loaded, deps.clock.now())
    if (found === undefined) throw new Error('no signing key is trusted: run parley keys rotate')
    return found.key
  }
  return {
    ...signerOver(current),
    get kid() {
      return current().kid
    },
    async refresh() {
      loaded = await load(deps, loaded)
    },
  }
}

/** Of two processes that start at once on a new store, one makes the key. */
async function makeFirstKey({ db, vault, clock }: SignerDeps): Promise<void> {
  const now = clock.now()
  const key = await makeSigningKey(vault)
  await insertSigningKey(db, { ...key, createdAt: now, signsFrom: now, replaces: '' })
}

async function load({ db, vault }: SignerDeps, before: readonly LoadedKey[]): Promise<LoadedKey[]> {
  const stored = (await allSigningKeys(db)).filter(({ alg }) => alg === 'ES256')
  return await Promise.all(
    stored.map(async (row) => {
      const known = before.find(({ kid }) => kid === row.kid)?.key
      return { ...timesOf(row), key: known ?? (await importStored(vault, row)) }
    }),
  )
}

async function importStored(vault: Vault, row: StoredSigningKey): Promise<SigningKey> {
  return await importSigningKey(JSON.parse(vault.open(row.encryptedPrivateJwk)))
}

function timesOf({ kid, createdAt, signsFrom, retiredAt, revokedAt }: ChainedKey): ChainedKey {
  return { kid, createdAt, signsFrom, retiredAt, revokedAt }
}

function signerOver(current: () => SigningKey): Omit<Signer, 'kid'> {
  return {
    sign: (typ, payload) => signMessage(typ, payload, current()),
    signAgreement: (payload) => agreementSignature(payload, AGREEMENT_TYP, current()),
    signHop: (request, freshness) => signHop(request, { key: current(), ...freshness }),
  }
}
