// The Content-Security-Policy of the portal: one style element by nonce, forms to ourselves,
// nothing else; no script at all.

const NONCE = /^[A-Za-z0-9+/_-]{16,}={0,2}$/

/**
 * Returns the header value for a portal page whose `<style>` carries the same nonce.
 *
 * @throws {RangeError} when the nonce is not base64 of at least 16 characters (CSP3 §2.3.1).
 */
export function portalContentSecurityPolicy(nonce: string): string {
  if (!NONCE.test(nonce)) throw new RangeError('the nonce is not base64')
  return [
    "default-src 'none'",
    `style-src 'nonce-${nonce}'`,
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; ')
}
