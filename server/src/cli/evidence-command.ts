// `parley evidence verify`: judges an exported transcript with nothing but the file.
import { readFile, stat } from 'node:fs/promises'
import type { EvidenceReport } from '@parley/sdk/protocol'
import type { Command } from 'commander'
import { CliError, EXIT } from './cli-error.ts'
import type { CliHost } from './cli-host.ts'

const MAX_BYTES = 64 * 1024 * 1024
const MAX_MEMBERS = 1_000_000
const MAX_FAULT_LINES = 50

export function addEvidenceCommand(program: Command, host: CliHost): void {
  program
    .command('evidence')
    .description('check the proof of what was agreed: evidence verify')
    .command('verify')
    .description('check every signature and every link of an evidence file, offline')
    .argument('<file>', 'file from GET /v1/payment-requests/{id}/evidence')
    .option('--json', 'print the whole report as JSON')
    .action(async (file: string, options: { json?: true }) => {
      const bundle = await readBundle(file)
      const { verifyEvidence } = await import('@parley/sdk/protocol')
      const report = await verifyEvidence(bundle)
      const text = options.json === true ? `${JSON.stringify(report)}\n` : await describe(report)
      host.out(text)
      if (!report.ok) host.exitCode = EXIT.refused
    })
}

async function readBundle(file: string): Promise<unknown> {
  const { parseStrictJson } = await import('@parley/sdk/protocol')
  const { size } = await stat(file)
  if (size > MAX_BYTES) throw new CliError(`${file} is larger than an evidence file can be.`)
  const parsed = parseStrictJson(await readFile(file, 'utf8'), { maxMembers: MAX_MEMBERS })
  if (parsed.ok) return parsed.value
  throw new CliError(`${file} is no valid JSON (${parsed.error.code}): export the evidence again.`)
}

async function describe({ ok, checked, faults, findings }: EvidenceReport): Promise<string> {
  const { evidencePlaceText } = await import('@parley/sdk/protocol')
  const proofs = findings.map(({ code, signer, where, detail }) => {
    return `PROOF ${code} against ${signer} at ${evidencePlaceText(where)}: ${detail}\n`
  })
  if (ok) {
    const { messages, agreements, signatures, erased } = checked
    const counts = [
      count(messages, 'message'),
      count(agreements, 'agreement'),
      count(signatures, 'signature'),
    ]
    const gone = erased === 0 ? '' : `${count(erased, 'message')} erased, chain intact\n`
    return `OK  ${counts.join(', ')}\n${gone}${proofs.join('')}`
  }
  const lines = faults.slice(0, MAX_FAULT_LINES).map(({ code, where, detail }) => {
    const reason = detail === '' ? '' : `: ${detail}`
    return `FAULT ${code} at ${evidencePlaceText(where)}${reason}\n`
  })
  const more = faults.length - lines.length
  const rest = more > 0 ? `… and ${more} more; --json lists all\n` : ''
  return lines.join('') + rest + proofs.join('')
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`
}
