// What stands in the way of a run, in one sentence each with what to do.

import type { ServerTarget } from '../roles/server/world.ts'
import { createTranscript } from '../run/transcript.ts'
import { createClient, type Reply } from '../wire/client.ts'
import { decodeJws } from '../wire/jws.ts'
import type { Settings } from './settings.ts'
import { EXIT } from './usage.ts'

/** What was looked at, and what is wrong with it: undefined where it is well. */
export interface Finding {
  readonly looked: string
  readonly trouble?: string
}

/** How far clocks may be apart (SIG-18). */
const CLOCK_SECONDS = 60

/** Looks at what the settings name, and prints a line for each thing. */
export async function examine(
  { targets }: Pick<Settings, 'targets'>,
  print: (text: string) => void,
): Promise<number> {
  const findings = [
    ...nodeFindings(),
    ...(targets.server === undefined
      ? [
          {
            looked: 'settings',
            trouble:
              'No server is named: run parley-conformance init server, or give --url and --api-key.',
          },
        ]
      : await serverFindings(targets.server)),
  ]
  for (const { looked, trouble } of findings) {
    print(trouble === undefined ? `✓ ${looked}` : `✗ ${looked}: ${trouble}`)
  }
  const isReached = findings.every(({ looked, trouble }) => looked !== 'reachability' || !trouble)
  if (!isReached) return EXIT.unreachable
  return findings.some(({ trouble }) => trouble !== undefined) ? EXIT.failed : EXIT.passed
}

function nodeFindings(): Finding[] {
  const [major = 0] = process.versions.node.split('.').map(Number)
  const looked = 'Node'
  return major >= 24
    ? [{ looked }]
    : [{ looked, trouble: `This is Node ${process.versions.node}: the suite wants 24 or later.` }]
}

/** Reachability, version, name, key and clock of a server; stops at what makes the rest unknowable. */
export async function serverFindings(target: ServerTarget): Promise<Finding[]> {
  const client = createClient(createTranscript(), 'server')
  try {
    const found = await client
      .send({ url: `${target.url}/.well-known/parley` })
      .catch((error: Error) => error.message)
    if (typeof found === 'string') {
      return [
        {
          looked: 'reachability',
          trouble: `Nothing answers at ${target.url} (${found}): start the server, or correct url.`,
        },
      ]
    }
    if (found.status !== 200 || found.json === undefined) {
      return [
        {
          looked: 'reachability',
          trouble: `${target.url}/.well-known/parley answers ${found.status}, not JSON: is this the server's origin?`,
        },
      ]
    }
    const { url, apiKey } = target
    const headers = { authorization: `Bearer ${apiKey}` }
    const creditor = await client.send({ url: `${url}/v1/creditor`, headers })
    return [
      { looked: 'reachability' },
      versionFinding(found),
      nameFinding(found, target),
      keyFinding(creditor),
      clockFinding(found, target),
    ]
  } finally {
    client.close()
  }
}

function versionFinding({ json }: Reply): Finding {
  const versions = json.versions ?? []
  const looked = 'version'
  return versions.includes('1.0')
    ? { looked }
    : {
        looked,
        trouble: `The server speaks ${versions.join(', ') || 'no version'}, the suite 1.0: use the suite of that version.`,
      }
}

function nameFinding({ json }: Reply, { url }: ServerTarget): Finding {
  const looked = 'name'
  return json.issuer === url
    ? { looked }
    : {
        looked,
        trouble: `The server calls itself ${json.issuer}, and is reached at ${url}: every aud would be wrong; make both the same.`,
      }
}

function keyFinding({ status }: Reply): Finding {
  const looked = 'API key'
  return status === 200
    ? { looked }
    : {
        looked,
        trouble: `GET /v1/creditor answers ${status}: the API key is not one of a creditor on this server.`,
      }
}

/** By the `iat` of the signed metadata where it is fresh, else by the Date header. */
function clockFinding({ headers, json }: Reply, { clockFile }: ServerTarget): Finding {
  const looked = 'clock'
  if (clockFile !== undefined) return { looked }
  const date = Date.parse(headers['date'] ?? '') / 1000
  const iat = Number(decodeJws(String(json.signedMetadata))?.payload['iat'])
  const theirs = Number.isNaN(date) ? iat : date
  const apart = Math.round(theirs - Date.now() / 1000)
  return Math.abs(apart) <= CLOCK_SECONDS
    ? { looked }
    : {
        looked,
        trouble: `The server's clock is ${Math.abs(apart)} seconds ${apart > 0 ? 'ahead' : 'behind'}: messages will be refused (iat); set one of the clocks.`,
      }
}
