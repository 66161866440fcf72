// The cookie of a desk session: for this server's desk alone, out of reach of scripts and of other sites
// (RFC 6265bis).
import { SESSION_SECONDS } from '../../use-cases/desk-session.ts'

const NAME = 'parley-desk'

/** Sets the session; over https the browser sends it over https alone. */
export function sessionCookie(session: string, publicUrl: string): string {
  return cookie(session, SESSION_SECONDS, publicUrl)
}

/** Takes the session away. */
export function noSessionCookie(publicUrl: string): string {
  return cookie('', 0, publicUrl)
}

/** The session of a request's Cookie header, or undefined. */
export function sessionIn(header: string | undefined): string | undefined {
  for (const pair of (header ?? '').split(/[;,]\s*/)) {
    if (pair.startsWith(`${NAME}=`)) return pair.slice(NAME.length + 1)
  }
  return undefined
}

function cookie(value: string, maxAge: number, publicUrl: string): string {
  const secure = publicUrl.startsWith('https:') ? '; Secure' : ''
  return `${NAME}=${value}; Path=/desk; Max-Age=${maxAge}; HttpOnly; SameSite=Strict${secure}`
}
