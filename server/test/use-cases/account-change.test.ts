import { describe, expect, it } from 'vitest'
import { announceAccount, takeUpAccounts } from '../../src/use-cases/announce-account.ts'
import { importBankStatement } from '../../src/use-cases/import-bank-statement.ts'
import { type CreditorPatch, changeCreditor } from '../../src/use-cases/manage-creditor.ts'
import { pullInbox } from '../../src/use-cases/pull-inbox.ts'
import { readLinkedRequest } from '../../src/use-cases/read-linked-request.ts'
import { showClaimPage } from '../../src/use-cases/show-claim-page.ts'
import { camtNotification } from '../support/camt-notification.ts'
import {
  type EnrolledAgent,
  enrolFor,
  kindOfJws,
  payloadOf,
  say,
} from '../support/enrolled-agent.ts'
import { openFileWorld } from '../support/file-world.ts'
import { claimNow, issueClaim, outboxOf, requestOf, tokenOf } from '../support/test-world.ts'

const FORMER = { iban: 'BE71096123456769' }
const NEXT = { iban: 'NL91ABNA0417164300', bic: 'ABNANL2A' }

const world = await openFileWorld()

async function change(patch: CreditorPatch) {
  const changed = await changeCreditor(world.deps, { creditorId: world.creditorId, patch })
  if (!changed.ok) throw new Error(changed.error.detail)
  return changed.value
}

const announce = () => announceAccount(world.deps, { creditorId: world.creditorId })
const takeUp = () => takeUpAccounts(world.deps, { limit: 10 })

async function noticesTo(agent: EnrolledAgent) {
  const page = await pullInbox(world.deps, { pullToken: agent.pullToken })
  const messages = page.ok ? page.value.messages.map(({ jws }) => jws) : []
  return messages.filter((jws) => kindOfJws(jws) === 'account-change').map(payloadOf)
}

async function accountInRequest(): Promise<object> {
  const request = await requestOf(world, await issueClaim(world))
  return request.creditor.account
}

