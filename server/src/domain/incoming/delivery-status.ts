// Reads the machine part of a bounce (message/delivery-status, RFC 3464) and says whether an address
// is gone or only not reachable now. Enhanced status codes: RFC 3463 and the IANA registry.

/** What a bounce says about one recipient. */
export interface MailReturn {
  /** `hard`: the address takes no mail. `soft`: it may later. `blocked`: the mail was not wanted. */
  readonly kind: 'hard' | 'soft' | 'blocked' | 'delivered'
  /** `5.1.1`, or `none` where the report has no valid one. */
  readonly status: string
  readonly recipient?: string
}

const MAX_LENGTH = 64_000
const MAX_RECIPIENTS = 50
const MAX_FIELD = 1_000

/** Codes whose first digit alone would mislead: a full mailbox is not a wrong address. */
const BY_DETAIL: Readonly<Record<string, 'hard' | 'soft' | 'blocked'>> = {
  // Mailbox full, and message too long for it.
  '2.2': 'soft',
  '2.3': 'blocked',
  '3.4': 'blocked',
  // The system or the network, whatever the digit before says.
  '3.1': 'soft',
  '3.2': 'soft',
  '4.1': 'soft',
  '4.2': 'soft',
  '4.3': 'soft',
  '4.4': 'soft',
  '4.6': 'soft',
  '4.7': 'soft',
  // Mailbox disabled: nobody reads it any more.
  '2.1': 'hard',
}

/** Returns one entry for each recipient of the report; none for what is no report. */
export function readDeliveryStatus(text: string): MailReturn[] {
  const groups = text
    .slice(0, MAX_LENGTH)
    .replaceAll('\r\n', '\n')
    .split(/\n[ \t]*\n/)
  return groups
    .slice(0, MAX_RECIPIENTS + 1)
    .map(fieldsOf)
    .flatMap((fields) => {
      const action = fields.get('action')?.toLowerCase()
      if (action === undefined) return []
      return [returnOf(action, fields)]
    })
}

function returnOf(action: string, fields: ReadonlyMap<string, string>): MailReturn {
  const status = /^[245]\.\d{1,3}\.\d{1,3}\b/.exec(fields.get('status') ?? '')?.[0] ?? 'none'
  const address = /^\s*rfc822\s*;\s*<?([^\s<>;,]{1,320})>?\s*$/i.exec(
    fields.get('final-recipient') ?? fields.get('original-recipient') ?? '',
  )?.[1]
  const known = address === undefined ? {} : { recipient: address }
  return { kind: kindOf(action, status), status, ...known }
}

function kindOf(action: string, status: string): MailReturn['kind'] {
  if (action === 'delivered' || action === 'relayed' || action === 'expanded') return 'delivered'
  // "Delayed" is not the end: the server goes on trying.
  if (action !== 'failed' || !status.startsWith('5')) return 'soft'
  const detail = status.slice(2)
  const listed = BY_DETAIL[detail]
  if (listed !== undefined) return listed
  if (detail.startsWith('1.')) return 'hard'
  return detail.startsWith('7.') || detail.startsWith('6.') ? 'blocked' : 'soft'
}

/** Header fields with their continuation lines, names in lower case. */
function fieldsOf(group: string): Map<string, string> {
  const fields = new Map<string, string>()
  let last = ''
  for (const line of group.split('\n')) {
    const isContinued = /^[ \t]/.test(line)
    if (isContinued && last !== '') {
      fields.set(last, `${fields.get(last) ?? ''} ${line.trim()}`.slice(0, MAX_FIELD))
      continue
    }
    const colon = line.indexOf(':')
    if (colon < 1 || colon > 100) continue
    last = line.slice(0, colon).trim().toLowerCase()
    if (!fields.has(last))
      fields.set(
        last,
        line
          .slice(colon + 1)
          .trim()
          .slice(0, MAX_FIELD),
      )
  }
  return fields
}
