// Reachability, version, name, key and clock of a server.
import type { ServerTarget } from '../roles/server/world.ts'
import { createTranscript } from '../run/transcript.ts'
import { createClient, type Reply } from '../wire/client.ts'
import { decodeJws } from '../wire/jws.ts'
import { apart, type Finding, finding, unreachable } from './finding.ts'

/** Looks at a server; stops at what makes the rest unknowable. */
export async function serverFindings({
  url,
  apiKey,
  clockFile,
}: ServerTarget): Promise<readonly Finding[]> {
  const client = createClient(createTranscript(), 'server')
  try {
    const found = await client
      .send({ url: `${url}/.well-known/parley` })
      .catch((error: Error) => error.message)
    if (typeof found === 'string') {
      return [
        unreachable(
          'reachability',
          `Nothing answers at ${url} (${found}): start the server, or correct url.`,
        ),
      ]
    }
    if (found.status !== 200 || found.json === undefined) {
      return [
        unreachable(
          'reachability',
          `${url}/.well-known/parley answers ${found.status}, not JSON: is this the server's origin?`,
        ),
      ]
    }
    const headers = { authorization: `Bearer ${apiKey}` }
    const creditor = await client.send({ url: `${url}/v1/creditor`, headers })
    return [
      finding('reachability', undefined),
      finding('version', versionTrouble(found)),
      finding('name', nameTrouble(found, url)),
      finding('API key', keyTrouble(creditor)),
      finding('clock', clockFile === undefined ? clockTrouble(found) : undefined),
    ]
  } finally {
    client.close()
  }
}

function versionTrouble({ json }: Reply): string | undefined {
  const versions: readonly string[] = json.versions ?? []
  if (versions.includes('1.0')) return undefined
  return `The server speaks ${versions.join(', ') || 'no version'}, the suite 1.0: use the suite of that version.`
}

function nameTrouble({ json }: Reply, url: string): string | undefined {
  if (json.issuer === url) return undefined
  return `The server calls itself ${json.issuer}, and is reached at ${url}: every aud would be wrong; make both the same.`
}

function keyTrouble({ status }: Reply): string | undefined {
  if (status === 200) return undefined
  return `GET /v1/creditor answers ${status}: the API key is not one of a creditor on this server.`
}

/** By the Date header, else by the `iat` of the signed metadata. */
function clockTrouble({ headers, json }: Reply): string | undefined {
  const date = Date.parse(headers['date'] ?? '') / 1000
  const iat = Number(decodeJws(String(json.signedMetadata))?.payload['iat'])
  const difference = apart(Number.isNaN(date) ? iat : date, Date.now() / 1000)
  return (
    difference &&
    `The server's clock is ${difference}: messages will be refused (iat); set one of the clocks.`
  )
}
