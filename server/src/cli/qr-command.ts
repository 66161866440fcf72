// `parley qr read`: what a payment QR code says, or why a banking app will not take it.
import { readFile, stat } from 'node:fs/promises'
import { formatAmount } from '@parley/sdk/protocol'
import type { Command } from 'commander'
import { CliError, EXIT } from './cli-error.ts'
import type { CliHost } from './cli-host.ts'

const MAX_BYTES = 10_000

export function addQrCommand(program: Command, host: CliHost): void {
  program
    .command('qr')
    .description('look into payment codes: qr read')
    .command('read')
    .description('check the text of a payment QR code (EPC069-12 or Swiss QR-bill), as JSON')
    .argument('<file>', 'file with the text that a scanner gave')
    .action(async (file: string) => {
      const { size } = await stat(file)
      if (size > MAX_BYTES) throw new CliError(`${file} is larger than the text of a QR code.`)
      const read = await readCode(await readFile(file, 'utf8'))
      host.out(`${JSON.stringify(read, null, 2)}\n`)
      if ('refused' in read) host.exitCode = EXIT.refused
    })
}

type ReadCode =
  | { standard: 'EPC069-12' | 'Swiss QR-bill'; says: object }
  | { standard: 'EPC069-12' | 'Swiss QR-bill' | 'unknown'; refused: string }

async function readCode(text: string): Promise<ReadCode> {
  const isSwiss = text.startsWith('SPC')
  if (!isSwiss && !text.startsWith('BCD')) return { standard: 'unknown', refused: 'qr-structure' }
  const standard = isSwiss ? 'Swiss QR-bill' : 'EPC069-12'
  const { readQrBill } = await import('../domain/qr-bill/read-qr-bill.ts')
  const { readEpcQr } = await import('../domain/read-payment-qr.ts')
  const read = isSwiss ? readQrBill(text) : readEpcQr(text)
  if (!read.ok) return { standard, refused: read.error.code }
  const { amount, ...fields } = read.value
  const says = amount === undefined ? fields : { ...fields, amount: formatAmount(amount) }
  return { standard, says }
}
