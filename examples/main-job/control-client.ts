// The run's side of the control commands, typed by control-messages.ts.
import type { Commands } from './control-messages.ts'

/** Gives a command to one process. */
export type Control<C extends Commands> = <Name extends keyof C & string>(
  name: Name,
  body: C[Name]['takes'],
) => Promise<C[Name]['gives']>

/** Commands a process at an origin. @throws {Error} when a command fails there. */
export function createControl<C extends Commands>(origin: string): Control<C> {
  return async (name, body) => {
    const response = await fetch(`${origin}/control/${name}`, {
      method: 'POST',
      body: JSON.stringify(body),
    })
    const text = await response.text()
    if (!response.ok) throw new Error(`${name}: ${text}`)
    return JSON.parse(text) as C[typeof name]['gives']
  }
}
