// `npm run build -w sdk`: writes the package as it is published into sdk/dist, checks it as its users'
// tools will see it (publint, are the types wrong), and says what verify-only use costs a bundle.
import { execFileSync } from 'node:child_process'
import { copyFile, readFile, rm, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'

const sdk = new URL('../', import.meta.url)
const root = new URL('../', sdk)
const dist = new URL('dist/', sdk)
// npm puts the tools of the workspace on the path.
const run = (tool: string, args: string[]) =>
  execFileSync(tool, args, { cwd: fileURLToPath(sdk), stdio: 'inherit' })

await rm(dist, { recursive: true, force: true })
run('tsc', ['-p', 'tsconfig.build.json'])
await writeManifest()
await copyFile(new URL('README.md', sdk), new URL('README.md', dist))
await copyFile(new URL('LICENSE', root), new URL('LICENSE', dist))
run('publint', ['--strict', 'dist'])
run('attw', ['--pack', 'dist', '--profile', 'esm-only'])
await reportSize()

interface Manifest {
  private?: boolean
  scripts?: object
  exports: Record<string, string>
}

/** The manifest of the published package: compiled files, and none of what only the workspace needs. */
async function writeManifest(): Promise<void> {
  const source = JSON.parse(await readFile(new URL('package.json', sdk), 'utf8')) as Manifest
  const { private: _private, scripts: _scripts, exports: entries, ...rest } = source
  const exports = Object.fromEntries(
    Object.entries(entries).map(([name, path]) => [name, compiled(path)]),
  )
  await writeFile(
    new URL('package.json', dist),
    `${JSON.stringify({ ...rest, exports }, null, 2)}\n`,
  )
}

function compiled(path: string): object | string {
  const base = path.replace('./src/', './').replace(/\.ts$/, '')
  return path.endsWith('.ts') ? { types: `${base}.d.ts`, default: `${base}.js` } : path
}

async function reportSize(): Promise<void> {
  const entry = new URL('protocol/index.js', dist)
  const { outputFiles } = await build({
    stdin: {
      contents: `export { verifyMessage } from ${JSON.stringify(fileURLToPath(entry))}`,
      resolveDir: fileURLToPath(sdk),
    },
    bundle: true,
    minify: true,
    format: 'esm',
    write: false,
  })
  const bytes = outputFiles[0]?.contents ?? new Uint8Array()
  const [plain, packed] = [bytes, gzipSync(bytes)].map(({ length }) => (length / 1024).toFixed(1))
  process.stdout.write(`verifyMessage alone: ${plain} KiB, ${packed} KiB gzipped\n`)
}
