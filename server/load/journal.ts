// What the servers acknowledged, so that it can be asked for afterwards; and the look whether it is there.
import pg from 'pg'

export interface Journal {
  issued: string[]
  agreed: string[]
  paid: string[]
}

/** Acknowledged writes that the database does not hold, and webhooks that did not leave. */
export interface Lost {
  issued: number
  agreed: number
  paid: number
}

/** Reads the database past the servers. */
export async function findLost(databaseUrl: string, journal: Journal): Promise<Lost> {
  const client = new pg.Client({ connectionString: databaseUrl })
  await client.connect()
  const missing = async (claimIds: readonly string[], table: string) => {
    const { rows } = await client.query<{ lost: number }>(
      `select count(*)::int as lost from unnest($1::text[]) as claim_id
        where not exists (select from ${table} t where t.claim_id = claim_id.claim_id)`,
      [claimIds],
    )
    return rows[0]?.lost ?? Number.NaN
  }
  try {
    return {
      issued: await missing(journal.issued, 'claims'),
      agreed: await missing(journal.agreed, 'agreements'),
      paid: await missing(journal.paid, 'payments'),
    }
  } finally {
    await client.end()
  }
}

/** How many claims a debtor has. */
export async function countClaims(databaseUrl: string, debtorId: string): Promise<number> {
  const client = new pg.Client({ connectionString: databaseUrl })
  await client.connect()
  const { rows } = await client.query<{ count: number }>(
    'select count(*)::int as count from claims where debtor_id = $1',
    [debtorId],
  )
  await client.end()
  return rows[0]?.count ?? Number.NaN
}
