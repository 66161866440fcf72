// What agents and banks call: discovery, enrolment, messages, the pull inbox.
import { type HopRequest, JOSE_MEDIA_TYPE, ok } from '@parley/sdk/protocol'
import type { Deps } from '../../use-cases/deps.ts'
import { enrolAgent } from '../../use-cases/enrol-agent.ts'
import { pullInbox } from '../../use-cases/pull-inbox.ts'
import { readJwks, readMetadata } from '../../use-cases/read-metadata.ts'
import { receiveMessage } from '../../use-cases/receive-message.ts'
import { type SignProfileDeps, signCustomerProfile } from '../../use-cases/sign-customer-profile.ts'
import type { Call, Handler } from '../operation.ts'

const CACHED = { 'cache-control': 'public, max-age=300', vary: 'Accept' }

export function protocolOperations(deps: Deps & SignProfileDeps): Record<string, Handler> {
  return {
    async getMetadata(call) {
      const metadata = await readMetadata(deps)
      if (call.accepts('application/json', JOSE_MEDIA_TYPE) === 'application/json') {
        return ok({ status: 200, headers: CACHED, body: metadata })
      }
      const body = metadata.signedMetadata
      return ok({ status: 200, headers: CACHED, contentType: JOSE_MEDIA_TYPE, body })
    },

    async getJwks() {
      return ok({ status: 200, headers: CACHED, body: await readJwks(deps) })
    },

    async enrolAgent(call) {
      const enrolled = await enrolAgent(deps, call.bytes.toString('latin1'))
      if (!enrolled.ok) return enrolled
      return ok({ status: 201, contentType: JOSE_MEDIA_TYPE, body: enrolled.value })
    },

    async receiveMessage(call) {
      const hop = hopOf(call, deps.publicUrl)
      const received = await receiveMessage(deps, call.bytes.toString('latin1'), hop)
      return received.ok && received.value.status === 204 ? ok({ status: 204 }) : received
    },

    async fetchProfile(call) {
      const signed = await signCustomerProfile(deps, call.params['pullToken'] ?? '')
      if (!signed.ok) return signed
      const headers = { 'cache-control': 'no-store' }
      return ok({ status: 200, headers, contentType: JOSE_MEDIA_TYPE, body: signed.value })
    },

    async pullInbox(call) {
      const pullToken = call.params['pullToken'] ?? ''
      const after = call.query['after']
      const command = after === undefined ? { pullToken } : { pullToken, after: Number(after) }
      const page = await pullInbox(deps, command)
      return page.ok ? ok({ status: 200, body: page.value }) : page
    },
  }
}

/** The request as its sender addressed it: to our public origin, whatever stands in between. */
function hopOf(call: Call, publicUrl: string): HopRequest {
  const { method, target, headers, bytes } = call
  return { method, url: new URL(target, publicUrl).href, headers, body: bytes }
}