describe('[ENR-07] another account of the creditor', () => {
  it('is announced to every live agent in the thread of its enrolment, once', async () => {
    const agents: EnrolledAgent[] = []
    for (let i = 0; i < 3; i++) {
      agents.push(await enrolFor(world, (await issueClaim(world)).debtorId))
    }
    const [gone, ...live] = agents
    if (gone === undefined) throw new Error('no agents')
    await say(world, gone, { kind: 'revoke', body: {} })
    await change({ account: NEXT })
    expect(await outboxOf(world, 'announce-account')).toEqual([{}])
    expect([await announce(), await announce()]).toEqual([2, 0])
    for (const agent of live) {
      const { thr, sub, head } = agent
      expect(await noticesTo(agent)).toMatchObject([
        {
          ...{ thr, sub, seq: head.seq + 1, prev: head.hash },
          creditor: { id: world.creditorId, account: NEXT },
          previousAccount: FORMER,
          effectiveOn: '2026-03-13',
        },
      ])
    }
  })

  it('is not named before its day, by requests, links and pages, and is from then on', async () => {
    const { claimId } = await issueClaim(world)
    await change({ account: NEXT, accountEffectiveOn: '2026-03-20' })
    world.goTo('2026-03-19T22:59:59Z')
    expect(await takeUp()).toBe(0)
    expect(await accountInRequest()).toEqual(FORMER)
    expect(await pageIban(claimId)).toBe(FORMER.iban)
    world.goTo('2026-03-19T23:00:00Z')
    expect(await takeUp()).toBe(1)
    expect(await accountInRequest()).toEqual(NEXT)
    expect(await pageIban(claimId)).toBe(NEXT.iban)
    expect(await takeUp()).toBe(0)
    expect(await read()).toMatchObject({ iban: NEXT.iban, bic: NEXT.bic, nextAccount: null })
  })

  it('is told to an agent that enrols in between, which pins the present one', async () => {
    const { debtorId } = await issueClaim(world)
    await change({ account: NEXT })
    await announce()
    const agent = await enrolFor(world, debtorId)
    expect(agent.enrolled.creditor.account).toEqual(FORMER)
    expect(await announce()).toBe(1)
    expect(await noticesTo(agent)).toMatchObject([{ creditor: { account: NEXT } }])
  })

  it('is not announced to an agent that enrols afterwards, which pins it', async () => {
    const { debtorId } = await issueClaim(world)
    await change({ account: NEXT })
    world.goTo('2026-03-13T09:00:00Z')
    await takeUp()
    const agent = await enrolFor(world, debtorId)
    expect(agent.enrolled.creditor.account).toEqual(NEXT)
    expect(await announce()).toBe(0)
  })

  it('is announced anew when it is corrected', async () => {
    const agent = await enrolFor(world, (await issueClaim(world)).debtorId)
    await change({ account: NEXT })
    await announce()
    const corrected = { iban: 'NL02ABNA0123456789' }
    await change({ account: corrected, accountEffectiveOn: '2026-03-16' })
    expect(await announce()).toBe(1)
    expect(await noticesTo(agent)).toMatchObject([
      { creditor: { account: NEXT } },
      { creditor: { account: corrected }, previousAccount: FORMER, effectiveOn: '2026-03-16' },
    ])
  })

  it('is none when the IBAN stays: another BIC counts at once', async () => {
    await change({ account: { ...FORMER, bic: 'AXABBE22' } })
    expect(await read()).toMatchObject({ iban: FORMER.iban, bic: 'AXABBE22', nextAccount: null })
    expect(await outboxOf(world, 'announce-account')).toEqual([])
  })

  it('gets money matched as the former does, before its day and after', async () => {
    const claims = []
    for (let i = 0; i < 4; i++) claims.push(await issueClaim(world))
    const [first, second, third, fourth] = claims
    await change({ account: NEXT })
    expect(await bring(FORMER.iban, first?.reference, 'B-1')).toMatchObject({ matched: 1 })
    expect(await bring(NEXT.iban, second?.reference, 'B-1')).toMatchObject({ matched: 1 })
    world.goTo('2026-03-13T09:00:00Z')
    await takeUp()
    expect(await bring(FORMER.iban, third?.reference, 'B-2')).toMatchObject({ matched: 1 })
    expect(await bring(NEXT.iban, fourth?.reference, 'B-2')).toMatchObject({ matched: 1 })
    expect(await bring(NEXT.iban, fourth?.reference, 'B-2')).toMatchObject({ alreadyImported: 1 })
    for (const claim of claims) {
      expect((await claimNow(world, claim.claimId)).state).toBe('settled')
    }
  })

  it('does not make the account of somebody else ours', async () => {
    const file = camtNotification('NL02ABNA0123456789', [{ amount: '1.00', bankReference: 'B' }])
    expect(await importFile(file)).toMatchObject({ code: 'statement-invalid' })
  })
})

async function read() {
  const { readOwnCreditor } = await import('../../src/use-cases/manage-creditor.ts')
  return await readOwnCreditor(world.deps, world.creditorId)
}

async function pageIban(claimId: string): Promise<string | undefined> {
  const token = tokenOf(world, claimId)
  expect(await readLinkedRequest(world.deps, token)).toMatchObject({ ok: true })
  const view = await showClaimPage(world.deps, token)
  return view.ok ? view.value.creditor.iban : undefined
}

async function importFile(file: string) {
  const done = await importBankStatement(world.deps, { creditorId: world.creditorId, file })
  return done.ok ? done.value : done.error
}

async function bring(iban: string, reference: string | undefined, bankReference: string) {
  if (reference === undefined) throw new Error('no reference')
  return await importFile(camtNotification(iban, [{ amount: '120.00', reference, bankReference }]))
}
