// The server's backlog, as its operator sees it: the demo goes on when it is worked off.
import type { components } from '@parley/sdk/creditor'

export type Work = components['schemas']['Work']

const WAIT_SECONDS = 10

/** Reads the backlog with the operator's token, once it is worked off or does not shrink. */
export async function readWork(server: string, operatorToken: string): Promise<Work> {
  const headers = { authorization: `Bearer ${operatorToken}` }
  const response = await fetch(`${server}/health/work?wait=${WAIT_SECONDS}`, { headers })
  if (!response.ok) throw new Error(`GET /health/work: ${response.status}`)
  return (await response.json()) as Work
}
