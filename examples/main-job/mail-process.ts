// The people's mail boxes: `mail-process.ts FOLDER`. Keeps every mail as a file and tells the run what
// arrived.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { openMailBox } from '../support/mail-box.ts'
import type { MailCommands, ReceivedMail } from './control-messages.ts'
import { startProcess } from './control-server.ts'

const [folder = ''] = process.argv.slice(2)
mkdirSync(folder, { recursive: true })
const mails: ReceivedMail[] = []
let fileCount = 0

await startProcess<MailCommands>(async () => {
  const { url } = await openMailBox(({ raw, to, subject, portalUrl }) => {
    fileCount += 1
    const file = join(folder, `${String(fileCount).padStart(5, '0')}.eml`)
    writeFileSync(file, raw)
    mails.push({ to, subject, portalUrl, file })
  })
  return {
    details: { smtpUrl: url },
    commands: {
      mails: async ({ from }) => ({ mails: mails.slice(from) }),
    },
    handle: async () => new Response(null, { status: 404 }),
  }
})
