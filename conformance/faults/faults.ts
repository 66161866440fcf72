// One-line faults as data: where they are, what stands there, what stands there instead, and which cases have
// to turn red. What no longer stands in its file exactly once has drifted, and fails the table.
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'

export interface Fault {
  readonly id: string
  /** From the root of the repository. */
  readonly file: string
  /** An expression that stands in the file exactly once. */
  readonly find: string
  /** The expression in its place while the fault is on. */
  readonly replace: string
  /** Cases that have to fail; their controls have to pass. */
  readonly turnsRed: readonly string[]
}

const ROOT = resolve(import.meta.dirname, '../..')

/** The faults of a role. */
export function readFaults(role: string): readonly Fault[] {
  const path = resolve(import.meta.dirname, `${role}.json`)
  return JSON.parse(readFileSync(path, 'utf8')) as Fault[]
}

/** The text of a file with every one of its faults compiled in, switched by `globalThis.parleyFault`. */
export function withFaults(text: string, faults: readonly Fault[]): string {
  const places = faults
    .map((fault) => ({ fault, at: placeOf(text, fault) }))
    .toSorted((a, b) => b.at - a.at)
  let [changed, former] = [text, text.length]
  for (const { fault, at } of places) {
    const { id, find, replace } = fault
    if (at + find.length > former) throw new Error(`the fault ${id} overlaps with another one`)
    const chosen = `(globalThis.parleyFault === '${id}' ? (${replace}) : (${find}))`
    changed = `${changed.slice(0, at)}${chosen}${changed.slice(at + find.length)}`
    former = at
  }
  return changed
}

/** Faults whose text does not stand in their file exactly once. */
export function driftedFaults(faults: readonly Fault[]): string[] {
  return faults.flatMap((fault) => {
    try {
      placeOf(readFileSync(resolve(ROOT, fault.file), 'utf8'), fault)
      return []
    } catch (error) {
      return [error instanceof Error ? error.message : String(error)]
    }
  })
}

function placeOf(text: string, { id, file, find }: Fault): number {
  const at = text.indexOf(find)
  const isOnce = at !== -1 && text.indexOf(find, at + 1) === -1
  if (!isOnce) throw new Error(`${id} has drifted: it does not stand in ${file} exactly once`)
  return at
}
