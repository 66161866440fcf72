// Operations of the tag privacy.
import type { components } from '@parley/sdk/creditor'
import { ok } from '@parley/sdk/protocol'
import type { ConsentPurpose } from '../../domain/privacy/consent.ts'
import type { Deps } from '../../use-cases/deps.ts'
import {
  type EraseDeps,
  type ErasedPerson,
  erasePerson,
  readErasure,
} from '../../use-cases/erase-person.ts'
import { exportPerson } from '../../use-cases/export-person.ts'
import { giveConsent, listConsents, withdrawConsent } from '../../use-cases/manage-consents.ts'
import { type RetentionReport, readRetentionReport } from '../../use-cases/run-retention.ts'
import type { Call, Handler } from '../operation.ts'
import { page } from '../portal/answer-page.ts'
import { renderExportPage } from '../portal/export-page.ts'
import { once, onceAfter } from './once.ts'
import { exportOnWire } from './person-export-on-wire.ts'
import { consentOnWire, schedulesOnWire } from './privacy-on-wire.ts'
import { instant } from './wire.ts'

type Schemas = components['schemas']

const keyOf = (call: Call) => ({
  creditorId: call.creditorId,
  debtorId: call.params['debtorId'] ?? '',
})

export function privacyOperations(deps: EraseDeps & Pick<Deps, 'ids'>): Record<string, Handler> {
  return {
    eraseDebtor: (call) =>
      onceAfter(deps, `eraseDebtor ${call.params['debtorId']}`, call, async () => {
        const erased = await erasePerson(deps, keyOf(call))
        return erased.ok ? ok({ status: 200, body: erasureOnWire(erased.value) }) : erased
      }),

    giveConsent: (call) =>
      once(deps, `giveConsent ${call.params['debtorId']}`, call, async (tx) => {
        const { expiresAt, ...given } = call.body as Schemas['ConsentInput']
        const until =
          expiresAt === undefined ? {} : { expiresAt: Math.floor(Date.parse(expiresAt) / 1000) }
        const made = await giveConsent(deps, tx, keyOf(call), { ...given, ...until })
        return made.ok ? ok({ status: 201, body: consentOnWire(made.value) }) : made
      }),

    async listConsents(call) {
      const found = await listConsents(deps, keyOf(call))
      return found.ok ? ok({ status: 200, body: { data: found.value.map(consentOnWire) } }) : found
    },

    async withdrawConsent(call) {
      const purpose = call.params['purpose'] as ConsentPurpose
      const ended = await withdrawConsent(deps, { ...keyOf(call), purpose })
      return ended.ok ? ok({ status: 204 }) : ended
    },

    async exportDebtor(call) {
      const made = await exportPerson(deps, keyOf(call))
      return made.ok ? ok({ status: 200, body: exportOnWire(made.value) }) : made
    },

    async showDebtorExport(call) {
      const made = await exportPerson(deps, keyOf(call))
      if (!made.ok) return made
      const nonce = Buffer.from(deps.ids.randomBytes(16)).toString('base64')
      const body = renderExportPage(exportOnWire(made.value), nonce)
      return page(nonce, 200, body)
    },

    async getRetentionReport({ creditorId }) {
      const report = await readRetentionReport(deps, creditorId)
      return report.ok ? ok({ status: 200, body: reportOnWire(report.value) }) : report
    },

    async getErasure(call) {
      const erased = await readErasure(deps, keyOf(call))
      return erased.ok ? ok({ status: 200, body: erasureOnWire(erased.value) }) : erased
    },
  }
}

function erasureOnWire({ debtorId, erasedAt, kept, proof }: ErasedPerson): Schemas['Erasure'] {
  return { debtorId, erasedAt: instant(erasedAt), kept, proof }
}

function reportOnWire({ rules, runs }: RetentionReport): Schemas['RetentionReport'] {
  return {
    rules: rules.id,
    schedules: schedulesOnWire(rules),
    runs: runs.map(({ ranAt, done }) => ({ ranAt: instant(ranAt), done })),
  }
}
