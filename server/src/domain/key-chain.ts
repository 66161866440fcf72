// Which of the server's keys signs at a moment, and what rotating and revoking mean for the others.
// Spec: KEY-02, KEY-03.

export interface ChainedKey {
  kid: string
  createdAt: number
  signsFrom: number
  retiredAt: number | null
  revokedAt: number | null
}

export type KeyState = 'signing' | 'next' | 'retired' | 'revoked'

/** The key that signs: the latest whose time has come and that is trusted. */
export function signingKeyAt<K extends ChainedKey>(keys: readonly K[], now: number): K | undefined {
  return trusted(keys)
    .filter(({ signsFrom }) => signsFrom <= now)
    .toSorted(latestFirst)[0]
}

/** The key that was published and does not sign yet. */
export function nextKeyAt<K extends ChainedKey>(keys: readonly K[], now: number): K | undefined {
  return trusted(keys).find(({ signsFrom }) => signsFrom > now)
}

/** What a key is at a moment. */
export function keyStateAt(keys: readonly ChainedKey[], key: ChainedKey, now: number): KeyState {
  if (key.revokedAt !== null) return 'revoked'
  if (key.signsFrom > now) return 'next'
  return signingKeyAt(keys, now)?.kid === key.kid ? 'signing' : 'retired'
}

function trusted<K extends ChainedKey>(keys: readonly K[]): K[] {
  return keys.filter(({ revokedAt }) => revokedAt === null)
}

function latestFirst(a: ChainedKey, b: ChainedKey): number {
  return b.signsFrom - a.signsFrom || b.createdAt - a.createdAt
}
