// `npm run examples`: one server, one creditor an example, and each example as its own process, which
// asserts what came of it. Those that stop a server or move its clock bring their own. Ends with the
// count; exit code 1 when one failed.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createChildProcesses, type Environment, freePort, runProgram } from './child-processes.ts'
import { untilReady } from './until-ready.ts'

const ON_ONE_SERVER = [
  'hello-request',
  'pay-day-agent',
  'instalments',
  'webhook-receiver',
  'browser-agent',
]
const ON_THEIR_OWN = ['key-rotation', 'change-of-mind', 'bank', 'python-agent']
const PARLEY = fileURLToPath(new URL('../../server/src/cli/parley.ts', import.meta.url))
const IBAN = 'NL91ABNA0417164300'

const folder = mkdtempSync(join(tmpdir(), 'parley-examples-'))
const children = createChildProcesses(folder)
const server = `http://127.0.0.1:${await freePort()}`
const env = {
  PARLEY_PORT: new URL(server).port,
  PARLEY_PUBLIC_URL: server,
  PARLEY_DATA_DIR: join(folder, 'server'),
  PARLEY_LOG_LEVEL: 'warn',
}
let failed = 0
try {
  const keys = new Map<string, string>()
  for (const name of ON_ONE_SERVER) keys.set(name, await createCreditor(`Creditor of ${name}`))
  children.spawn('server', PARLEY, ['serve'], env)
  await untilReady(server, children)
  for (const [name, apiKey] of keys) {
    await run(name, { PARLEY_SERVER: server, PARLEY_API_KEY: apiKey })
  }
} finally {
  await children.stop()
  rmSync(folder, { recursive: true, force: true })
}
for (const name of ON_THEIR_OWN) await run(name, {})
const count = ON_ONE_SERVER.length + ON_THEIR_OWN.length
process.stdout.write(`${count - failed} examples passed, ${failed} failed\n`)
process.exitCode = failed === 0 ? 0 : 1

async function createCreditor(name: string): Promise<string> {
  const args = ['creditor', 'create', '--name', name, '--iban', IBAN, '--json']
  return (JSON.parse(await runProgram(PARLEY, args, env)) as { apiKey: string }).apiKey
}

async function run(name: string, variables: Environment): Promise<void> {
  const program = fileURLToPath(new URL(`../${name}/${name}.ts`, import.meta.url))
  try {
    const printed = await runProgram(program, [], variables)
    process.stdout.write(`\n${name}\n${printed.trimEnd().replace(/^/gm, '  ')}\n`)
  } catch (error) {
    failed++
    process.stdout.write(`\n${name} FAILED\n${String(error)}\n`)
  }
}
