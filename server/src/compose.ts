// The composition root: the only file that sees everything. It builds the parts and hands each the
// slice that it needs.
import type { FastifyInstance } from 'fastify'
import type { Logger } from 'pino'
import { loadCatalog } from './catalog-files.ts'
import { createFileClock, systemClock } from './clock.ts'
import type { Config } from './config.ts'
import { openErasureList } from './erasure-list-file.ts'
import { readApiDocument } from './http/api-document.ts'
import { type ActAs, buildApp } from './http/app.ts'
import { createAuthenticate } from './http/authenticate.ts'
import { creditOperations } from './http/operations/credit.ts'
import { creditorOperations } from './http/operations/creditor.ts'
import { debtorOperations } from './http/operations/debtors.ts'
import { deskOperations } from './http/operations/desk.ts'
import { deskPages } from './http/operations/desk-pages.ts'
import { type HealthDeps, healthOperations } from './http/operations/health.ts'
import { incomingOperations } from './http/operations/incoming.ts'
import { journeyAssignmentOperations } from './http/operations/journey-assignments.ts'
import { nextActionOperations } from './http/operations/next-action.ts'
import { paymentRequestOperations } from './http/operations/payment-requests.ts'
import { portalOperations } from './http/operations/portal.ts'
import { privacyOperations } from './http/operations/privacy.ts'
import { profileOperations } from './http/operations/profiles.ts'
import { protocolOperations } from './http/operations/protocol.ts'
import { statementOperations } from './http/operations/statements.ts'
import { webhookOperations } from './http/operations/webhooks.ts'
import { renderIssued } from './http/operations/wire.ts'
import { createPortalLimits } from './http/rate-limit.ts'
import { createIdSource } from './ids.ts'
import { createHandlers, type JobHandlers, type PeopleWork } from './jobs/handlers.ts'
import { type Jobs, startJobs } from './jobs/start-jobs.ts'
import type { Sweep } from './jobs/sweeps.ts'
import { startLoop, type WakeableLoop } from './jobs/wakeable-loop.ts'
import { createLawBook, loadLaw } from './law-files.ts'
import { loadPrior } from './learning-files.ts'
import { loadNextAction } from './next-action-files.ts'
import { createAddressGuard } from './outbound/address-guard.ts'
import { createGuardedClient } from './outbound/guarded-client.ts'
import { createHumanPorts, servedChannels } from './outbound/human-ports.ts'
import { createPeerKeys } from './outbound/peer-keys.ts'
import { loadRetention } from './retention-files.ts'
import { createPortalLinks, portalSecret } from './secrets/portal-links.ts'
import { openSigner, type StoredSigner } from './secrets/signer.ts'
import { createVault } from './secrets/vault.ts'
import { loadStatementProfiles } from './statement-profile-files.ts'
import { acrossCreditors, forCreditor, forNobody } from './storage/creditor-scope.ts'
import { findCreditorIdByKeyHash } from './storage/creditors.ts'
import { openServerStore, type Store } from './storage/database.ts'
import { type DirectoryLock, lockDirectory } from './storage/directory-lock.ts'
import { blindIndexOf } from './storage/keyring.ts'
import { isStoreAway } from './storage/store-away.ts'
import { trainInThread } from './train-in-thread.ts'
import { forgetHopNonces } from './use-cases/admit-hop.ts'
import { takeUpAccounts } from './use-cases/announce-account.ts'
import { askForTraining } from './use-cases/ask-for-training.ts'
import type { Deps, Vault } from './use-cases/deps.ts'
import { reapplyErasures } from './use-cases/erase-person.ts'
import { issueInGroups } from './use-cases/issue-in-groups.ts'
import { openJourneyBook } from './use-cases/journey-book.ts'
import { judgeChoices } from './use-cases/judge-choices.ts'
import { recomputeCharges } from './use-cases/lower-charges.ts'
import { endExpiredConsents } from './use-cases/manage-consents.ts'
import { watchExperiments } from './use-cases/manage-experiments.ts'
import { requeueHumanMessages } from './use-cases/requeue-human-messages.ts'
import { runRetention } from './use-cases/run-retention.ts'
import { giveUpHumanMessage, sendHumanMessage } from './use-cases/send-human-message.ts'
import { settleCredit } from './use-cases/settle-credit.ts'
import { createSharedRuns } from './use-cases/shared-runs.ts'
import { payNextBills, takeCreditDefault } from './use-cases/take-credit-default.ts'
import { takeDueDunningSteps } from './use-cases/take-due-dunning-steps.ts'
import { takeDuePlans } from './use-cases/take-due-plans.ts'
import { thankDebtor } from './use-cases/thank-debtor.ts'
import { timeOutHeldOut } from './use-cases/time-out-silent-agents.ts'
import { trainCreditorModel } from './use-cases/train-creditor-model.ts'
import type { WorkOutcome } from './use-cases/work-outcome.ts'
import { writeOffBalance } from './use-cases/write-off-balance.ts'

