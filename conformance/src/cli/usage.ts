// What the command says of itself.

/** Exit codes. A skip is never 0. */
export const EXIT = { passed: 0, failed: 1, usage: 2, incomplete: 3, unreachable: 4 } as const

/** A wrong call of the command: said to the caller, exit code 2. */
export class UsageError extends Error {
  readonly code = 'usage'
}

export const USAGE = `parley-conformance: does an implementation keep the Parley protocol?

  parley-conformance server --url http://127.0.0.1:8080 --api-key KEY
  parley-conformance agent|bank --command "node agent.ts"
  parley-conformance init server|agent|bank
  parley-conformance doctor             clock, key, version, reachability
  parley-conformance self-test          the reference implementation, from the clone
  parley-conformance list [--role server]
  parley-conformance explain SIG-026
  parley-conformance run SIG-026 --trace --url … --api-key …
  parley-conformance verify FILE --report report.json [--jwks keys.json]

Settings also stand in parley-conformance.json (--config FILE).

  --seed TEXT           keys, ids and nonces follow from it (default: parley)
  --case-seconds N      the longest that one case may take (default: 60)
  --json, --junit, --html, --badge FILE
                        writes a report
  --baseline FILE       known failures: [{"id", "reason", "until": "2026-12-31"}]
  --compare FILE        a former report (--json): what is newly red, newly green, new, gone
  --signed FILE --key private.jwk
                        writes the result in one signed line (Ed25519)
  --trace               prints both sides of the wire

Exit codes: 0 passed, 1 failed, 2 wrong call, 3 incomplete, 4 unreachable.`
