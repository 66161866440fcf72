// The keys of an agent in an evidence bundle. Its name shows the key that it enrolled with; each
// later one carries the `rekey` by which the agent named it, so that nobody else can add a key.
import type { EvidenceBundle, EvidenceFault, EvidenceParty } from './evidence-bundle.ts'
import { jwkThumbprintUri } from './identifiers.ts'
import type { PublishedJwk } from './key-set.ts'
import { checkPublicJwk } from './keys.ts'
import { parsePayload, typOf } from './messages.ts'
import { verifyRekeyProof } from './rekey-proof.ts'
import { verifyMessage } from './verify.ts'

/** A key as a bundle shows it: `rekey` is the compact JWS that named it. */
type ShownKey = PublishedJwk & { readonly rekey?: unknown }

/** Faults `party` for keys that neither the name of their agent nor a `rekey` of it shows. */
export async function agentKeyFaults({
  parties,
  exportedAt: now,
}: EvidenceBundle): Promise<EvidenceFault[]> {
  const creditor = parties.find(({ role }) => role === 'creditor')?.iss ?? ''
  const faults: EvidenceFault[] = []
  for (const party of parties) {
    if (!party.iss.startsWith('urn:')) continue
    const strange = await strangeKeys(party, { creditor, now })
    for (let i = 0; i < strange; i++) {
      const detail = 'is named by another key than it shows'
      faults.push({ code: 'party', where: { party: party.iss }, detail })
    }
  }
  return faults
}

/** How many keys are left when no `rekey` by a key that was shown names another. */
async function strangeKeys(
  { iss, jwks }: EvidenceParty,
  context: { creditor: string; now: number },
): Promise<number> {
  const isFirst = ({ kid }: ShownKey) => typeof kid === 'string' && iss === jwkThumbprintUri(kid)
  const shown = jwks.keys.filter(isFirst)
  let rest: ShownKey[] = jwks.keys.filter((key) => !isFirst(key))
  for (;;) {
    const named: ShownKey[] = []
    for (const key of rest) {
      if (await isNamedBy(shown, key, { iss, ...context })) named.push(key)
    }
    if (named.length === 0) return rest.length
    shown.push(...named)
    rest = rest.filter((key) => !named.includes(key))
  }
}

async function isNamedBy(
  shown: readonly PublishedJwk[],
  { kid, rekey }: ShownKey,
  { iss, creditor, now }: { iss: string; creditor: string; now: number },
): Promise<boolean> {
  if (typeof rekey !== 'string') return false
  const verified = await verifyMessage(rekey, {
    typ: typOf('rekey'),
    keys: { keys: shown },
    now,
    evidence: true,
    audience: creditor,
    issuer: iss,
  })
  if (!verified.ok) return false
  const parsed = parsePayload('rekey', verified.value.payload)
  const jwk = parsed.ok ? checkPublicJwk(parsed.value.jwk) : undefined
  if (!parsed.ok || jwk?.ok !== true) return false
  const proven = await verifyRekeyProof(parsed.value, jwk.value, parsed.value.proof)
  return proven.ok && proven.value === kid
}