/** A server that is ready to listen. */
export interface Server {
  app: FastifyInstance
  /** Readiness answers 503 from then on; work in flight goes on. */
  drain(): void
  /** Finishes requests and jobs in flight, then lets go of the store. */
  close(): Promise<void>
}

/** Opens the store and builds everything on it. @throws when a part cannot be built. */
export async function compose(config: Config, log: Logger): Promise<Server> {
  const lock = await lockEmbedded(config)
  const vault = createVault(config.masterKey, config.formerMasterKey)
  const store = await openServerStore(config.store, vault)
  const parts = await acrossCreditors(async () => {
    const built = await buildParts(config, { store, vault }, log)
    await reapplyErasures(built)
    return built
  })
  // The jobs need the parts and the parts wake the jobs: the one knot, tied here.
  let jobs: Jobs | undefined
  parts.outboxChanged = () => jobs?.wake()
  const running = await startJobs({
    store,
    log,
    handlers: buildHandlers(parts),
    sweeps: buildSweeps(parts),
    sweepIntervalMs: config.sweepIntervalMs,
    wallClock: systemClock,
  })
  jobs = running
  const keys = followKeys(parts.signer, log)
  let isReady = true
  const app = await buildApp({
    document: readApiDocument(),
    handlers: buildOperations(parts, {
      isReady: () => isReady,
      pendingJobs: () => running.pending(),
      lastSweepAt: () => running.lastSweepAt(),
      settleJobs: (deadlineMs) => running.settle(deadlineMs),
    }),
    authenticate: createAuthenticate({
      operatorToken: config.operatorToken,
      incomingSecret: config.incomingSecret,
      findCreditorIdByKeyHash: (hash) =>
        acrossCreditors(() => findCreditorIdByKeyHash(store.db, hash)),
    }),
    actAs,
    logger: log,
    isStoreAway,
  })
  return {
    app,
    drain() {
      isReady = false
    },
    async close() {
      await closeWithin(app, config.shutdownSeconds * 1000)
      await Promise.all([keys.stop(), running.stop(config.shutdownSeconds * 1000)])
      await Promise.all([parts.mailer?.close(), parts.http.close()])
      await store.close()
      await lock?.release()
    },
  }
}

const KEYS_MS = 5_000

/** Takes up what `parley keys` did, while the server runs. */
function followKeys(signer: StoredSigner, log: Logger): WakeableLoop {
  const run = async () => {
    await acrossCreditors(() => signer.refresh())
    return false
  }
  return startLoop({ name: 'signing-keys', intervalMs: KEYS_MS, log, run })
}

async function lockEmbedded({ store }: Config): Promise<DirectoryLock | undefined> {
  if (store.kind !== 'embedded' || store.directory === 'memory') return undefined
  return await lockDirectory(store.directory)
}

/** Nobody's request finds out whose it is, from a link, a session or a message. */
const actAs: ActAs = ({ creditorId, scheme }, work) => {
  if (scheme === 'operatorToken') return acrossCreditors(work)
  return scheme === 'apiKey' ? forCreditor(creditorId, work) : forNobody(work)
}

/** Lets requests in flight end; a connection that has not ended by then is cut. */
async function closeWithin(app: FastifyInstance, deadlineMs: number): Promise<void> {
  const cut = setTimeout(() => app.server.closeAllConnections(), deadlineMs)
  await app.close()
  clearTimeout(cut)
}

type Parts = Awaited<ReturnType<typeof buildParts>>

