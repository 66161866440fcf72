#!/usr/bin/env node
// The command of the suite.
import process from 'node:process'
import { runProgram } from './program.ts'

process.exitCode = await runProgram(process.argv.slice(2), {
  print: (text) => process.stdout.write(`${text}\n`),
  complain: (text) => process.stderr.write(`${text}\n`),
  env: process.env,
  folder: process.cwd(),
})
