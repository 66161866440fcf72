// One change to one file of the product, as data. It says what it expects to find, so that it fails
// when the place has drifted instead of changing nothing.

export interface SourcePatch {
  readonly name: string
  /** From the root of the repository. */
  readonly file: string
  /** Text that stands exactly once in the file. */
  readonly find: string
  /** What stands there instead. */
  readonly replace: string
}

/** Applies the patches of one file in their order. @throws when a place is not there exactly once. */
export function patchSource(source: string, patches: readonly SourcePatch[]): string {
  let patched = source
  for (const { name, file, find, replace } of patches) {
    const found = patched.split(find).length - 1
    if (found !== 1) throw new Error(`${name}: its place is ${found} times in ${file}`)
    patched = patched.replace(find, () => replace)
  }
  return patched
}
