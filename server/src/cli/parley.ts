#!/usr/bin/env node
// The operator's command, in a process of its own.
import process from 'node:process'
import { processHost } from './cli-host.ts'
import { runParley } from './program.ts'

await runParley(process.argv.slice(2), processHost())
