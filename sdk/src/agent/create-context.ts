// Builds what the parts of an agent share from the options of its app.

import { createDirectory } from '../peer/directory.ts'
import { isIssuer, jwkThumbprintUri } from '../protocol/identifiers.ts'
import type { AgentOptions } from './agent.ts'
import type { AgentContext } from './context.ts'
import { isDueAtBank } from './payment-under-way.ts'

const MIN_COOLING_OFF_DAYS = 3

/** Checks the options and fills in what was left out. @throws {TypeError} as `createAgent`. */
export function createContext(options: AgentOptions): AgentContext {
  const { key, store, policy, cashFlow, inbox, payBy, agentName, onEvent } = options
  const allowLoopbackHttp = options.allowLoopbackHttp ?? false
  const isAddress = (url: string) => isIssuer(URL.parse(url)?.origin, { allowLoopbackHttp })
  if (inbox !== undefined && !isAddress(inbox)) throw new TypeError('inbox: not an https address')
  if (payBy !== undefined && !isIssuer(payBy.bank, { allowLoopbackHttp })) {
    throw new TypeError('payBy.bank: not an https origin')
  }
  const clock = options.clock ?? (() => Math.floor(Date.now() / 1000))
  const fetchFunction = options.fetch ?? ((...parameters) => fetch(...parameters))
  return {
    key,
    iss: jwkThumbprintUri(key.kid),
    store,
    directory: createDirectory({ fetch: fetchFunction, clock, allowLoopbackHttp }),
    fetch: fetchFunction,
    clock,
    randomBytes: options.randomBytes ?? ((size) => crypto.getRandomValues(new Uint8Array(size))),
    readPolicy: async () => (typeof policy === 'function' ? policy() : policy),
    readCashFlow: async () => (typeof cashFlow === 'function' ? cashFlow() : cashFlow),
    ...(inbox === undefined ? {} : { inbox }),
    ...(payBy === undefined ? {} : { payBy }),
    ...(agentName === undefined ? {} : { agentName }),
    allowLoopbackHttp,
    trust: options.trust ?? [],
    acknowledge: options.acknowledge ?? true,
    isPaymentUnderWay: async (thread) =>
      options.isPaymentUnderWay === undefined
        ? isDueAtBank(thread, clock())
        : options.isPaymentUnderWay(thread),
    coolingOffSeconds: Math.max(MIN_COOLING_OFF_DAYS, options.coolingOffDays ?? 0) * 86_400,
    importedKeys: new Map(),
    emit: (event) => onEvent?.(event),
    exclusive: createQueue(),
  }
}

/** Runs tasks one after the other; a task that fails does not stop the next. */
function createQueue(): AgentContext['exclusive'] {
  let last: Promise<unknown> = Promise.resolve()
  return (task) => {
    const run = last.then(task, task)
    last = run.catch(() => undefined)
    return run
  }
}
