// A transcript as people read it: both directions, with what the signed messages in them say.
import type { Exchange } from '../run/transcript.ts'
import { decodeJws } from '../wire/jws.ts'

const MOST_CHARACTERS = 4_000

/** The exchanges of a case, one after the other. */
export function transcriptText(id: string, exchanges: readonly Exchange[]): string {
  return [`── ${id}: ${exchanges.length} exchanges`, ...exchanges.map(exchangeText)].join('\n')
}

function exchangeText(one: Exchange): string {
  return [
    `${one.at} ms  ${one.from} → ${one.to}  ${one.method} ${one.url}`,
    ...headerLines(one.requestHeaders),
    ...bodyLines(one.requestBody),
    `        ← ${one.status}`,
    ...headerLines(one.responseHeaders),
    ...bodyLines(one.responseBody),
  ].join('\n')
}

function headerLines(headers: Readonly<Record<string, string>>): string[] {
  return Object.entries(headers).map(([name, value]) => `        ${name}: ${value}`)
}

/** A body with the messages in it taken apart. */
export function bodyLines(body: string): string[] {
  if (body === '') return []
  const told = body.length > MOST_CHARACTERS ? `${body.slice(0, MOST_CHARACTERS)}…` : body
  return [`        ${told}`, ...messagesIn(body).flatMap(messageLines)]
}

/** Every compact JWS in a text, with header and payload. */
export function messagesIn(
  body: string,
): { header: Record<string, unknown>; payload: Record<string, unknown> }[] {
  const tokens = body.match(/eyJ[A-Za-z0-9_-]+\.eyJ[A-Za-z0-9_-]+/g) ?? []
  return tokens.map(decodeJws).filter((message) => message !== undefined)
}

function messageLines({ header, payload }: ReturnType<typeof messagesIn>[number]): string[] {
  return [
    `          header  ${JSON.stringify(header)}`,
    `          payload ${JSON.stringify(payload)}`,
  ]
}
