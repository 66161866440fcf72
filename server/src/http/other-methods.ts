// What to say to a method that a path does not take (RFC 9110 §15.5.6), instead of "nothing here".
import type { Operation } from './api-document.ts'

/** Returns, for a path of a request, the methods that it takes; none for an unknown path. */
export function methodsByPath(operations: readonly Operation[]): (path: string) => string[] {
  const byUrl = Map.groupBy(operations, ({ url }) => url)
  const routes = [...byUrl].map(([url, those]) => ({
    pattern: new RegExp(`^${url.replace(/[.]/g, '\\.').replace(/:[A-Za-z]+/g, '[^/]+')}$`),
    methods: those.flatMap(({ method }) => (method === 'GET' ? ['GET', 'HEAD'] : [method])),
  }))
  return (path) => routes.find(({ pattern }) => pattern.test(path))?.methods ?? []
}
