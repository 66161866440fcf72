// `doctor`: each trouble of a server, an agent or a bank is told in its own line, beside one that is well.
import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import { resolve } from 'node:path'
import process from 'node:process'
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest'
import { runProgram } from '../src/cli/program.ts'
import { EXIT } from '../src/cli/usage.ts'
import { listenOnOwnPort, ownPort } from '../src/play/own-port.ts'
import { REFERENCE_PROGRAMS } from '../src/self-test/reference-programs.ts'

beforeAll(() => void vi.stubEnv('NODE_COMPILE_CACHE', inject('compileCache')))
afterAll(() => void vi.unstubAllEnvs())

async function type(...parameters: readonly string[]): Promise<{ code: number; said: string }> {
  const lines: string[] = []
  const keep = (text: string) => void lines.push(text)
  const code = await runProgram(['doctor', ...parameters], {
    ...{ print: keep, complain: keep, env: {}, folder: import.meta.dirname },
  })
  return { code, said: lines.join('\n') }
}

interface JsonReply {
  readonly status: number
  readonly body: object
  readonly headers: Readonly<Record<string, string>>
}

function answer(response: ServerResponse, { status, body, headers }: JsonReply): void {
  const fields = { 'content-type': 'application/json', connection: 'close', ...headers }
  response.writeHead(status, fields).end(JSON.stringify(body))
}

/** The lines of things that are not well. */
const troublesIn = (said: string) => said.split('\n').filter((line) => line.startsWith('✗'))

describe('of a server', () => {
  const KEY = 'key-of-a-creditor'
  const well = { issuer: '', versions: ['1.0'], signedMetadata: '' }
  let metadata: JsonReply
  const server = createServer((request, response) => {
    if (request.url === '/.well-known/parley') return answer(response, metadata)
    const status = request.headers.authorization === `Bearer ${KEY}` ? 200 : 401
    return answer(response, { status, body: {}, headers: {} })
  })
  let url = ''
  beforeAll(async () => {
    url = `http://127.0.0.1:${await listenOnOwnPort(server)}`
  })
  afterAll(async () => {
    server.close()
    await once(server, 'close')
  })

  const look = (changed: object = {}, headers = {}, status = 200) => {
    metadata = { status, headers, body: { ...well, issuer: url, ...changed } }
    return type('--url', url, '--api-key', KEY)
  }

  it('that is well says so', async () => {
    const { code, said } = await look()
    expect(troublesIn(said)).toEqual([])
    for (const looked of ['reachability', 'version', 'name', 'API key', 'clock']) {
      expect(said).toContain(`✓ server: ${looked}`)
    }
    expect(code).toBe(EXIT.passed)
  })

  it.each([
    ['version', { versions: ['2.0'] }, {}, 'speaks 2.0, the suite 1.0'],
    ['name', { issuer: 'https://other.example' }, {}, 'every aud would be wrong'],
    ['clock', {}, { date: 'Mon, 01 Mar 2027 09:00:00 GMT' }, 'set one of the clocks'],
  ])('with a wrong %s', async (looked, changed, headers, why) => {
    const { code, said } = await look(changed, headers)
    expect(troublesIn(said)).toEqual([expect.stringContaining(`✗ server: ${looked}: `)])
    expect(said).toContain(why)
    expect(code).toBe(EXIT.failed)
  })

  it('that does not know the key', async () => {
    await look()
    const { code, said } = await type('--url', url, '--api-key', 'of-nobody')
    expect(troublesIn(said)).toEqual([expect.stringContaining('✗ server: API key: ')])
    expect(code).toBe(EXIT.failed)
  })

  it('that is none, or not there', async () => {
    const none = await look({}, {}, 404)
    expect(none).toMatchObject({ code: EXIT.unreachable })
    expect(none.said).toContain("answers 404, not JSON: is this the server's origin?")
    const address = `http://127.0.0.1:${await ownPort()}`
    const nobody = await type('--url', address, '--api-key', KEY)
    expect(nobody).toMatchObject({ code: EXIT.unreachable })
    expect(nobody.said).toContain(`Nothing answers at ${address}`)
  })
})

