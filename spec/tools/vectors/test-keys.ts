// The keys of the vectors. Their private parts are public: they sign nothing else.
import { importSigningKey, type SigningKey } from '@parley/sdk/protocol'

const PRIVATE_KEYS = {
  creditor: {
    kty: 'EC',
    crv: 'P-256',
    x: 'BYlwtGr9ybqVlY14T9uKR6sbKTgd4Sdzd6AvOXmVWMk',
    y: 'gliegwBwvFOGCQAKCcDmWyk-5ci-KnPMw_JwU75Zm4c',
    d: '_Z1BXYRATtuOVhnk8eLc3tuIiJkISq2jr8ELakDsCrw',
  },
  agent: {
    kty: 'OKP',
    crv: 'Ed25519',
    x: 'oNUSDo436ZNiEkmP9DBnUgIuNtFFIokti6HSIVMhNLY',
    d: 'tnLpqllNjjEhl2KVs8FWG6tb47fp2owod38Mz7t6AwI',
  },
  stranger: {
    kty: 'EC',
    crv: 'P-256',
    x: 'dsEtgM6jSD0xcxR3VS86ZqssUC6THJmlMPl5bfM_1WQ',
    y: 'JW0crxFsZBkosDpWJ0VLQZV79MSlIasvILIbaMK3uTA',
    d: 'rxoXV-lcTdTNoOAy_D0DgNa3ytWVilMufps_N4nHmSY',
  },
} as const

export interface TestKeys {
  creditor: SigningKey
  agent: SigningKey
  stranger: SigningKey
}

export async function testKeys(): Promise<TestKeys> {
  return {
    creditor: await importSigningKey(PRIVATE_KEYS.creditor),
    agent: await importSigningKey(PRIVATE_KEYS.agent),
    stranger: await importSigningKey(PRIVATE_KEYS.stranger),
  }
}

/** The public key set of some of them. */
export function published(...keys: readonly SigningKey[]) {
  return { keys: keys.map(({ kid, publicJwk }) => ({ ...publicJwk, kid })) }
}
