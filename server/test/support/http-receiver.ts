// A real HTTP server on loopback that plays a peer: an agent's inbox, a webhook endpoint, a bank.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface Received {
  method: string
  path: string
  headers: Record<string, string>
  body: string
}

export interface Receiver {
  origin: string
  /** Everything that arrived, in order. */
  received: Received[]
  /** What the next requests get; the default is an empty 202. */
  reply: (request: Received, response: ServerResponse) => void
  close(): Promise<void>
}

/** Answers with a status and an optional body. */
export function answer(status: number, body = '', headers: Record<string, string> = {}) {
  return (_request: Received, response: ServerResponse) => {
    response.writeHead(status, headers).end(body)
  }
}

/** Starts a receiver on a free port of 127.0.0.1. */
export async function startReceiver(): Promise<Receiver> {
  const server = createServer((request, response) => {
    void readRequest(request).then((received) => {
      receiver.received.push(received)
      receiver.reply(received, response)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const receiver: Receiver = {
    origin: `http://127.0.0.1:${port}`,
    received: [],
    reply: answer(202),
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
  return receiver
}

async function readRequest(request: IncomingMessage): Promise<Received> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  const { method = '', url = '', headers } = request
  return {
    method,
    path: url,
    headers: Object.fromEntries(Object.entries(headers).map(([name, v]) => [name, String(v)])),
    body: Buffer.concat(chunks).toString('utf8'),
  }
}
