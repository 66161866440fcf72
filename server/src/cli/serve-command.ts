// `parley serve`: the server in this process, until a signal ends it.
import type { Command } from 'commander'

export function addServeCommand(program: Command, env: NodeJS.ProcessEnv): void {
  program
    .command('serve')
    .description('run the server, its jobs and its portal in this process')
    .action(async () => {
      const { runServer } = await import('../main.ts')
      await runServer(env)
    })
}