/** Everything that use-cases may need: the core's dependencies and the ways out. */
async function buildParts(
  config: Config,
  { store, vault }: { store: Store; vault: Vault },
  log: Logger,
) {
  const { allowLoopback, publicUrl } = config
  const clock = config.clockFile === undefined ? systemClock : createFileClock(config.clockFile)
  const http = createGuardedClient({ allowLoopback })
  const ports = createHumanPorts(config, { http, wallClock: systemClock })
  const catalog = loadCatalog()
  const law = loadLaw()
  const signer = await openSigner({ db: store.db, vault, clock })
  // Read now: the work of a creditor may not read the secrets of the server.
  await blindIndexOf(store.db)
  const deps: Deps = {
    db: store.db,
    statements: store.statements,
    clock,
    ids: createIdSource(clock),
    signer,
    peerKeys: createPeerKeys({ client: http, clock, allowLoopback }),
    vault,
    links: createPortalLinks(await portalSecret(store.db), publicUrl),
    addresses: createAddressGuard({ allowLoopback }),
    journeys: catalog.journeys,
    journeyBook: await openJourneyBook(store.db, catalog.journeys, catalog.channels),
    laws: createLawBook(law),
    servedChannels: servedChannels(ports),
    unsupportedJourneys: catalog.unsupportedJourneys,
    statementProfiles: loadStatementProfiles(),
    nextAction: loadNextAction(),
    prior: loadPrior(),
    publicUrl,
    outboxChanged: () => {},
  }
  return {
    ...deps,
    signer,
    http,
    log,
    ...ports,
    wording: catalog.wording,
    wallClock: systemClock,
    pushes: createSharedRuns<WorkOutcome>(),
    renderReply: renderIssued,
    replyWords: catalog.replyWords,
    calendars: law.calendars,
    smsProviders: config.smsProviders,
    limits: createPortalLimits(),
    train: trainInThread,
    retention: loadRetention(),
    erasures: openErasureList(config.erasureList),
  }
}

function buildOperations(parts: Parts, health: Omit<HealthDeps, keyof Parts>) {
  return {
    ...creditorOperations(parts),
    ...journeyAssignmentOperations(parts),
    ...nextActionOperations(parts),
    ...debtorOperations(parts),
    ...profileOperations(parts),
    ...paymentRequestOperations({ ...parts, issue: issueInGroups(parts) }),
    ...webhookOperations(parts),
    ...statementOperations(parts),
    ...creditOperations(parts),
    ...protocolOperations(parts),
    ...portalOperations(parts),
    ...incomingOperations(parts),
    ...deskOperations(parts),
    ...deskPages(parts),
    ...privacyOperations(parts),
    ...healthOperations({ ...parts, ...health }),
  }
}

function buildHandlers(parts: Parts): JobHandlers {
  const people: PeopleWork = {
    sendMessage: (key) => sendHumanMessage(parts, key),
    giveUpMessage: (key) => giveUpHumanMessage(parts, key),
    recomputeCharges: (key) => recomputeCharges(parts, key),
    thankDebtor: (key) => thankDebtor(parts, key),
    settleCredit: (key) => settleCredit(parts, key),
    takeCreditDefault: (key) => takeCreditDefault(parts, key),
    writeOffBalance: (key) => writeOffBalance(parts, key),
  }
  return createHandlers(parts, people, { trainModel: (key) => trainCreditorModel(parts, key) })
}

const SWEEP_BATCH = 100

function buildSweeps(parts: Parts): Sweep[] {
  const limit = { limit: SWEEP_BATCH }
  return [
    {
      name: 'take-due-plans',
      batchSize: SWEEP_BATCH,
      run: () => takeDuePlans(parts, limit),
    },
    {
      name: 'take-due-dunning-steps',
      batchSize: SWEEP_BATCH,
      run: () => takeDueDunningSteps(parts, limit),
    },
    {
      name: 'time-out-held-out',
      batchSize: SWEEP_BATCH,
      run: () => timeOutHeldOut(parts, limit),
    },
    {
      name: 'requeue-human-messages',
      batchSize: SWEEP_BATCH,
      run: () => requeueHumanMessages(parts, limit),
    },
    {
      name: 'take-up-accounts',
      batchSize: SWEEP_BATCH,
      run: () => takeUpAccounts(parts, limit),
    },
    {
      name: 'pay-next-bills',
      batchSize: SWEEP_BATCH,
      run: () => payNextBills(parts, limit),
    },
    {
      name: 'judge-choices',
      batchSize: SWEEP_BATCH,
      run: () => judgeChoices(parts, limit),
    },
    {
      name: 'watch-experiments',
      batchSize: SWEEP_BATCH,
      run: () => watchExperiments(parts, limit),
    },
    {
      name: 'end-expired-consents',
      batchSize: SWEEP_BATCH,
      run: () => endExpiredConsents(parts, limit),
    },
    {
      name: 'run-retention',
      batchSize: SWEEP_BATCH,
      run: () => runRetention(parts, limit),
    },
    {
      name: 'forget-hop-nonces',
      batchSize: SWEEP_BATCH,
      run: () => forgetHopNonces(parts, limit),
    },
    {
      name: 'ask-for-training',
      batchSize: SWEEP_BATCH,
      run: () => askForTraining(parts, limit),
    },
  ]
}
