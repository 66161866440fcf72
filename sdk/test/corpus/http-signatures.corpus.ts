// The examples of RFC 9421, appendix B.2: our signature base against theirs, and their signatures
// over it.
import { createPublicKey, verify } from 'node:crypto'
import { type InnerList, parseDictionary } from 'structured-headers'
import { expect, it } from 'vitest'
import { componentsOf, signatureBase } from '../../src/protocol/hop/signature-base.ts'
import { describeCorpus, readCorpusJson } from './corpus-files.ts'

const FILE = 'conformance/rfc9421/http-message-signatures-b2.json'

interface Example {
  title: string
  label: string
  alg: string
  keyid: string
  message: string
  signatureBase: string
  signatureInputHeader: string
  signatureHeader: string
}

interface Examples {
  messages: Record<string, string>
  keys: Record<string, { pem?: string }>
  cases: Example[]
}

/** The values of a request or response as the RFC prints it. */
function valuesOf(text: string): Map<string, string> {
  const [start = '', ...lines] = (text.split('\n\n')[0] ?? '').split('\n')
  const headers = new Map(
    lines.map((line) => {
      const [name = '', ...value] = line.split(':')
      return [name.toLowerCase(), value.join(':').trim()] as const
    }),
  )
  const [first = '', second = ''] = start.split(' ')
  if (first.startsWith('HTTP/')) return new Map([...headers, ['@status', second]])
  const url = `https://${headers.get('host')}${second}`
  return new Map(componentsOf({ method: first, url, headers }))
}

describeCorpus(FILE, () => {
  const { messages, keys, cases } = readCorpusJson<Examples>(FILE)
  // Component identifiers with parameters, which the profile does not have.
  const known = cases.filter(({ signatureInputHeader }) => !signatureInputHeader.includes(';name='))

  it('has the examples that we know', () => expect(known.length).toBeGreaterThanOrEqual(5))

  it.each(known)('$title', (example) => {
    const [covered, parameters] = parseDictionary(example.signatureInputHeader).get(
      example.label,
    ) as InnerList
    const base = signatureBase(covered, parameters, valuesOf(messages[example.message] ?? ''))
    expect(base).toBe(example.signatureBase)

    const pem = keys[example.keyid]?.pem
    if (pem === undefined || example.alg.startsWith('rsa')) return
    const signature = parseDictionary(example.signatureHeader).get(example.label)?.[0]
    const key = { key: createPublicKey(pem), dsaEncoding: 'ieee-p1363' as const }
    const digest = example.alg === 'ed25519' ? null : 'sha256'
    const bytes = Buffer.from(signature as ArrayBuffer)
    expect(verify(digest, Buffer.from(base ?? ''), key, bytes)).toBe(true)
    expect(verify(digest, Buffer.from(`${base} `), key, bytes)).toBe(false)
  })
})
