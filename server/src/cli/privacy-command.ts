// `parley privacy`: what an operator does for the people in the store.
import type { Command } from 'commander'
import type { CliHost } from './cli-host.ts'

const HELP = `
Who was erased is listed in a file outside of the store (PARLEY_ERASURE_LIST, else erasures.jsonl in the
data directory). After a backup was put back, this takes those people out of it again, and writes to the
list what the store alone knows. A server does the same whenever it starts.

Examples:
  $ parley privacy reapply
  $ PARLEY_ERASURE_LIST=/mnt/kept/erasures.jsonl parley privacy reapply`

export function addPrivacyCommand(program: Command, host: CliHost): void {
  program
    .command('privacy')
    .description('erase again whom a restored backup has brought back')
    .command('reapply')
    .description('apply the list of erasures to the store')
    .addHelpText('after', HELP)
    .action(() => runReapply(host))
}

async function runReapply(host: CliHost): Promise<void> {
  const { withStore } = await import('./with-store.ts')
  const { openErasureList } = await import('../erasure-list-file.ts')
  const { createIdSource } = await import('../ids.ts')
  const { loadRetention } = await import('../retention-files.ts')
  const { openSigner } = await import('../secrets/signer.ts')
  const { reapplyErasures } = await import('../use-cases/erase-person.ts')
  const again = await withStore(host.env, async ({ config, store, vault, clock }) =>
    reapplyErasures({
      db: store.db,
      clock,
      ids: createIdSource(clock),
      vault,
      publicUrl: config.publicUrl,
      signer: await openSigner({ db: store.db, vault, clock }),
      retention: loadRetention(),
      erasures: openErasureList(config.erasureList),
      outboxChanged: () => {},
    }),
  )
  host.out(again === 1 ? '1 person was erased again.\n' : `${again} people were erased again.\n`)
}
