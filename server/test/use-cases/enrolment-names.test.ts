import { encodeUtf8, kindOf, toBase64Url, typOf } from '@parley/sdk/protocol'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readMetadata } from '../../src/use-cases/read-metadata.ts'
import { receiveMessage } from '../../src/use-cases/receive-message.ts'
import {
  debtorNamed,
  enrolTestAgent,
  issueClaim,
  openTestWorld,
  type TestWorld,
} from '../support/test-world.ts'

let world: TestWorld
beforeAll(async () => {
  world = await openTestWorld()
})
afterAll(() => world.close())

describe('[PTY-03] the name of a debtor between creditor and agent', () => {
  it('is another at each enrolment and says nothing about the debtor', async () => {
    const subs: string[] = []
    for (const name of ['ann', 'bob', 'ann']) {
      const { debtorId } = await issueClaim(world, { debtor: debtorNamed(name) })
      const { sub } = await enrolTestAgent(world, debtorId)
      expect(sub).not.toContain(name)
      expect(sub).not.toContain(debtorId.slice(3))
      subs.push(sub)
    }
    expect(new Set(subs).size).toBe(3)
  })
})

describe('[PTY-05] a capability that the metadata advertises', () => {
  it('and that is a kind of message from agents is taken', async () => {
    const { capabilities } = (await readMetadata(world.deps)) as { capabilities: string[] }
    const fromAgents = ['ack', 'query', 'dispute', 'assistance', 'cancelled', 'rekey', 'preference']
    expect(capabilities).toEqual(expect.arrayContaining(fromAgents))
    const kinds = fromAgents.flatMap((name) => kindOf(typOf(name as 'ack')) ?? [])
    expect(kinds).toEqual(fromAgents)
    for (const kind of [...kinds, 'quote' as const]) {
      const reply = await receiveMessage(world.deps, unsigned(typOf(kind)))
      const code = reply.ok ? 'taken' : reply.error.code
      // Known kinds are refused for their thread; one that only creditors send, for its type.
      expect([kind, code === 'typ']).toEqual([kind, kind === 'quote'])
    }
  })
})

function unsigned(typ: string): string {
  const header = { alg: 'ES256', typ, kid: 'A'.repeat(43) }
  const payload = { iss: 'x', thr: 'thr-0123456789abcdef', jti: 'A'.repeat(22) }
  const parts = [header, payload].map((part) => toBase64Url(encodeUtf8(JSON.stringify(part))))
  return [...parts, 'A'.repeat(86)].join('.')
}
