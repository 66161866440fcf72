// `parley serve`: the server in this process, until a signal ends it.
import type { Command } from 'commander'
import type { CliHost } from './cli-host.ts'

export function addServeCommand(program: Command, host: CliHost): void {
  program
    .command('serve')
    .description('run the server, its jobs and its portal in this process')
    .action(async () => {
      const { runServer } = await import('../main.ts')
      await runServer(host.env)
    })
}
