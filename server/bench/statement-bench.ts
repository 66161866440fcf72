// A statement of 100 MB: seconds and memory of reading it whole, beside the bare XML parser on the same
// bytes.
import { spawn } from 'node:child_process'
import { createReadStream, readFileSync } from 'node:fs'
import { mkdtemp, open, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { SaxesParser } from 'saxes'

const SIZE = 100 << 20
const PARLEY = new URL('../src/cli/parley.ts', import.meta.url).pathname

export interface StatementBench {
  seconds: number
  rssMb: number
  /** Our seconds for each second of the parser alone. */
  ratio: number
}

export async function benchStatement(): Promise<StatementBench> {
  const directory = await mkdtemp(join(tmpdir(), 'parley-bench-'))
  try {
    const file = join(directory, 'statement.xml')
    await writeStatement(file)
    const bare = await bareParse(file)
    const { seconds, rssMb } = await inspect(file)
    return { seconds, rssMb, ratio: seconds / bare }
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

/** A camt.053 with one payment an entry. */
async function writeStatement(file: string): Promise<void> {
  const handle = await open(file, 'w')
  await handle.write(
    '<?xml version="1.0" encoding="UTF-8"?>\n<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt><GrpHdr><MsgId>M</MsgId></GrpHdr><Stmt><Id>S</Id><Acct><Id><IBAN>BE71096123456769</IBAN></Id><Ccy>EUR</Ccy></Acct>\n',
  )
  for (let size = 0, i = 0; size < SIZE; ) {
    const lines = Array.from({ length: 500 }, () => entry(i++)).join('')
    size += (await handle.write(lines)).bytesWritten
  }
  await handle.write('</Stmt></BkToCstmrStmt></Document>\n')
  await handle.close()
}

function entry(i: number): string {
  const amount = `<Amt Ccy="EUR">${(i % 5_000) + 1}.${String(i % 100).padStart(2, '0')}</Amt><CdtDbtInd>CRDT</CdtDbtInd>`
  return `<Ntry>${amount}<Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>2026-03-10</Dt></BookgDt><AcctSvcrRef>R${i}</AcctSvcrRef><NtryDtls><TxDtls><Refs><EndToEndId>E${i}</EndToEndId></Refs>${amount}<RltdPties><Dbtr><Pty><Nm>Customer ${i}</Nm></Pty></Dbtr><DbtrAcct><Id><IBAN>NL91ABNA0417164300</IBAN></Id></DbtrAcct></RltdPties><RmtInf><Ustrd>Invoice ${i}</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>\n`
}

async function bareParse(file: string): Promise<number> {
  const began = performance.now()
  const parser = new SaxesParser({ xmlns: true })
  for await (const chunk of createReadStream(file, 'utf8')) parser.write(chunk)
  parser.close()
  return (performance.now() - began) / 1000
}

/** The command as people run it; its memory is the highest that the system saw. */
async function inspect(file: string): Promise<{ seconds: number; rssMb: number }> {
  const began = performance.now()
  const child = spawn(process.execPath, [PARLEY, 'statement', 'inspect', file], { stdio: 'ignore' })
  let rssMb = 0
  const watch = setInterval(() => {
    rssMb = Math.max(rssMb, peakOf(child.pid) ?? 0)
  }, 50)
  const code = await new Promise((resolve) => child.once('close', resolve))
  clearInterval(watch)
  if (code !== 0) throw new Error(`the statement was refused: exit code ${code}`)
  return { seconds: (performance.now() - began) / 1000, rssMb }
}

function peakOf(pid: number | undefined): number | undefined {
  try {
    const [, kb] = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
    return Number(kb) / 1024
  } catch {
    return undefined
  }
}
