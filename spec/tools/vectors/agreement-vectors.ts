// How both sides derive an agreement, and what makes its signatures good. The bytes are written out
// here by hand, member by member, as AGR-01 demands.
import { sha256Base64Url, toBase64Url } from '@parley/sdk/protocol'
import { published, type TestKeys } from './test-keys.ts'
import { createMint } from './token-mint.ts'
import { numbered, passes, refused, type Vector, type VectorFile } from './vector-file.ts'

const CREDITOR = 'https://creditor.example'
const NOW = 1_800_000_000
const OFFER = 'b2ZmZXItaGFzaC1vZi10aGUtbWVzc2FnZS1iZWZvcmU'.slice(0, 43)
const ANSWER = 'AAECAwQFBgcICQoLDA0ODw'

const REQUEST = {
  iss: CREDITOR,
  aud: 'urn:ietf:params:oauth:jwk-thumbprint:sha-256:08F3_g2PWr1UUUNmNOHlkGqpiIgGW-z7UOYZoA1OICI',
  sub: 'sub_01ARZ3NDEKTSV4RRFFQ69G5FAV',
  thr: 'thr-0123456789abcdef',
  requestId: 'pr_01ARZ3NDEKTSV4RRFFQ69G5FAV',
  creditor: { id: 'cr_1', name: 'Électricité "Nord"', account: { iban: 'NL91ABNA0417164300' } },
  remittance: { scheme: 'SCOR', reference: 'RF18539007547034' },
}

const PLAN = { instalments: 2, interval: 'P1M', priceBps: 0, firstDueDate: '2026-03-31' }

/** With every member that may be absent: of 120.50, 24.10 down and 96.40 on the next 25th. */
const TAILORED_PLAN = { ...PLAN, firstDueDate: '2026-03-10', payDay: 25, downPaymentBps: 2000 }

async function tailoredBytes(): Promise<{ text: string; agreementId: string }> {
  const hash = await sha256Base64Url('parley-plan-1\nEUR\n1|2026-03-10|24.10\n2|2026-03-25|96.40\n')
  const agreementId = await sha256Base64Url(['parley-agreement-1', OFFER, ANSWER, hash].join('\n'))
  const plain = await bytesOf('https://bank.example')
  const changes: readonly (readonly [string, string])[] = [
    [plain.agreementId, agreementId],
    [
      '"firstDueDate":"2026-03-31"}',
      '"firstDueDate":"2026-03-10","downPaymentBps":2000,"payDay":25}',
    ],
    [plain.hash, hash],
    ['"2026-03-31","amount":{"value":"60.25"', '"2026-03-10","amount":{"value":"24.10"'],
    ['"2026-04-30","amount":{"value":"60.25"', '"2026-03-25","amount":{"value":"96.40"'],
  ]
  const text = changes.reduce((so, [from, to]) => so.replace(from, to), plain.text)
  return { text, agreementId }
}

/** Over the rest of another agreement: its lines are named by the revision too (AGR-03). */
async function replanned(): Promise<Omit<Vector, 'id'>> {
  const { expect: _, ...plain } = await derivation('in the place of another plan')
  const { text, agreementId } = await bytesOf(undefined)
  const replan = { agreementId: OFFER, reason: { code: 'line-missed' } }
  const request = { ...REQUEST, revision: 2, replan }
  const bytes = text.replaceAll('FAV-', 'FAV-R2-')
  const input = { ...(plain.input as object), request }
  return { ...plain, rule: 'AGR-03', input, expect: passes({ bytes, agreementId }) }
}

interface Written {
  text: string
  agreementId: string
  hash: string
}

