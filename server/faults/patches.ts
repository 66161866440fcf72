// The named crash points, the widened races and the mutations: places of the product, as data. Nothing
// of this is in the product; patch-hook.ts puts it in while a process of a fault run loads its files.
import type { SourcePatch } from './source-patch.ts'

type Place = Pick<SourcePatch, 'name' | 'file' | 'find'>

const killedBefore = ({ name, file, find }: Place): SourcePatch => ({
  ...{ name, file, find },
  replace: `await globalThis.atFaultPoint('${name}')\n${find}`,
})

const killedAfter = ({ name, file, find }: Place): SourcePatch => ({
  ...{ name, file, find },
  replace: `${find}\nawait globalThis.atFaultPoint('${name}')`,
})

const AGREED = 'async function isSignedByAgent('
const AGREE_ENDS = `    await appendOrRollBack(tx, thread, [{ ...stored(message), reply }], facts.now)
  })
  deps.outboxChanged()
  return ok(reply)
}

${AGREED}`

/** Where a process dies, from the first write of an act to the last byte of what follows from it. */
export const CRASH_POINTS: readonly SourcePatch[] = [
  killedBefore({
    name: 'issue-before-commit',
    file: 'server/src/storage/issue-claims.ts',
    find: '  await queryNamed(statements, WRITE_ISSUED, values)',
  }),
  killedAfter({
    name: 'issue-after-commit',
    file: 'server/src/storage/issue-claims.ts',
    find: '  await queryNamed(statements, WRITE_ISSUED, values)',
  }),
  {
    name: 'once-after-commit',
    file: 'server/src/http/operations/once.ts',
    find: '  return asAnswer(await answerOnce(deps, key, async (tx) => kept(await work(tx))))',
    replace: `  const answer = await answerOnce(deps, key, async (tx) => kept(await work(tx)))
  if (operation === 'createDebtor') await globalThis.atFaultPoint('once-after-commit')
  return asAnswer(answer)`,
  },
  killedAfter({
    name: 'agree-before-commit',
    file: 'server/src/use-cases/receive-answer.ts',
    find: `    await writeAgreement(tx, { ...made, acceptedBy: 'agent' })`,
  }),
  {
    name: 'agree-after-commit',
    file: 'server/src/use-cases/receive-answer.ts',
    find: AGREE_ENDS,
    replace: AGREE_ENDS.replace(
      '  deps.outboxChanged()',
      `  await globalThis.atFaultPoint('agree-after-commit')\n  deps.outboxChanged()`,
    ),
  },
  killedBefore({
    name: 'lease-before-commit',
    file: 'server/src/use-cases/receive-payment.ts',
    find: '    await rememberPeerKey(tx,',
  }),
  killedBefore({
    name: 'lease-after-commit',
    file: 'server/src/use-cases/receive-payment.ts',
    find: `  deps.outboxChanged()
  return reply`,
  }),
  killedAfter({
    name: 'relay-before-commit',
    file: 'server/src/jobs/relay-outbox.ts',
    find: '    const rows = await takeOutbox(tx, BATCH)',
  }),
  killedBefore({
    name: 'relay-after-commit',
    file: 'server/src/jobs/relay-outbox.ts',
    find: '  let count = 0\n',
  }),
  killedAfter({
    name: 'webhook-after-answer',
    file: 'server/src/use-cases/deliver-webhook.ts',
    find: '  const reply = await deps.http.request(signedCall(deps, attempt))',
  }),
]

/** Where a process dies that writes to people. */
export const MAIL_POINTS: readonly SourcePatch[] = [
  killedAfter({
    name: 'mail-noted-as-leaving',
    file: 'server/src/outbound/mail-departure.ts',
    find: '  await departure.beforeLeaving?.(SMTP)',
  }),
  killedBefore({
    name: 'mail-accepted-not-stored',
    file: 'server/src/use-cases/send-human-message.ts',
    find: `      const { told = [], notice } = composed
      const end =`,
  }),
]

/** Makes the moment in which two processes could overtake each other long enough to be met. */
export const PAUSES: readonly SourcePatch[] = [
  {
    name: 'pause-1500-lease-after-lock',
    file: 'server/src/use-cases/receive-payment.ts',
    find: '!(await isNow())) throw new Outrun()',
    replace: `!(await isNow())) throw new Outrun()
    await globalThis.atFaultPoint('pause-1500-lease-after-lock')`,
  },
  {
    name: 'pause-60-before-placing',
    file: 'server/src/use-cases/receive-answer.ts',
    find: '  const situation = await readSituation(deps, answer.thread)',
    replace: `  const situation = await readSituation(deps, answer.thread)
  await globalThis.atFaultPoint('pause-60-before-placing')`,
  },
]

