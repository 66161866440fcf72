// Reads the providers of text messages from the environment: JSON, or the path of a file with it, so that
// secrets can stay out of the environment.
import { readFileSync } from 'node:fs'
import { readSmsProviders, type SmsProvider } from './domain/sms/sms-provider.ts'

const NAME = 'PARLEY_SMS_PROVIDERS'

/** Reads PARLEY_SMS_PROVIDERS; none without it. Adds one line per fault. */
export function readProviders(text: string | undefined, faults: string[]): SmsProvider[] {
  if (text === undefined || text.trim() === '') return []
  try {
    const isJson = text.trimStart().startsWith('[')
    const read = readSmsProviders(JSON.parse(isJson ? text : readFileSync(text, 'utf8')))
    faults.push(...read.faults.map((fault) => `${NAME}: ${fault}`))
    return read.providers
  } catch {
    // The text itself may be a secret.
    faults.push(`${NAME} must be a JSON array, or the path of a file with one`)
    return []
  }
}
