// The command, as it is typed: what it writes of a run, and what it makes of its own files.
import { generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { COMMANDS } from '../src/cli/commands.ts'
import { runProgram } from '../src/cli/program.ts'
import { EXIT } from '../src/cli/usage.ts'

const folder = mkdtempSync(join(tmpdir(), 'parley-cli-'))
beforeAll(() => void vi.stubEnv('NODE_COMPILE_CACHE', folder))
afterAll(() => {
  vi.unstubAllEnvs()
  rmSync(folder, { recursive: true, force: true })
})

async function type(line: string): Promise<{ code: number; said: string }> {
  const lines: string[] = []
  const keep = (text: string) => void lines.push(text)
  const code = await runProgram(line.split(' '), {
    ...{ print: keep, complain: keep, env: {}, folder },
  })
  return { code, said: lines.join('\n') }
}

const write = (name: string, value: object) =>
  writeFileSync(join(folder, name), JSON.stringify(value))

/** A program that does nothing: the case about it cannot be judged. */
const IDLE = 'run AGT-601 --role agent --command true'

beforeAll(() => {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  write('private.jwk', privateKey.export({ format: 'jwk' }))
  write('keys.json', { keys: [publicKey.export({ format: 'jwk' })] })
  const other = generateKeyPairSync('ed25519').publicKey
  write('other-keys.json', { keys: [other.export({ format: 'jwk' })] })
})

describe('help', () => {
  it('names every command, and fails a call of nothing', async () => {
    const { code, said } = await type('--help')
    expect(code).toBe(EXIT.passed)
    for (const name of Object.keys(COMMANDS))
      expect(said).toMatch(new RegExp(`^ {2}${name}\\b`, 'm'))
    expect(await type('help')).toEqual({ code, said })
    const nothing = await runProgram([], { print() {}, complain() {}, env: {}, folder })
    expect(nothing).toBe(EXIT.usage)
  })

  it.each(Object.entries(COMMANDS))(
    'tells the options of %s, and no others',
    async (name, facts) => {
      const { code, said } = await type(`${name} --help`)
      expect(code).toBe(EXIT.passed)
      const told = [...said.matchAll(/^ {2}--([a-z-]+)/gm)].map(([, option]) => option)
      expect(told).toEqual(facts.options)
      expect(await type(`help ${name}`)).toEqual({ code, said })
      expect(await type(`${name} -h`)).toEqual({ code, said })
    },
  )

  it('is named where a call is wrong', async () => {
    const option = await type('list --url http://127.0.0.1')
    expect(option).toMatchObject({ code: EXIT.usage })
    expect(option.said).toContain('Try parley-conformance list --help.')
    const command = await type('lint')
    expect(command).toMatchObject({ code: EXIT.usage })
    expect(command.said).toBe('there is no command lint\nTry parley-conformance --help.')
  })
})

describe('a run', () => {
  it('is compared with the report that it replaces', async () => {
    expect((await type(`${IDLE} --json report.json`)).code).toBe(EXIT.incomplete)
    const report = JSON.parse(readFileSync(join(folder, 'report.json'), 'utf8'))
    report.cases[0].outcome = 'passed'
    write('report.json', report)
    const { code, said } = await type(`${IDLE} --json report.json --compare report.json`)
    expect(code).toBe(EXIT.incomplete)
    expect(said).toMatch(/since \S+:\n {2}newly red: 1\n {4}AGT-601 .*\(passed → incomplete\)/)
    const again = await type(`${IDLE} --html report.html --compare report.json`)
    expect(again.said).toContain('nothing has changed')
    expect(readFileSync(join(folder, 'report.html'), 'utf8')).toContain('Nothing has changed.')
  })

  it.each([
    ['--compare none.json', 'none.json'],
    ['--compare private.jwk', 'no report of the suite'],
    ['--signed result.jws', 'go together'],
    ['--signed result.jws --key keys.json', 'no private JWK'],
    ['--baseline private.jwk', 'a baseline is a list'],
  ])('does not begin with %s', async (options, why) => {
    const { code, said } = await type(`${IDLE} ${options}`)
    expect(code).toBe(EXIT.usage)
    expect(said).toContain(why)
    expect(said).not.toContain('incomplete')
  })
})

describe('a signed result', () => {
  beforeAll(async () => {
    await type(`${IDLE} --json mine.json --signed mine.jws --key private.jwk`)
  })

  it('is verified beside its report', async () => {
    const { code, said } = await type('verify mine.jws --report mine.json --jwks keys.json')
    expect(said).toContain('agent: 0 passed, 0 failed, 0 warning, 1 incomplete')
    expect(said).toContain('✓ the report is the one that was signed')
    expect(code).toBe(EXIT.passed)
  })

  it('says that anybody may have signed when no keys are given', async () => {
    const { code, said } = await type('verify mine.jws --report mine.json')
    expect(said).toContain('whoever that is: give --jwks')
    expect(code).toBe(EXIT.passed)
  })

  it('fails beside a report that was changed, and by another key', async () => {
    const report = JSON.parse(readFileSync(join(folder, 'mine.json'), 'utf8'))
    report.cases[0].outcome = 'passed'
    write('changed.json', report)
    const changed = await type('verify mine.jws --report changed.json --jwks keys.json')
    expect(changed).toMatchObject({ code: EXIT.failed })
    expect(changed.said).toContain('✗ the report is another one')
    const foreign = await type('verify mine.jws --report mine.json --jwks other-keys.json')
    expect(foreign).toMatchObject({ code: EXIT.failed })
    expect(foreign.said).toMatch(/✗ the key \S+ is not one of those given/)
    const none = await type('verify mine.json --report mine.json')
    expect(none).toMatchObject({ code: EXIT.failed })
    expect(none.said).toContain('✗ it is no signed result')
  })

  it('wants a file and a report', async () => {
    expect(await type('verify mine.jws')).toMatchObject({ code: EXIT.usage })
    expect(await type('verify --report mine.json')).toMatchObject({ code: EXIT.usage })
    expect(await type('verify mine.jws --report keys.json')).toMatchObject({ code: EXIT.usage })
  })
})
