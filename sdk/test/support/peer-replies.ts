// What a creditor in small answers over HTTP.

/** A reply before it is one of the platform. */
export interface PeerReply {
  readonly status: number
  readonly type: string
  readonly body: string
}

export const reply = (type: string, body: string, status = 200): PeerReply => ({
  status,
  type,
  body,
})

/** A signed message as the reply. */
export const said = (jws: string): PeerReply => reply('application/jose', jws)

export const problem = (status: number, code: string): PeerReply =>
  reply(
    'application/problem+json',
    JSON.stringify({ type: 'about:blank', title: code, status, code }),
    status,
  )
