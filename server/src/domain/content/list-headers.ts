// The headers with which a mail program offers its person to end mails by one click. The way behind the
// link is http/operations/portal-acts.ts.

import { type ClaimMessageInput, isDunning } from './claim-message-input.ts'
import { templateRow } from './message-templates.ts'

/**
 * The list headers of a mail (RFC 2369 §3.2, RFC 8058 §3.1); none for a notice with effect in law, which
 * then goes by letter, and none for an answer to something that the person did. One click needs https.
 */
export function listHeaders(
  input: ClaimMessageInput,
  { isNotice }: { isNotice: boolean },
): Readonly<Record<string, string>> {
  const asks = isDunning(input) && templateRow(input.template).shape === 'request'
  if (!asks || isNotice) return {}
  const link = `${input.portalUrl}/unsubscribe`
  return {
    'List-Unsubscribe': `<${link}>`,
    ...(link.startsWith('https:') ? { 'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click' } : {}),
  }
}
