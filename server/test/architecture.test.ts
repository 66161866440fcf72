// The import rules of the house: data flows http → use-cases → domain → storage, then jobs →
// outbound, and nothing on the right knows anything on its left.
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'

const root = resolve(import.meta.dirname, '../..')

interface Rule {
  /** Folder or file, from the root. */
  from: string
  /** Folders, files and packages that it may import; its own folder always. */
  may: readonly string[]
  /** Among those, only types. */
  typesOnly?: readonly string[]
}

const PURE_LIBRARIES = [
  'ibantools',
  'node-iso11649',
  'intl-messageformat',
  'temporal-polyfill',
  'saxes',
  'postal-mime',
  'csv-parse/sync',
]

const RULES: readonly Rule[] = [
  { from: 'sdk/src/protocol', may: ['structured-headers', 'temporal-polyfill'] },
  { from: 'sdk/src/peer', may: ['sdk/src/protocol'] },
  { from: 'sdk/src/iso20022', may: ['sdk/src/protocol', 'saxes'] },
  { from: 'sdk/src/fastify', may: ['sdk/src/peer'] },
  {
    from: 'sdk/src/creditor',
    may: ['sdk/src/protocol/result.ts', 'openapi-fetch', 'standardwebhooks'],
  },
  { from: 'sdk/src/agent', may: ['sdk/src/protocol', 'sdk/src/peer'] },
  { from: 'sdk/src/bank', may: ['sdk/src/protocol', 'sdk/src/peer'] },
  {
    from: 'sdk/src/node',
    may: ['sdk/src/protocol', 'sdk/src/peer', 'sdk/src/agent', 'sdk/src/bank', 'node:'],
  },
  {
    from: 'server/src/domain',
    may: ['@parley/sdk/protocol', '@parley/sdk/iso20022', 'server/catalog', ...PURE_LIBRARIES],
    typesOnly: ['server/catalog'],
  },
  {
    from: 'server/src/storage',
    may: [
      '@parley/sdk/protocol',
      'server/src/domain',
      'kysely',
      'pg',
      '@electric-sql/pglite',
      'node:',
    ],
  },
  {
    from: 'server/src/use-cases',
    may: [
      '@parley/sdk/protocol',
      '@parley/sdk/iso20022',
      'server/src/domain',
      'server/src/storage',
      'kysely',
      'ibantools',
      'standardwebhooks',
      'pg',
      'node:crypto',
    ],
    typesOnly: ['pg'],
  },
  {
    from: 'server/src/http',
    may: [
      '@parley/sdk/protocol',
      '@parley/sdk/creditor',
      'server/src/use-cases',
      'server/src/domain',
      'fastify',
      '@fastify/',
      'ajv',
      'ajv-formats',
      'yaml',
      'qrcode',
      'node:',
    ],
    typesOnly: ['@parley/sdk/creditor'],
  },
  {
    from: 'server/src/outbound',
    may: [
      '@parley/sdk/protocol',
      'server/src/domain',
      'server/src/use-cases',
      'undici',
      'nodemailer',
      'pdfkit',
      'fontkit',
      'qrcode',
      'standardwebhooks',
      'node:',
    ],
    typesOnly: ['server/src/use-cases'],
  },
  {
    from: 'server/src/jobs',
    may: ['server/src/use-cases', 'server/src/storage', 'pg-boss', 'kysely', 'pg', 'pino', 'node:'],
  },
  {
    from: 'server/src/secrets',
    may: [
      '@parley/sdk/protocol',
      'server/src/domain',
      'server/src/storage',
      'server/src/use-cases',
      'node:crypto',
    ],
    typesOnly: ['server/src/use-cases'],
  },
  ...['hello-agent', 'hello-request', 'pay-day-agent', 'instalments', 'webhook-receiver'].map(
    (name) => ({ from: `examples/${name}`, may: ['@parley/sdk', 'node:'] }),
  ),
  {
    from: 'examples/browser-agent',
    may: ['@parley/sdk', 'esbuild', 'playwright-core', 'node:'],
  },
  ...['key-rotation', 'change-of-mind'].map((name) => ({
    from: `examples/${name}`,
    may: ['@parley/sdk', 'examples/support', 'node:'],
  })),
  { from: 'examples/support', may: ['@parley/sdk', 'smtp-server', 'postal-mime', 'node:'] },
  { from: 'examples/bank', may: ['@parley/sdk', 'examples/support', 'pg', 'node:'] },
  {
    from: 'examples/main-job',
    may: ['@parley/sdk', 'examples/support', 'examples/bank', 'csv-parse', 'node:'],
  },
]

