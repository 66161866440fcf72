#!/usr/bin/env node
// The command of the suite.
import process from 'node:process'
import { runProgram } from './program.ts'

/** 128 and the number of the signal, as shells tell it. What was begun is let go on the way out. */
for (const [signal, code] of [
  ['SIGHUP', 129],
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const) {
  process.once(signal, () => process.exit(code))
}

/** Whoever reads has had enough, as `head` has: the end is that of SIGPIPE. */
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
    process.exit(141)
  })
}

process.exitCode = await runProgram(process.argv.slice(2), {
  print: (text) => process.stdout.write(`${text}\n`),
  complain: (text) => process.stderr.write(`${text}\n`),
  env: process.env,
  folder: process.cwd(),
})
