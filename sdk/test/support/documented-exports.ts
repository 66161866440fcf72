// Reads the public surfaces of the SDK as a compiler does: what each exports, what its TSDoc says,
// and whether the examples in it are right. Finds; judges nothing.
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'

/** One name that a surface exports. */
export interface DocumentedExport {
  /** Such as `@parley/sdk/protocol addDays`. */
  readonly name: string
  readonly contract: string
  /** A function or a class: what needs an example. */
  readonly isCallable: boolean
  readonly isGeneratedFromOpenApi: boolean
  readonly examples: readonly string[]
}

const sdk = new URL('../../', import.meta.url)
const root = fileURLToPath(new URL('../', sdk))
const examplesFolder = fileURLToPath(new URL('test/examples-of-exports/', sdk))
const EXPECTATION = /^\/\/ => (.+)$/

/** The published names, such as `@parley/sdk/protocol`, and the files behind them. */
const surfaces = readManifest()

// Parsing is what costs: the programs below share every file that they have in common.
const options = readCompilerOptions()
const parsed = new Map<string, ts.SourceFile | undefined>()
const host = ts.createCompilerHost(options)

/** Every export of every surface in `exports` of the SDK's package.json. */
export function readSurfaces(): DocumentedExport[] {
  const program = createProgram([...surfaces.values()].map((url) => fileURLToPath(url)))
  const checker = program.getTypeChecker()
  return [...surfaces].flatMap(([surface, url]) => {
    const source = program.getSourceFile(fileURLToPath(url))
    const module = source === undefined ? undefined : checker.getSymbolAtLocation(source)
    if (module === undefined) throw new Error(`${surface} exports nothing`)
    return checker
      .getExportsOfModule(module)
      .map((symbol) => describeExport(checker, surface, symbol))
  })
}

function describeExport(
  checker: ts.TypeChecker,
  surface: string,
  exported: ts.Symbol,
): DocumentedExport {
  const isAlias = (exported.flags & ts.SymbolFlags.Alias) !== 0
  const symbol = isAlias ? checker.getAliasedSymbol(exported) : exported
  const [declaration] = symbol.declarations ?? []
  if (declaration === undefined) throw new Error(`${exported.name} is declared nowhere`)
  const isValue = (symbol.flags & ts.SymbolFlags.Value) !== 0
  const type = checker.getTypeOfSymbolAtLocation(symbol, declaration)
  const signatures = [...type.getCallSignatures(), ...type.getConstructSignatures()]
  return {
    name: `${surface} ${exported.name}`,
    contract: ts.displayPartsToString(symbol.getDocumentationComment(checker)),
    isCallable: isValue && signatures.length > 0,
    isGeneratedFromOpenApi: declaration.getSourceFile().fileName.endsWith('/generated/api.ts'),
    examples: symbol
      .getJsDocTags(checker)
      .filter(({ name }) => name === 'example')
      .map(({ text }) => ts.displayPartsToString(text)),
  }
}

/** What the compiler says against each example, checked as a module that uses the packages. */
export function faultsOfExamples(examples: ReadonlyMap<string, string>): Map<string, string[]> {
  const texts = new Map([...examples].map(([name, text]) => [fileOf(name), text]))
  const program = createProgram(texts.keys(), texts)
  return new Map(
    [...examples.keys()].map((name) => {
      const source = program.getSourceFile(fileOf(name))
      const found = [
        ...program.getSyntacticDiagnostics(source),
        ...program.getSemanticDiagnostics(source),
      ]
      const said = found.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, ' '))
      return [name, said]
    }),
  )
}

function fileOf(name: string): string {
  return `${examplesFolder}${name.replaceAll(/[^A-Za-z0-9]+/g, '-')}.ts`
}

/**
 * Makes a module of an example that states values (`expression // => value`): its default export
 * lists what each expression gave beside what it states. Undefined for one that states none.
 */
export function runnableFrom(example: string): string | undefined {
  const source = ts.createSourceFile('example.ts', example, ts.ScriptTarget.ESNext)
  const edits = source.statements.flatMap((statement) => {
    const [comment] = ts.getTrailingCommentRanges(example, statement.end) ?? []
    if (comment === undefined || !ts.isExpressionStatement(statement)) return []
    const stated = EXPECTATION.exec(example.slice(comment.pos, comment.end))?.[1]
    if (stated === undefined) return []
    const expression = example.slice(statement.getStart(source), statement.end)
    return [{ from: statement.getStart(source), to: comment.end, expression, stated }]
  })
  if (edits.length === 0) return undefined
  let text = example
  for (const { from, to, expression, stated } of edits.toReversed()) {
    const pair = `outcomes.push({ given: (${expression}), stated: (${stated}) })`
    text = `${text.slice(0, from)};${pair}${text.slice(to)}`
  }
  const module = `const outcomes = []\n${text}\nexport default outcomes\n`
  const { outputText } = ts.transpileModule(module, {
    compilerOptions: { target: ts.ScriptTarget.ESNext, module: ts.ModuleKind.ESNext },
  })
  // A module without a file has no packages around it.
  return outputText.replaceAll(/(?<= from ')[^']+(?=')/g, (name) => surfaces.get(name) ?? name)
}

function createProgram(files: Iterable<string>, texts: ReadonlyMap<string, string> = new Map()) {
  return ts.createProgram([...files], options, {
    ...host,
    fileExists: (file) => texts.has(file) || host.fileExists(file),
    readFile: (file) => texts.get(file) ?? host.readFile(file),
    getSourceFile(file, version, ...rest) {
      const text = texts.get(file)
      if (text !== undefined) return ts.createSourceFile(file, text, version)
      if (!parsed.has(file)) parsed.set(file, host.getSourceFile(file, version, ...rest))
      return parsed.get(file)
    },
  })
}

function readManifest(): Map<string, string> {
  const manifest = JSON.parse(readFileSync(new URL('package.json', sdk), 'utf8')) as {
    name: string
    exports: Record<string, string>
  }
  const modules = Object.entries(manifest.exports).filter(([, path]) => path.endsWith('.ts'))
  return new Map(
    modules.map(([name, path]) => [manifest.name + name.slice(1), new URL(path, sdk).href]),
  )
}

function readCompilerOptions(): ts.CompilerOptions {
  const system = { ...ts.sys, onUnRecoverableConfigFileDiagnostic: () => undefined }
  const config = ts.getParsedCommandLineOfConfigFile(`${root}tsconfig.json`, {}, system)
  if (config === undefined) throw new Error('no tsconfig.json')
  return { ...config.options, incremental: false }
}
