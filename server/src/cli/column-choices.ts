// Reads `--map`: which column holds which field, as the operator says.
import { InvalidArgumentError } from 'commander'
import type { ColumnChoice } from '../domain/import/match-columns.ts'

/** Takes `Your header=field`, or several with commas between them; the option may be repeated. */
export function readChoices(text: string, before: readonly ColumnChoice[] = []): ColumnChoice[] {
  // A header may hold commas and equals signs; a field holds neither.
  const parts = [...text.matchAll(/(.+?)=([^,=]+)(?:,|$)/g)]
  const choices = parts.map(([, column = '', field = '']) => ({ column: column.trim(), field }))
  const isWhole = parts.map(([part]) => part).join('') === text
  if (isWhole && choices.length > 0 && choices.every(({ column }) => column !== '')) {
    return [...before, ...choices]
  }
  throw new InvalidArgumentError('Write it as "Your header=field".')
}
