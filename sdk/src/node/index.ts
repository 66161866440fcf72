// The public surface of `@parley/sdk/node`: what needs Node's file system or http server.

export { createFileAgentStore } from './agent-file-store.ts'
export { createFileBankStore } from './bank-file-store.ts'
export type { Handle } from './listener.ts'
export { toNodeListener } from './listener.ts'