/** Words that the pure folders may not contain: the clock, chance and the environment. */
const IMPURE =
  /\bDate\.now\(|\bnew Date\(\)|\bMath\.random\(|\bprocess\.env\b|\bsetTimeout\(|\bfetch\(/
const PURE_FOLDERS = [
  'sdk/src/protocol',
  'sdk/src/iso20022',
  'server/src/domain',
  'server/src/use-cases',
]

function sourceFiles(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter(
      (name) =>
        name.endsWith('.ts') && !name.includes('node_modules') && !name.includes('generated'),
    )
    .map((name) => join(folder, name))
}

/** A file without its TSDoc, whose examples import as users do. */
function codeOf(file: string): string {
  return readFileSync(join(root, file), 'utf8').replaceAll(/^ *\/\*\*[\s\S]*?\*\//gm, '')
}

interface Import {
  target: string
  isType: boolean
}

/** What a file imports, relative paths as paths from the root. */
export function importsOf(file: string, text: string): Import[] {
  const pattern = /^(?:import|export)\s+(type\s+)?(?:[\s\S]*?\sfrom\s+)?['"]([^'"]+)['"]/gm
  return [...text.matchAll(pattern)].map(([, type, target = '']) => ({
    isType: type !== undefined,
    target: target.startsWith('.') ? relative(root, resolve(root, dirname(file), target)) : target,
  }))
}

export function violations(rule: Rule, file: string, text: string): string[] {
  return importsOf(file, text)
    .filter(({ target }) => !target.startsWith(`${rule.from}/`))
    .filter(({ target, isType }) => {
      const allowed = rule.may.find(
        (may) =>
          target === may ||
          target.startsWith(may.endsWith(':') || may.endsWith('/') ? may : `${may}/`),
      )
      if (allowed === undefined) return true
      return rule.typesOnly?.includes(allowed) === true && !isType
    })
    .map(({ target }) => `${file} imports ${target}`)
}

describe('architecture', () => {
  it.each(RULES)('$from imports only what stands to its right', (rule) => {
    const files = sourceFiles(rule.from)
    const found = files.flatMap((file) => violations(rule, file, codeOf(file)))
    expect(found).toEqual([])
  })

  it.each(PURE_FOLDERS)('%s has no clock, chance or environment of its own', (folder) => {
    const found = sourceFiles(folder).filter((file) => IMPURE.test(codeOf(file)))
    expect(found).toEqual([])
  })

  it('sees a planted violation', () => {
    const rule = RULES.find(({ from }) => from === 'server/src/domain')
    if (rule === undefined) throw new Error('the rule is gone')
    const file = 'server/src/domain/claim/claim.ts'
    expect(violations(rule, file, "import { x } from '../../storage/claims.ts'")).toHaveLength(1)
    expect(violations(rule, file, "import { x } from '../negotiation/policy.ts'")).toHaveLength(0)
  })

  it('gives the environment one reader', () => {
    const files = sourceFiles('server/src').filter((file) => /\bprocess\.env\b/.test(codeOf(file)))
    const readers = ['server/src/main.ts']
    expect(
      files.filter((file) => !readers.includes(file) && !file.startsWith('server/src/cli/')),
    ).toEqual([])
  })
})
