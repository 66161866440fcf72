// The people's mail boxes: `mail-process.ts FOLDER`. A real SMTP server that keeps every mail as a
// file and tells the run what arrived.
import { mkdirSync, writeFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import PostalMime from 'postal-mime'
import { SMTPServer } from 'smtp-server'
import type { MailCommands, ReceivedMail } from './control-messages.ts'
import { startProcess } from './control-server.ts'

const [folder = ''] = process.argv.slice(2)
mkdirSync(folder, { recursive: true })
const mails: ReceivedMail[] = []
let fileCount = 0

async function keep(raw: Buffer, to: string): Promise<void> {
  fileCount += 1
  const file = join(folder, `${String(fileCount).padStart(5, '0')}.eml`)
  writeFileSync(file, raw)
  const { subject = '', text = '' } = await PostalMime.parse(raw)
  const portalUrl = /https?:\/\/[^\s"<>]+\/p\/[A-Za-z0-9_-]+/.exec(text)?.[0] ?? null
  mails.push({ to, subject, portalUrl, file })
}

async function listen(): Promise<string> {
  const smtp = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onData(stream, session, done) {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', () => {
        const to = session.envelope.rcptTo.map(({ address }) => address).join(', ')
        keep(Buffer.concat(chunks), to).then(() => done(), done)
      })
    },
  })
  await new Promise<void>((resolve) => smtp.listen(0, '127.0.0.1', () => resolve()))
  const { port } = smtp.server.address() as AddressInfo
  return `smtp://127.0.0.1:${port}`
}

await startProcess<MailCommands>(async () => ({
  details: { smtpUrl: await listen() },
  commands: {
    mails: async ({ from }) => ({ mails: mails.slice(from) }),
  },
  handle: async () => new Response(null, { status: 404 }),
}))