const TROUBLED = `"${process.execPath}" "${resolve(import.meta.dirname, 'support/troubled-program.ts')}"`

describe.each(['agent', 'bank'] as const)('of the command of role %s', (role) => {
  const look = (command: string) => type('--role', role, '--command', command)

  it('that is well says so', async () => {
    const { code, said } = await look(REFERENCE_PROGRAMS[role].command)
    expect(troublesIn(said)).toEqual([])
    expect(said).toContain(`✓ ${role}: clock`)
    expect(code).toBe(EXIT.passed)
  })

  it.each([
    ['parley-none', 'command', 'does not start (exit code 127)'],
    ['true', 'reachability', 'called nothing at CONF_SERVER_URL'],
    ['echo my last word; exit 3', 'reachability', 'It printed:\nmy last word'],
  ])('that is %s', async (command, looked, why) => {
    const { code, said } = await look(command)
    expect(troublesIn(said)).toEqual([expect.stringContaining(`✗ ${role}: ${looked}: `)])
    expect(said).toContain(why)
    expect(code).toBe(EXIT.unreachable)
  })
})

describe('of an agent', () => {
  const look = (command: string) => type('--role', 'agent', '--command', command)

  it('that enrols and pulls finds nothing', async () => {
    const { code, said } = await look(`${TROUBLED} agent none`)
    expect(troublesIn(said)).toEqual([])
    expect(code).toBe(EXIT.passed)
  })

  it.each([
    ['old-clock', 'clock', '3600 seconds behind of CONF_NOW'],
    ['other-version', 'version', 'have ver 2.0'],
    ['other-key', 'key', 'sign with the key in jwk'],
    ['other-code', 'key', 'activationCode is that of CONF_CONTEXT'],
    ['forgetful', 'state', 'keep key, threads'],
    ['no-pull', 'messages', 'never looked into its inbox'],
  ])('with %s', async (trouble, looked, why) => {
    const { code, said } = await look(`${TROUBLED} agent ${trouble}`)
    const own = troublesIn(said).find((line) => line.startsWith(`✗ agent: ${looked}: `))
    expect(own).toContain(why)
    expect(code).toBe(EXIT.failed)
  })

  it('that posts nothing, and does not end well', async () => {
    const { code, said } = await look('curl -s "$CONF_SERVER_URL/hello"; exit 5')
    expect(said).toContain('✗ agent: enrolment: It called GET /hello and posted nothing')
    expect(said).toContain('✗ agent: end: A turn ended with exit code 5')
    expect(code).toBe(EXIT.failed)
  })
})

describe('of a bank', () => {
  const look = (command: string) => type('--role', 'bank', '--command', command)

  it('that publishes no keys', async () => {
    const { code, said } = await look(`${TROUBLED} bank none`)
    expect(troublesIn(said)).toEqual([expect.stringContaining('✗ bank: keys: ')])
    expect(code).toBe(EXIT.failed)
  })

  it('that books nothing', async () => {
    const rail = createServer((request, response) => {
      if (request.url !== '/payees') return request.socket.destroy()
      const body = { result: 'match', name: 'Stadsenergie B.V.' }
      return answer(response, { status: 200, body, headers: {} })
    })
    const address = `http://127.0.0.1:${await listenOnOwnPort(rail)}`
    const elsewhere = `CONF_CONTEXT=$(printf %s "$CONF_CONTEXT" | sed 's|"rail":"[^"]*"|"rail":"${address}"|')`
    const { code, said } = await look(`${elsewhere}; ${REFERENCE_PROGRAMS.bank.command}`)
    expect(troublesIn(said)).toEqual([
      expect.stringContaining('✗ bank: rail: It was granted a lease and booked nothing'),
    ])
    expect(code).toBe(EXIT.failed)
    rail.close()
  })
})

describe('of nothing', () => {
  it('says how to name something', async () => {
    const { code, said } = await type()
    expect(said).toContain('✗ settings: Nothing is named')
    expect(code).toBe(EXIT.failed)
  })

  it('wants to know whose command it is', async () => {
    const { code, said } = await type('--command', 'true')
    expect(said).toContain('say whose command it is: --role agent or --role bank')
    expect(code).toBe(EXIT.usage)
  })
})
