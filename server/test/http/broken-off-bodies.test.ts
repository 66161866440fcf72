// A caller that leaves in the middle of its body: nobody is answered, and nobody on watch is alarmed.
import { once } from 'node:events'
import { type AddressInfo, connect } from 'node:net'
import { Writable } from 'node:stream'
import { pino } from 'pino'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { operationsOf, readApiDocument } from '../../src/http/api-document.ts'
import { buildApp } from '../../src/http/app.ts'
import type { Handler } from '../../src/http/operation.ts'
import { isStoreAway } from '../../src/storage/store-away.ts'

interface Line {
  level: number
  msg: string
  err?: object
}

const INFO = 30
const WARN = 40

let lines: Line[] = []
/** Called for every line. */
let heard = () => {}
const stream = new Writable({
  write(chunk, _encoding, done) {
    lines.push(JSON.parse(String(chunk)) as Line)
    heard()
    done()
  },
})

const document = readApiDocument()
const away: Handler = () => Promise.reject(Object.assign(new Error('gone'), { code: 'ECONNRESET' }))
let app: Awaited<ReturnType<typeof buildApp>>
beforeAll(async () => {
  app = await buildApp({
    document,
    handlers: Object.fromEntries(operationsOf(document).map(({ id }) => [id, away])),
    authenticate: async () => ({ creditorId: 'cr_1' }),
    actAs: (_, work) => work(),
    isStoreAway,
    logger: pino({ level: 'info' }, stream),
  })
  await app.listen({ port: 0, host: '127.0.0.1' })
})
beforeEach(() => {
  lines = []
})
afterAll(() => app?.close())

const told = (text: string) =>
  new Promise<void>((resolve) => {
    heard = () => lines.some(({ msg }) => msg === text) && resolve()
    heard()
  })

/** Sends the beginning of a request, waits until the server has it, and leaves. */
async function beginAndLeave(path: string, type: string): Promise<void> {
  const { port } = app.server.address() as AddressInfo
  const taken = once(app.server, 'request')
  const socket = connect(port, '127.0.0.1')
  const fields = `Host: x\r\nContent-Type: ${type}\r\nIdempotency-Key: k\r\nContent-Length: 1000`
  socket.write(`POST ${path} HTTP/1.1\r\n${fields}\r\n\r\n{"a"`)
  await taken
  socket.destroy()
}

describe('a body that breaks off', () => {
  it.each([
    ['/v1/statements', 'application/xml'],
    ['/v1/debtors', 'application/json'],
    ['/parley/messages', 'application/jose'],
  ])('on its way to %s is noted without a stack, and as no outage', async (path, type) => {
    const noted = told('the caller left before its body was whole')
    await beginAndLeave(path, type)
    await noted
    expect(lines.filter(({ level, err }) => level > INFO || err !== undefined)).toEqual([])
  })

  it('is told apart from a store that is away', async () => {
    const reply = await app.inject({ url: '/v1/creditor' })
    expect(reply.statusCode).toBe(503)
    expect(lines).toContainEqual(expect.objectContaining({ level: WARN, msg: 'the store is away' }))
  })
})
