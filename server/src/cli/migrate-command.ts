// `parley migrate`: brings the tables of the store up to date.
import type { Command } from 'commander'
import type { CliHost } from './cli-host.ts'

export function addMigrateCommand(program: Command, host: CliHost): void {
  program
    .command('migrate')
    .description('create or update the tables of the store')
    .action(async () => {
      const { withStore } = await import('./with-store.ts')
      const applied = await withStore(host.env, ({ migrated }) => Promise.resolve(migrated))
      const text = applied.map((name) => `Applied ${name}\n`).join('')
      host.out(text || 'The tables are up to date.\n')
    })
}
