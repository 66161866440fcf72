// `parley keys`: the keys with which the server signs. Lists them, brings in the next one, and takes
// the trust from one that others may have.
import { type Command, InvalidArgumentError } from 'commander'
import { CliError, EXIT } from './cli-error.ts'
import type { CliHost } from './cli-host.ts'
import type { OpenedStore } from './with-store.ts'

const HELP = `
A key is published before it signs: peers keep a key set for up to 5 minutes, so the next one signs
after an overlap of 10 minutes (--overlap). The former stays published, and is believed until the
last message that it signed has expired, 30 days later. A running server notices by itself within
seconds; with the embedded store, stop it first.

Revoke a key only when others may have it: what it signed from now on is believed by nobody, and a
server that has not noticed yet signs with it for a few seconds more. Peers learn of it within
5 minutes.

The master key (PARLEY_MASTER_KEY) is replaced in three steps: start every server with the new one there
and the old one in PARLEY_FORMER_MASTER_KEY; run keys rotate-master with the same two; take the old one
away. A run that was cut off is run again. After it, no copy of the store opens with the old key but
copies that are older: destroy it, and they are closed for good.

Examples:
  $ parley keys list
  $ parley keys rotate
  $ parley keys rotate --overlap 60
  $ parley keys revoke 5f2a… --reason "backup was lost"
  $ PARLEY_FORMER_MASTER_KEY=… PARLEY_MASTER_KEY=… parley keys rotate-master

A key that starts with a hyphen is named after two: keys revoke --reason "…" -- -f2a…`

const MAX_OVERLAP_MINUTES = 7 * 24 * 60
const MIN_OVERLAP_MINUTES = 6

export function addKeysCommand(program: Command, host: CliHost): void {
  const keys = program
    .command('keys')
    .description("list, rotate or revoke the server's signing keys")
    .addHelpText('after', HELP)
  keys
    .command('list')
    .description('show every key, newest first')
    .option('--json', 'print a JSON array')
    .action((options: { json?: true }) => runList(options, host))
  keys
    .command('rotate')
    .description('publish the next key now and sign with it after the overlap')
    .option('--overlap <minutes>', 'how long both are published before it signs', minutes, 10)
    .action((options: { overlap: number }) => runRotate(options, host))
  keys
    .command('rotate-master')
    .description('put all that the former master key sealed under the present one')
    .action(() => runRotateMaster(host))
  keys
    .command('revoke')
    .description('take the trust from a key at once')
    .argument('<kid>', 'the key, as `keys list` shows it')
    .requiredOption('--reason <text>', 'published beside the key')
    .action((kid: string, options: { reason: string }) => runRevoke(kid, options, host))
}

function minutes(text: string): number {
  const value = Number(text)
  if (Number.isInteger(value) && value >= MIN_OVERLAP_MINUTES && value <= MAX_OVERLAP_MINUTES) {
    return value
  }
  throw new InvalidArgumentError(
    `use whole minutes from ${MIN_OVERLAP_MINUTES} to ${MAX_OVERLAP_MINUTES}`,
  )
}

async function runList({ json }: { json?: true }, host: CliHost): Promise<void> {
  const { withStore } = await import('./with-store.ts')
  const { allSigningKeys } = await import('../storage/signing-keys.ts')
  const { keyStateAt } = await import('../domain/key-chain.ts')
  const rows = await withStore(host.env, async ({ store, clock }) => {
    const keys = await allSigningKeys(store.db)
    return keys.map((key) => ({
      kid: key.kid,
      alg: key.alg,
      state: keyStateAt(keys, key, clock.now()),
      publishedAt: instant(key.createdAt),
      signsFrom: instant(key.signsFrom),
      believedUntil: instant(key.retiredAt),
      revokedAt: instant(key.revokedAt),
      revokedReason: key.revokedReason,
    }))
  })
  if (json === true) return void host.out(`${JSON.stringify(rows)}\n`)
  if (rows.length === 0) return void host.out('There is no key yet: the first start makes one.\n')
  for (const row of rows) {
    const more = [
      `signs from ${row.signsFrom}`,
      ...(row.believedUntil === null ? [] : [`believed until ${row.believedUntil}`]),
      ...(row.revokedAt === null ? [] : [`revoked ${row.revokedAt}: ${row.revokedReason}`]),
    ]
    host.out(`${row.kid}  ${row.alg}  ${row.state.padEnd(7)}  ${more.join(', ')}\n`)
  }
}

async function runRotate({ overlap }: { overlap: number }, host: CliHost): Promise<void> {
  const { withStore } = await import('./with-store.ts')
  const { rotateSigningKey } = await import('../use-cases/rotate-signing-key.ts')
  const rotated = await withStore(host.env, async (opened) =>
    rotateSigningKey(await depsOf(opened), { overlapSeconds: overlap * 60 }),
  )
  if (!rotated.ok) throw refusedAs(rotated.error.detail)
  const { kid, signsFrom } = rotated.value
  host.out(`Key ${kid} is published. It signs from ${instant(signsFrom)} on.\n`)
}

async function runRotateMaster(host: CliHost): Promise<void> {
  const { withStore } = await import('./with-store.ts')
  const { rotateMasterKey } = await import('../use-cases/rotate-master-key.ts')
  const done = await withStore(host.env, async ({ store, vault, config }) => {
    if (config.formerMasterKey === undefined) {
      throw refusedAs('PARLEY_FORMER_MASTER_KEY does not name the key to replace')
    }
    return await rotateMasterKey({ db: store.db, vault })
  })
  for (const [kind, count] of Object.entries(done)) host.out(`${count} ${kind}\n`)
  host.out('All is under PARLEY_MASTER_KEY: take PARLEY_FORMER_MASTER_KEY away.\n')
}

async function runRevoke(
  kid: string,
  { reason }: { reason: string },
  host: CliHost,
): Promise<void> {
  const { withStore } = await import('./with-store.ts')
  const { revokeSigningKey } = await import('../use-cases/rotate-signing-key.ts')
  const revoked = await withStore(host.env, async (opened) =>
    revokeSigningKey(await depsOf(opened), { kid, reason }),
  )
  if (!revoked.ok) throw refusedAs(revoked.error.detail)
  host.out(`Key ${kid} is revoked. Key ${revoked.value.kid} signs.\n`)
}

async function depsOf({ store, clock, vault }: OpenedStore) {
  const { makeSigningKey } = await import('../secrets/make-signing-key.ts')
  return { db: store.db, clock, makeKey: () => makeSigningKey(vault) }
}

function refusedAs(detail: string): CliError {
  return new CliError(`Nothing was changed: ${detail}.`, { exitCode: EXIT.refused })
}

function instant(at: number): string
function instant(at: number | null): string | null
function instant(at: number | null): string | null {
  return at === null ? null : `${new Date(at * 1000).toISOString().slice(0, 19)}Z`
}
