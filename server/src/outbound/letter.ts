// Hands printed letters to whoever posts them: a folder that a print shop or a person empties, or a
// provider behind a signed webhook. Sets no type and decides nothing.
import { createHash, randomUUID } from 'node:crypto'
import { access, mkdir, open, readFile, rename } from 'node:fs/promises'
import { join } from 'node:path'
import {
  costOf,
  type MessageCost,
  moveAfter,
  type ProviderRefusal,
} from '../domain/delivery/provider-outcome.ts'
import type {
  Letter,
  LetterAccepted,
  LetterOutcome,
  LetterService,
} from '../use-cases/outbound-ports.ts'
import { readCost, readId } from './provider-answer.ts'
import { postSignedJson, type SignedJsonTarget } from './signed-json-post.ts'

export type LetterAnswer = LetterAccepted | ProviderRefusal

export interface LetterProvider {
  readonly name: string
  send(letter: Letter): Promise<LetterAnswer>
}

const LETTER_ID = /^[A-Za-z0-9_-]{1,100}$/

/** Asks the providers in order, like `createTextMessenger`: never a second one after `unknown`. */
export function createLetterService(providers: readonly LetterProvider[]): LetterService {
  return {
    async send(letter, beforeLeaving) {
      let outcome: LetterOutcome = { ...NO_PROVIDER, provider: 'none' }
      if (!LETTER_ID.test(letter.letterId)) return { ...BAD_ID, provider: 'none' }
      for (const provider of providers) {
        if (letter.onlyAt !== undefined && letter.onlyAt !== provider.name) continue
        // The folder and the webhooks know a letter of the same id again.
        await beforeLeaving?.({ provider: provider.name, mayRepeat: true })
        const answer = { ...(await provider.send(letter)), provider: provider.name }
        if (answer.kind === 'accepted' || moveAfter(answer) !== 'other-provider') return answer
        const isFirst = outcome.provider === 'none'
        const isHope = outcome.kind === 'permanent' && answer.kind === 'temporary'
        if (isFirst || isHope) outcome = answer
      }
      return outcome
    },
  }
}

const NO_PROVIDER: ProviderRefusal = { kind: 'temporary', blames: 'provider', code: 'no-provider' }
const BAD_ID: ProviderRefusal = { kind: 'permanent', blames: 'message', code: 'letter-id' }

export interface PrintFolderOptions {
  /** `out/` inside it is for the print shop, `taken/` is our memory of what was handed over. */
  readonly folder: string
  readonly pricePerPage?: MessageCost
}

/**
 * Writes `out/<id>.pdf`, then `taken/<id>`, then `out/<id>.json`: a sidecar that is there has its whole
 * letter beside it. A letter of the same id is handed over once: `taken/<id>` stays when the shop has
 * emptied `out/`, and the shop knows of none that was not written down there.
 */
export function createPrintFolder(options: PrintFolderOptions): Pick<LetterProvider, 'send'> {
  const { folder, pricePerPage } = options
  const [out, taken] = [join(folder, 'out'), join(folder, 'taken')]
  return {
    async send(letter) {
      const { letterId, pages, pdf, recipient, country, delivery } = letter
      const cost = pricePerPage === undefined ? {} : { cost: costOf(pricePerPage, pages) }
      const accepted: LetterAccepted = { kind: 'accepted', providerId: letterId, pages, ...cost }
      try {
        await mkdir(out, { recursive: true, mode: 0o700 })
        await mkdir(taken, { recursive: true, mode: 0o700 })
        const paths = { pdf: join(out, `${letterId}.pdf`), sidecar: join(out, `${letterId}.json`) }
        const memory = join(taken, letterId)
        if (!(await isThere(memory))) {
          await writeWhole(paths.pdf, pdf)
          await writeWhole(memory, createHash('sha256').update(pdf).digest('hex'))
        }
        // The shop goes by the sidecar, so that one comes last: only while it lacks is it written.
        if ((await isThere(paths.pdf)) && !(await isThere(paths.sidecar))) {
          const sha256 = await readFile(memory, 'utf8')
          const sidecar = { id: letterId, sha256, pages, recipient, country, delivery }
          await writeWhole(paths.sidecar, `${JSON.stringify(sidecar, null, 2)}\n`)
        }
        return accepted
      } catch (error) {
        const { code = 'unknown' } = error as { code?: string }
        // A write that failed half-way is done over by the next try, under the same names.
        return { kind: 'temporary', blames: 'provider', code: `folder-${code}` }
      }
    },
  }
}

/** Puts a letter into the hands of a provider: `{ type: 'letter.send', id, pdf (base64), … }`. */
export function createWebhookLetterProvider(
  target: SignedJsonTarget,
): Pick<LetterProvider, 'send'> {
  return {
    async send({ letterId, pdf, pages, recipient, country, delivery }) {
      const base64 = Buffer.from(pdf).toString('base64')
      const content = {
        type: 'letter.send',
        id: letterId,
        pages,
        recipient,
        country,
        delivery,
        pdf: base64,
      }
      const answer = await postSignedJson(target, { key: letterId, content })
      if (answer.kind !== 'answered') return answer
      const providerId = readId(answer.content['id'])
      if (providerId === undefined) {
        return { kind: 'unknown', blames: 'provider', code: 'answer-unreadable', mayRepeat: true }
      }
      const cost = readCost(answer.content['cost'])
      return { kind: 'accepted', providerId, pages, ...(cost === undefined ? {} : { cost }) }
    },
  }
}

async function isThere(path: string): Promise<boolean> {
  return await access(path).then(
    () => true,
    () => false,
  )
}

/** Writes a file so that it is there whole or not at all, also after a power cut. */
async function writeWhole(path: string, content: string | Uint8Array): Promise<void> {
  // Another process may be writing the same letter.
  const beside = `${path}.${randomUUID()}.part`
  const file = await open(beside, 'w', 0o600)
  try {
    await file.writeFile(content)
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(beside, path)
}
