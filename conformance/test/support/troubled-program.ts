// A program with one trouble, for the doctor: `node troubled-program.ts agent old-clock`. As an agent it enrols,
// looks into its inbox and answers nothing; as a bank it asks for a lease and publishes no keys.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { signEnrolment } from '../../src/play/agent.ts'
import { decodeJws } from '../../src/wire/jws.ts'
import { drawKey } from '../../src/wire/keys.ts'
import { createSeeded } from '../../src/wire/seeded.ts'

const [role, trouble] = process.argv.slice(2)
const { CONF_SERVER_URL: server = '', CONF_NOW = '', CONF_CONTEXT = '{}' } = process.env
const { activationCode, stateFolder } = JSON.parse(CONF_CONTEXT)
const seeded = createSeeded('troubled')
const now = () => Number(CONF_NOW) - (trouble === 'old-clock' ? 3_600 : 0)

const post = (path: string, body: string) =>
  fetch(`${server}${path}`, {
    ...{ method: 'POST', body },
    headers: { 'content-type': 'application/jose' },
  })

if (role === 'bank') await post('/parley/messages', await enrolment())
else await enrolAndPull()

async function enrolAndPull(): Promise<void> {
  const file = join(stateFolder, 'enrolment')
  if (!existsSync(file) || trouble === 'forgetful') writeFileSync(file, await enrolment())
  const reply = await post('/parley/enrolments', readFileSync(file, 'utf8'))
  const pull = decodeJws(await reply.text())?.payload['pull']
  if (typeof pull === 'string' && trouble !== 'no-pull') await fetch(pull)
}

async function enrolment(): Promise<string> {
  const key = await drawKey(seeded)
  const code = trouble === 'other-code' ? 'CONF-0000' : activationCode
  const claims = trouble === 'other-version' ? { ver: '2.0' } : {}
  const { publicJwk } = trouble === 'other-key' ? await drawKey(seeded.within('other')) : key
  const wish = { activationCode: code, jwk: publicJwk }
  return signEnrolment({ seeded, now, server }, key, {}, { ...claims, ...wish })
}
