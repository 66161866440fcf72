// Consents and schedules in the wire forms of openapi.yaml.
import type { components } from '@parley/sdk/creditor'
import type { RetentionRules } from '../../domain/privacy/retention.ts'
import type { Consent } from '../../use-cases/manage-consents.ts'
import { instant } from './wire.ts'

type Schemas = components['schemas']

export function consentOnWire(consent: Consent): Schemas['Consent'] {
  const { consentId, debtorId, purpose, textVersion, channel, endedAs } = consent
  const end = (at: number | null) => (at === null ? null : instant(at))
  return {
    ...{ id: consentId, debtorId, purpose, textVersion, channel, endedAs },
    givenAt: instant(consent.givenAt),
    expiresAt: end(consent.expiresAt),
    endedAt: end(consent.endedAt),
  }
}

export function schedulesOnWire(rules: RetentionRules): Schemas['RetentionSchedule'][] {
  return rules.schedules.map(({ sources: ids, ...schedule }) => ({
    ...schedule,
    sources: rules.sources.filter(({ id }) => ids.includes(id)),
  }))
}
