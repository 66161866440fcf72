// Agreements that creditor and agent have signed, without the conversation that led to them.
import {
  type AgreementFacts,
  agreementSignature,
  assembleGeneralJws,
  deriveAgreement,
  jwkThumbprintUri,
  type SigningKey,
  sha256Base64Url,
} from '../../src/protocol/index.ts'
import { BANK_ORIGIN, CREDITOR_ORIGIN, IBAN, START } from './fixtures.ts'
import { freshId } from './peer-threads.ts'

/** What differs from agreement to agreement. */
export interface AgreementTerms {
  readonly minor: bigint
  readonly instalments?: number
  readonly firstDueDate: string
  readonly requestId?: string
  readonly reference?: string
  readonly iat?: number
  readonly creditor?: AgreementFacts['request']['creditor']
}

/** Both who sign. */
export interface Signers {
  readonly peerKey: SigningKey
  readonly agentKey: SigningKey
}

/** Signs an agreement as JSON text, to be paid by the bank of the tests. */
export async function signedAgreement(signers: Signers, terms: AgreementTerms) {
  const { peerKey, agentKey } = signers
  const { minor, instalments = 1, firstDueDate } = terms
  const requestId = terms.requestId ?? `req_${freshId()}`
  const { bytes, agreement } = await deriveAgreement({
    request: {
      ...{ iss: CREDITOR_ORIGIN, aud: jwkThumbprintUri(agentKey.kid), sub: 'debtor-pairwise-1' },
      ...{ thr: freshId(), requestId },
      creditor: terms.creditor ?? {
        id: 'cr1',
        name: 'Stadtwerke Beispiel',
        account: { iban: IBAN },
      },
      remittance: { scheme: 'SCOR', reference: terms.reference ?? 'RF18539007547034' },
    },
    principal: { minor, currency: 'EUR' },
    plan: {
      ...{ instalments, interval: instalments === 1 ? null : 'P1W', priceBps: 0, firstDueDate },
    },
    answer: {
      ...{ jti: freshId(), iat: terms.iat ?? START, prev: await sha256Base64Url(requestId) },
      payBy: { bank: BANK_ORIGIN },
    },
  })
  const sign = (key: SigningKey) => agreementSignature(bytes, 'parley-agreement+jwt', key)
  const signatures = [await sign(peerKey), await sign(agentKey)]
  return { agreement, text: JSON.stringify(assembleGeneralJws(bytes, signatures)) }
}
