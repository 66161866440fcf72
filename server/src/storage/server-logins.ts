// The two logins that a server works with, apart from the owner of the tables: one sees the rows of a
// creditor that it names, the other works across creditors, and neither can become the other or the
// owner. They are made for one database; their passwords come from a secret that the database keeps sealed.
import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto'
import pg from 'pg'

export interface Logins {
  creditor: string
  across: string
}

/** PostgreSQL cuts longer names. */
const LONGEST_NAME = 63

/** Makes the logins where they are missing, and returns the URLs to connect with. */
export async function makeLogins(
  owner: pg.ClientBase,
  { url, secret }: { url: string; secret: Buffer },
): Promise<Logins> {
  const { rows } = await owner.query<{ database: string }>('select current_database() as database')
  const database = rows[0]?.database ?? ''
  const made = async (role: string) => {
    const login = `${role}_${database}`.slice(0, LONGEST_NAME)
    const password = createHmac('sha256', secret).update(login).digest('base64url')
    await makeLogin(owner, { login, role, database, password })
    return urlFor(url, login, password)
  }
  return { creditor: await made('parley_creditor'), across: await made('parley_across') }
}

async function makeLogin(
  owner: pg.ClientBase,
  { login, role, database, password }: Record<'login' | 'role' | 'database' | 'password', string>,
): Promise<void> {
  const name = pg.escapeIdentifier(login)
  const { rows } = await owner.query('select from pg_roles where rolname = $1', [login])
  if (rows.length === 0) await owner.query(`create role ${name} in role ${role}`)
  // The hash, not the password: statements may be logged.
  const verifier = pg.escapeLiteral(scramVerifier(password))
  await owner.query(`alter role ${name} login password ${verifier}`)
  // What it makes, which are the tables of the job queue, belongs to the role.
  const where = pg.escapeIdentifier(database)
  await owner.query(`alter role ${name} in database ${where} set role = ${pg.escapeLiteral(role)}`)
}

/** User and password as parameters hold for every way to write a URL, also one of a local socket. */
function urlFor(url: string, user: string, password: string): string {
  const own = new URL(url)
  own.searchParams.set('user', user)
  own.searchParams.set('password', password)
  return own.href
}

const ROUNDS = 4096

/** What PostgreSQL stores of a password (RFC 5802, RFC 7677). */
function scramVerifier(password: string): string {
  const salt = randomBytes(16)
  const salted = pbkdf2Sync(password, salt, ROUNDS, 32, 'sha256')
  const keyed = (text: string) => createHmac('sha256', salted).update(text).digest()
  const stored = createHash('sha256').update(keyed('Client Key')).digest('base64')
  const server = keyed('Server Key').toString('base64')
  return `SCRAM-SHA-256$${ROUNDS}:${salt.toString('base64')}$${stored}:${server}`
}
