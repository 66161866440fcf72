// The process: reads the environment, composes, listens, and drains on a signal. No logic.
import { pathToFileURL } from 'node:url'
import { pino } from 'pino'
import { compose } from './compose.ts'
import { type Config, ConfigError, loadConfig } from './config.ts'
import { errorFacts } from './log-errors.ts'

/** Runs the server until a signal ends it. Sets the exit code for a fault of the configuration. */
export async function runServer(env: NodeJS.ProcessEnv): Promise<void> {
  const config = readConfig(env)
  if (config === undefined) return
  const log = pino({ level: config.logLevel, serializers: { err: errorFacts } })
  const server = await compose(config, log)
  await server.app.listen({ host: config.host, port: config.port })
  warn(config, log)
  log.info({ url: config.publicUrl, docs: `${config.publicUrl}/docs` }, 'parley serves')

  let isStopping = false
  const stop = async (signal: string) => {
    if (isStopping) return
    isStopping = true
    log.info({ signal }, 'draining')
    server.drain()
    await server.close()
    log.info('stopped')
  }
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void stop(signal))
}

function readConfig(env: NodeJS.ProcessEnv): Config | undefined {
  try {
    return loadConfig(env)
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    process.stderr.write(`${error.message}\n`)
    process.exitCode = 2
    return undefined
  }
}

function warn(config: Config, log: pino.Logger): void {
  if (config.masterKeyIsDefault) {
    log.warn(
      'PARLEY_MASTER_KEY is not set: keys are encrypted with the development default that everybody knows. Set it before real data: openssl rand -base64 32',
    )
  }
  if (config.store.kind === 'embedded') {
    log.warn(
      'the embedded store survives a killed process, not a power cut: it is for trying and small use; set DATABASE_URL for production',
    )
  }
  if (config.smtpUrl === undefined) {
    log.warn('PARLEY_SMTP_URL is not set: e-mails to people wait in the queue')
  }
  if (config.clockFile !== undefined) log.warn('the clock is read from PARLEY_CLOCK_FILE')
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  await runServer(process.env)
}
