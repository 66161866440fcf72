// `parley migrate`: brings the tables of the store up to date.
import type { Command } from 'commander'

export function addMigrateCommand(program: Command, env: NodeJS.ProcessEnv): void {
  program
    .command('migrate')
    .description('create or update the tables of the store')
    .action(async () => {
      const { withStore } = await import('./with-store.ts')
      const applied = await withStore(env, ({ migrated }) => Promise.resolve(migrated))
      const text = applied.map((name) => `Applied ${name}\n`).join('')
      process.stdout.write(text || 'The tables are up to date.\n')
    })
}
