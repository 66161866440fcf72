// The agent ends its enrolment. Spec: ENR-05.
import { err, ok, parsePayload, type Result } from '@parley/sdk/protocol'
import { type Refusal, refusal } from '../domain/refusal.ts'
import { endEnrolment } from '../storage/enrolments.ts'
import { turnToPeople } from './end-enrolment.ts'
import type { EnrolmentEffect, EnrolmentNotice } from './receive-enrolment-message.ts'
import { Outrun } from './retry-when-outrun.ts'

/** Refuses `schema`. */
export async function takeRevoke({
  enrolment,
  message,
  now,
}: EnrolmentNotice): Promise<Result<EnrolmentEffect, Refusal>> {
  const parsed = parsePayload('revoke', message.payload)
  if (!parsed.ok) return err(refusal('schema', parsed.error.detail, parsed.error.pointer))
  const end = { by: 'agent', at: now } as const
  return ok(async (tx) => {
    if (!(await endEnrolment(tx, enrolment, end))) throw new Outrun()
    await turnToPeople(tx, enrolment, end)
  })
}
