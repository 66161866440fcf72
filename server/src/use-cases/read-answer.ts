// The words of a person about a claim, read in the languages of person and creditor, and what is
// proposed to do about them.
import { dayInZone } from '@parley/sdk/protocol'
import { languageOfDebtor } from '../domain/claim/debtor.ts'
import { type IncomingAction, proposeAction } from '../domain/incoming/propose-action.ts'
import type { ReplyContext, ReplyReading } from '../domain/incoming/read-reply.ts'
import type { ReplyWordCatalog } from '../domain/incoming/reply-words.ts'
import { chooseLanguage } from '../domain/wording/language.ts'
import { readCreditor } from '../storage/creditors.ts'
import { findDebtor } from '../storage/debtors.ts'
import type { Deps } from './deps.ts'

export type ReadAnswerDeps = Pick<Deps, 'db' | 'clock'> & { replyWords: ReplyWordCatalog }

/** What an answer asks for, and whether that is sure. */
export interface ReadAnswer {
  readonly action: IncomingAction
  readonly isSure: boolean
}

/** Reads an answer of a debtor with `read`: that of mails, or that of text messages. */
export async function readAnswer(
  { db, clock, replyWords: words }: ReadAnswerDeps,
  debtorKey: { creditorId: string; debtorId: string },
  read: (context: ReplyContext) => ReplyReading,
): Promise<ReadAnswer> {
  const debtor = await findDebtor(db, debtorKey)
  const creditor = await readCreditor(db, debtorKey.creditorId)
  const own = debtor === undefined ? null : languageOfDebtor(debtor)
  const languages = [chooseLanguage(own, creditor.language)]
  const today = dayInZone(clock.now(), debtor?.timeZone ?? creditor.timeZone)
  const proposal = proposeAction(read({ words, languages, today }))
  return proposal.kind === 'apply'
    ? { action: proposal.action, isSure: true }
    : { action: proposal.proposed, isSure: false }
}
