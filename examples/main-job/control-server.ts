// The frame of a demo process: one HTTP server on loopback for the world and for the run's commands.
// It ends with the run, even when the run is killed.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { toNodeListener } from '@parley/sdk/node'
import type { Commands } from './control-messages.ts'

/** One function a command. */
export type Handlers<C extends Commands> = {
  readonly [Name in keyof C]: (body: C[Name]['takes']) => Promise<C[Name]['gives']>
}

type AnyHandler = (body: unknown) => Promise<unknown>

/** What a process serves once it knows its own address. */
export interface Served<C extends Commands> {
  readonly commands: Handlers<C>
  /** Everything outside of `/control/`. */
  handle(request: Request): Promise<Response>
}

/**
 * Listens on a free port, builds what is served there, and tells the run the origin. `details` goes
 * to the run as well.
 */
export async function startProcess<C extends Commands>(
  build: (origin: string) => Promise<Served<C> & { readonly details?: Record<string, string> }>,
): Promise<void> {
  let listener = (_: IncomingMessage, response: ServerResponse): void => {
    response.writeHead(503).end()
  }
  const server = createServer((request, response) => listener(request, response))
  // The run keeps its connections; a short time-out would race with its next call.
  server.keepAliveTimeout = 600_000
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const origin = `http://127.0.0.1:${port}`
  const { commands, handle, details = {} } = await build(origin)
  const serveWorld = toNodeListener(handle)
  listener = (request, response) => {
    const name = /^\/control\/([a-z-]+)$/.exec(request.url ?? '')?.[1]
    const command = name === undefined ? undefined : (commands as Record<string, AnyHandler>)[name]
    if (command === undefined) serveWorld(request, response)
    else void answer(command, request, response)
  }
  process.on('disconnect', () => process.exit())
  process.send?.({ origin, ...details })
}

async function answer(
  command: AnyHandler,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    const chunks: Buffer[] = []
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk)
    const reply = await command(JSON.parse(Buffer.concat(chunks).toString('utf8')))
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(reply))
  } catch (error) {
    console.error(error)
    response.writeHead(500).end(String(error))
  }
}
