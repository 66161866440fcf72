// The document is the inventory of the API: what it does not describe is not served.
import { pino } from 'pino'
import { describe, expect, it } from 'vitest'
import { operationsOf, readApiDocument } from '../../src/http/api-document.ts'
import { buildApp } from '../../src/http/app.ts'
import type { Handler } from '../../src/http/operation.ts'

const document = readApiDocument()
const nobody: Handler = () => Promise.reject(new Error('nobody serves this'))
const all = Object.fromEntries(operationsOf(document).map(({ id }) => [id, nobody]))

const build = (handlers: Record<string, Handler>) =>
  buildApp({
    document,
    handlers,
    authenticate: async () => undefined,
    actAs: (_, work) => work(),
    isStoreAway: () => false,
    logger: pino({ level: 'silent' }),
  })

describe('a server', () => {
  it('does not start with an operation that nobody serves, or one that nobody described', async () => {
    const { getCreditor: _, ...missing } = all
    await expect(build(missing)).rejects.toThrow('missing: getCreditor')
    await expect(build({ ...all, debug: nobody })).rejects.toThrow('left over: debug')
    await (await build(all)).close()
  })
})
