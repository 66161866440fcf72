// Reads from the environment who posts letters: a provider behind a signed webhook, a folder that a
// print shop empties, or both, the provider first.

import type { LetterPosts } from './outbound/human-ports.ts'

type Env = Readonly<Record<string, string | undefined>>

/** Reads PARLEY_LETTER_WEBHOOK_URL and …_SECRET, and PARLEY_PRINT_FOLDER. Adds one line per fault. */
export function readLetterConfig(env: Env, faults: string[]): LetterPosts {
  const url = env['PARLEY_LETTER_WEBHOOK_URL']
  const secret = env['PARLEY_LETTER_WEBHOOK_SECRET']
  if ((url === undefined) !== (secret === undefined)) {
    faults.push('PARLEY_LETTER_WEBHOOK_URL and PARLEY_LETTER_WEBHOOK_SECRET belong together')
  }
  if (url !== undefined && !(URL.canParse(url) && /^https?:/.test(url))) {
    faults.push('PARLEY_LETTER_WEBHOOK_URL must be an http(s) address')
  }
  if (secret !== undefined && !/^whsec_[A-Za-z0-9+/=]{32,}$/.test(secret)) {
    faults.push('PARLEY_LETTER_WEBHOOK_SECRET must be whsec_ and at least 24 bytes in base64')
  }
  const webhook = url === undefined || secret === undefined ? undefined : { url, secret }
  return { webhook, printFolder: env['PARLEY_PRINT_FOLDER'] }
}