async function bytesOf(payBy: string | undefined): Promise<Written> {
  const hash = await sha256Base64Url('parley-plan-1\nEUR\n1|2026-03-31|60.25\n2|2026-04-30|60.25\n')
  const agreementId = await sha256Base64Url(['parley-agreement-1', OFFER, ANSWER, hash].join('\n'))
  const { iss, aud, sub, thr, requestId } = REQUEST
  const text = [
    `{"ver":"1.0","agreementId":"${agreementId}","iss":"${iss}","aud":"${aud}","sub":"${sub}","thr":"${thr}","iat":${NOW},`,
    `"offer":"${OFFER}","answer":"${ANSWER}","requestId":"${requestId}",`,
    `"creditor":{"id":"cr_1","name":"Électricité \\"Nord\\"","account":{"iban":"NL91ABNA0417164300"}},`,
    `"remittance":{"scheme":"SCOR","reference":"RF18539007547034"},`,
    `"principal":{"value":"120.50","currency":"EUR"},"total":{"value":"120.50","currency":"EUR"},`,
    `"plan":{"instalments":2,"interval":"P1M","priceBps":0,"firstDueDate":"2026-03-31"},"planHash":"${hash}",`,
    `"lines":[{"line":1,"dueDate":"2026-03-31","amount":{"value":"60.25","currency":"EUR"},"endToEndId":"01ARZ3NDEKTSV4RRFFQ69G5FAV-1"},`,
    `{"line":2,"dueDate":"2026-04-30","amount":{"value":"60.25","currency":"EUR"},"endToEndId":"01ARZ3NDEKTSV4RRFFQ69G5FAV-2"}]`,
    payBy === undefined ? '' : `,"payBy":{"bank":"${payBy}"}`,
    '}',
  ].join('')
  return { text, agreementId, hash }
}

async function derivation(
  title: string,
  { payBy, plan = PLAN }: { payBy?: string; plan?: object } = {},
): Promise<Omit<Vector, 'id'>> {
  const answer = {
    jti: ANSWER,
    iat: NOW,
    prev: OFFER,
    ...(payBy ? { payBy: { bank: payBy } } : {}),
  }
  const principal = { value: '120.50', currency: 'EUR' }
  const { text, agreementId } = await (plan === PLAN ? bytesOf(payBy) : tailoredBytes())
  return {
    rule: 'AGR-01',
    title,
    operation: 'derive',
    input: { request: REQUEST, principal, plan, answer },
    expect: passes({ bytes: text, agreementId }),
  }
}

/** Agreement vectors; `committed` is the text of the present file. */
export async function agreementVectors(keys: TestKeys, committed: string): Promise<VectorFile> {
  const { text } = await bytesOf(undefined)
  const mint = createMint(
    { typ: 'parley-agreement+jwt', payload: {}, key: keys.creditor },
    committed,
  )
  const signatureOf = async (key: TestKeys['agent'], payload = text) => {
    const [header = '', , signature = ''] = (await mint.sign({ key, payload })).split('.')
    return { protected: header, signature }
  }
  const creditor = await signatureOf(keys.creditor)
  const agent = await signatureOf(keys.agent)
  const signed = (signatures: object[]) => ({
    payload: toBase64Url(new TextEncoder().encode(text)),
    signatures,
  })
  const check = (rule: string, title: string, signatures: object[], expect: Vector['expect']) => ({
    rule,
    title,
    operation: 'verify',
    input: { jws: signed(signatures), now: NOW },
    expect,
  })
  const other = await signatureOf(keys.agent, text.replace('60.25', '60.26'))
  return {
    description:
      'operation derive: the exact UTF-8 bytes of the agreement. verify: `jws` needs one good signature of each of the two `parties`.',
    common: {
      typ: 'parley-agreement+jwt',
      parties: [
        { name: 'creditor', jwks: published(keys.creditor) },
        { name: 'agent', jwks: published(keys.agent) },
      ],
    },
    vectors: numbered('agr', [
      await derivation('two instalments'),
      await derivation('paid by a bank', { payBy: 'https://bank.example' }),
      await derivation('a down payment and a pay day, which follow the first day', {
        ...{ payBy: 'https://bank.example', plan: TAILORED_PLAN },
      }),
      check('SIG-21', 'both signatures', [creditor, agent], passes()),
      check('SIG-21', 'in the other order', [agent, creditor], passes()),
      check('SIG-22', 'the creditor alone', [creditor], refused('signatures')),
      check('SIG-22', 'one party twice', [creditor, creditor], refused('kid')),
      check('SIG-22', 'a stranger', [creditor, await signatureOf(keys.stranger)], refused('party')),
      check('AGR-04', 'a signature over another plan', [creditor, other], refused('signature')),
      await replanned(),
    ]),
  }
}
