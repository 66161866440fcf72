// The operator changes the server's key while it runs: no restart, and nobody sees a signature that
// the published keys do not explain.
import { type JwkSet, verifyMessage } from '@parley/sdk/protocol'
import { expect, it, onTestFinished } from 'vitest'
import { parleyProcess as parley } from '../cli/run-parley.ts'
import { freshDatabase } from '../support/fresh-database.ts'
import { clockFile, type ServerProcess, startServer } from '../support/server-process.ts'

interface Metadata {
  issuer: string
  jwks: JwkSet
  signedMetadata: string
}

async function signingKid(server: ServerProcess, now: number): Promise<string> {
  const { json } = await server.send<Metadata>({ path: '/.well-known/parley' })
  const verified = await verifyMessage(json.signedMetadata, {
    typ: 'parley-meta+jwt',
    keys: json.jwks,
    now,
    audience: 'urn:parley:anyone',
    issuer: json.issuer,
    allowLoopbackHttp: true,
  })
  if (!verified.ok) throw new Error(verified.error.code)
  return verified.value.kid
}

it('[KEY-02] [KEY-03] rotates and revokes keys under a running server', {
  timeout: 120_000,
}, async () => {
  const database = await freshDatabase()
  const clock = await clockFile('2026-03-10T09:00:00Z')
  const env = { DATABASE_URL: database.url, PARLEY_CLOCK_FILE: clock.path }
  const server = await startServer(env)
  onTestFinished(async () => {
    await server.end('SIGTERM')
    await clock.remove()
    await database.drop()
  })
  const first = await signingKid(server, clock.now())

  const rotated = await parley(['keys', 'rotate'], { env })
  expect([rotated.code, rotated.err]).toEqual([0, ''])
  const next = /^Key (\S+) is published/.exec(rotated.out)?.[1] ?? ''
  expect(rotated.out).toContain('It signs from 2026-03-10T09:10:00Z on.')
  expect(await signingKid(server, clock.now())).toBe(first)
  const jwks = await server.send<JwkSet>({ path: '/.well-known/jwks.json' })
  expect(jwks.json.keys.map(({ kid }) => kid)).toEqual([next, first])

  const again = await parley(['keys', 'rotate'], { env })
  expect([again.code, again.out]).toEqual([1, ''])
  expect(again.err).toContain(`${next} takes over already`)

  await clock.goTo('2026-03-10T09:10:00Z')
  await expect.poll(() => signingKid(server, clock.now()), { timeout: 30_000 }).toBe(next)

  const revoked = await parley(['keys', 'revoke', '--reason', 'backup lost', '--', next], { env })
  expect([revoked.code, revoked.err]).toEqual([0, ''])
  await clock.goTo('2026-03-10T09:10:30Z')
  const third = /Key (\S+) signs/.exec(revoked.out)?.[1] ?? ''
  await expect
    .poll(() => signingKid(server, clock.now()).catch(String), { timeout: 30_000 })
    .toBe(third)

  const unknown = await parley(['keys', 'revoke', 'nothing', '--reason', 'x'], { env })
  expect([unknown.code, unknown.err]).toEqual([
    1,
    'parley: Nothing was changed: there is no key nothing that could be revoked.\n',
  ])
  const listed = await parley(['keys', 'list', '--json'], { env })
  const states = (JSON.parse(listed.out) as { kid: string; state: string }[]).map(
    ({ kid, state }) => [kid, state],
  )
  expect(states).toEqual([
    [third, 'signing'],
    [next, 'revoked'],
    [first, 'retired'],
  ])
  const text = await parley(['keys', 'list'], { env })
  expect(text.out).toContain('revoked 2026-03-10T09:10:00Z: backup lost')
  const odd = await parley(['keys', 'rotate', '--overlap', '1'], { env })
  expect([odd.code, odd.err]).toEqual([2, expect.stringContaining('whole minutes from 6')])
})
