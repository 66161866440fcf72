// Trains the model of one creditor on its own bills, from the prior that the server ships. The same bills
// give the same bytes, so that anybody can check what a model was made of.
import { createHash } from 'node:crypto'
import { type Day, dayInZone, dayNumberOf } from '@parley/sdk/protocol'
import { type BillFacts, billOf } from '../domain/learning/bill-history.ts'
import {
  findModelFaults,
  type LearningModel,
  roundModel,
} from '../domain/learning/learning-model.ts'
import type { Training } from '../domain/learning/train-model.ts'
import { readBillFacts } from '../storage/bill-facts.ts'
import { readCreditor } from '../storage/creditors.ts'
import type { Database } from '../storage/database.ts'
import { insertModel, latestModel, type StoredModel } from '../storage/learning-models.ts'
import type { Deps } from './deps.ts'

/** What learning needs beside the core. */
export type LearningDeps = Pick<Deps, 'db' | 'clock' | 'prior'>

/** Trains somewhere; in the server a thread of its own, for it takes seconds. */
export type Train = (training: Training) => Promise<LearningModel>

/** The newest bills alone teach: customers change, and memory is bounded. */
export const MOST_BILLS = 20_000
const SEED = 1

/** Trains once more and keeps the model. Returns it, or undefined where there is nothing to learn from. */
export async function trainCreditorModel(
  deps: LearningDeps & { train: Train },
  { creditorId }: { creditorId: string },
): Promise<StoredModel | undefined> {
  const { timeZone } = await readCreditor(deps.db, creditorId)
  const bills = await readBillFacts(deps.db, { creditorId, timeZone, limit: MOST_BILLS })
  const [first, last] = [bills.at(0), bills.at(-1)]
  if (first === undefined || last === undefined) return undefined
  const version = ((await latestModel(deps.db, creditorId))?.version ?? 0) + 1
  const now = deps.clock.now()
  const until = dayInZone(now, timeZone)
  const trained = await deps.train(trainingOf(deps, bills, { version, until }))
  const model = JSON.stringify(roundModel(trained))
  const stored: StoredModel = {
    creditorId,
    version,
    priorVersion: deps.prior.version,
    seed: SEED,
    firstIssued: first.issuedOn,
    lastIssued: last.issuedOn,
    until,
    bills: bills.length,
    settledBills: bills.filter(({ settledOn }) => settledOn !== null).length,
    customers: trained.customers,
    model,
    hash: createHash('sha256').update(model).digest('hex'),
    createdAt: now,
  }
  await insertModel(deps.db, stored)
  return stored
}

function trainingOf(
  { prior }: LearningDeps,
  bills: readonly BillFacts[],
  { version, until }: { version: number; until: Day },
): Training {
  return {
    bills: bills.map(billOf),
    until: dayNumberOf(until),
    prior,
    id: 'creditor',
    version,
    source: `the creditor's bills issued from ${bills[0]?.issuedOn} to ${bills.at(-1)?.issuedOn}`,
    seed: SEED,
  }
}

/** The model by which a creditor's customers are judged: its newest one, or the prior. */
export async function modelOf(
  deps: Pick<LearningDeps, 'prior'> & { db: Database },
  creditorId: string,
): Promise<{ model: LearningModel; version: number }> {
  const stored = await latestModel(deps.db, creditorId)
  if (stored === undefined) return { model: deps.prior, version: 0 }
  const model = JSON.parse(stored.model) as LearningModel
  // A former release knew other traits: the next training makes one that fits.
  return findModelFaults(model).length === 0
    ? { model, version: stored.version }
    : { model: deps.prior, version: 0 }
}