const STATEMENT = 'await queryNamed(statements, WRITE_ISSUED, values)'
const ONCE = `    const answer = await work(tx)
    if (answer.ok) await keep(deps, tx, { ...key, ...answer.value })
    return answer
  })`

/** What each guarantee rests on, taken away; `catches` must turn red then, by these invariants. */
export interface Mutation {
  readonly name: string
  readonly takesAway: string
  readonly patches: readonly SourcePatch[]
  /** Statements that change the database of the run after its migrations. */
  readonly schema: readonly string[]
  readonly fault: string
  /** The crash points at which F02 dies then. */
  readonly points?: readonly string[]
  readonly invariants: readonly string[]
}

export const MUTATIONS: readonly Mutation[] = [
  {
    name: 'no-row-lock',
    takesAway: 'the lock on the claim while a payment is allowed',
    patches: [
      {
        name: 'no-row-lock',
        file: 'server/src/storage/claims.ts',
        find: `    .where('claim_id', '=', key.claimId)
    .forUpdate()
    .executeTakeFirst()
  return row === undefined ? undefined : toClaim(row)
}

/**
 * Writes a change.`,
        replace: `    .where('claim_id', '=', key.claimId)
    .executeTakeFirst()
  return row === undefined ? undefined : toClaim(row)
}

/**
 * Writes a change.`,
      },
    ],
    schema: [],
    fault: 'F16',
    invariants: ['I4'],
  },
  {
    name: 'no-jti-constraint',
    takesAway: 'the unique index on (iss, jti)',
    patches: [],
    schema: ['drop index messages_of_peers'],
    fault: 'F16',
    invariants: ['I8'],
  },
  {
    name: 'idempotency-elsewhere',
    takesAway: 'the reply kept in the transaction of its effect, when issuing',
    patches: [
      {
        name: 'idempotency-elsewhere',
        file: 'server/src/storage/issue-claims.ts',
        find: STATEMENT,
        replace: `const [effects, kept] = WRITE_ISSUED.split('insert into idempotency_keys')
  const rowsOnly = effects.slice(0, effects.indexOf(', claim as ('))
  await queryNamed(statements, effects + ' select count(*) from t', values)
  setTimeout(() => void queryNamed(statements, rowsOnly + ' insert into idempotency_keys' + kept, values).catch(() => {}), 200)`,
      },
    ],
    schema: [],
    fault: 'F02',
    points: ['issue-after-commit'],
    invariants: ['I7'],
  },
  {
    name: 'idempotency-after',
    takesAway: 'the same for every other operation',
    patches: [
      {
        name: 'idempotency-after',
        file: 'server/src/use-cases/answer-once.ts',
        find: ONCE,
        replace: `    const answer = await work(tx)
    if (answer.ok) setTimeout(() => void keep(deps, deps.db, { ...key, ...answer.value }).catch(() => {}), 200)
    return answer
  })`,
      },
    ],
    schema: [],
    fault: 'F02',
    points: ['once-after-commit'],
    invariants: ['I7'],
  },
  {
    name: 'no-outbox',
    takesAway: 'the outbox: events are told before their transaction is committed',
    patches: [
      {
        name: 'no-outbox-handle',
        file: 'server/src/storage/database.ts',
        find: '  const db = new Kysely<Tables>({ dialect, plugins: [ring] })',
        replace: `  const db = new Kysely<Tables>({ dialect, plugins: [ring] })
  ;(globalThis as never as { faultStore: unknown }).faultStore = db`,
      },
      {
        name: 'no-outbox',
        file: 'server/src/storage/events.ts',
        find: `    select event_id from event order by event_id\`.execute(tx)`,
        replace: `    select event_id from event order by event_id\`.execute((globalThis as never as { faultStore: Database }).faultStore)`,
      },
    ],
    schema: [],
    fault: 'F02',
    points: ['agree-before-commit'],
    invariants: ['I6', 'I9'],
  },
  {
    name: 'no-expiry',
    takesAway: 'the refusal of what arrives after its term',
    patches: [
      {
        name: 'no-expiry',
        file: 'server/src/use-cases/verify-incoming.ts',
        find: '  if (late !== undefined) return err(late)\n',
        replace: '',
      },
    ],
    schema: [],
    fault: 'F11',
    invariants: ['I8'],
  },
]

export const PATCHES: readonly SourcePatch[] = [
  ...CRASH_POINTS,
  ...MAIL_POINTS,
  ...PAUSES,
  ...MUTATIONS.flatMap(({ patches }) => patches),
]
