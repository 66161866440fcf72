// Short ways into a record: children and texts by name.
import type { XmlElement } from './xml-records.ts'

/** Returns the first element at the end of the path, or undefined. */
export function childAt(
  element: XmlElement | undefined,
  ...path: readonly string[]
): XmlElement | undefined {
  let found = element
  for (const name of path) found = found?.children.find((child) => child.name === name)
  return found
}

/** Returns the direct children with this name, in order. */
export function childrenNamed(element: XmlElement | undefined, name: string): XmlElement[] {
  return element?.children.filter((child) => child.name === name) ?? []
}

/** Returns the text at the end of the path with white space collapsed; undefined when empty. */
export function textAt(
  element: XmlElement | undefined,
  ...path: readonly string[]
): string | undefined {
  const text = childAt(element, ...path)
    ?.text.replace(/\s+/g, ' ')
    .trim()
  return text === undefined || text === '' ? undefined : detached(text)
}

/** Returns the first of several texts that is there. */
export function firstTextAt(
  element: XmlElement | undefined,
  ...paths: readonly (readonly string[])[]
): string | undefined {
  for (const path of paths) {
    const text = textAt(element, ...path)
    if (text !== undefined) return text
  }
  return undefined
}

/** Returns all texts of direct children with this name that are not empty. */
export function textsNamed(element: XmlElement | undefined, name: string): string[] {
  return childrenNamed(element, name).flatMap((child) => textAt(child) ?? [])
}

/**
 * Copies a text. What a parser cuts out of a chunk is a view in V8 and keeps the whole chunk alive,
 * so that a few short texts of each chunk would hold the whole file in memory.
 */
function detached(text: string): string {
  return `${text} `.slice(0, -1)
}
