// How agents come, change their keys and go; and the one link for people and bots.
import { compactVerify } from 'jose'
import { refusalOf } from '../../catalogue/refusals.ts'
import {
  after,
  agentOf,
  type Place,
  type PlayedAgent,
  postEnrolment,
  signEnrolment,
} from '../../play/agent.ts'
import type { Case } from '../../run/case.ts'
import type { Trial } from '../../run/trial.ts'
import { CaseIncomplete, NotApplicable } from '../../run/verdicts.ts'
import { type Claims, decodeJws, signatureOf, signMessage } from '../../wire/jws.ts'
import { drawKey, type PartyKey, thumbprintUri } from '../../wire/keys.ts'
import { about, awaited, eventually, keysOf, newest } from './talk.ts'
import { type Conversation, type ServerWorld, saidBy } from './world.ts'

/** Accounts that a creditor may change to. */
const SPARE_ACCOUNTS = ['BE68539007547034', 'NL91ABNA0417164300', 'DE89370400440532013000']

/** The place after the newest message about the enrolment. */
async function enrolmentPlace(agent: PlayedAgent): Promise<Place> {
  const { thr } = after(agent.enrolment.got)
  const told = (await agent.pull()).filter((jws) => decodeJws(jws)?.payload['thr'] === thr)
  return after(told.at(-1) ?? agent.enrolment.got)
}

/** The proof of the next key (ENR-06). */
function rekeyProof(
  { iss, aud, thr }: { iss: string; aud: string; thr: string },
  next: PartyKey,
  by = next,
): object {
  const header = { alg: by.alg, typ: 'parley-rekey-proof+jwt', kid: by.kid }
  const protectedPart = Buffer.from(JSON.stringify(header)).toString('base64url')
  const proven = ['parley-rekey-1', iss, aud, thr, next.kid].join('\n')
  const input = `${protectedPart}.${Buffer.from(proven).toString('base64url')}`
  return { protected: protectedPart, signature: signatureOf(input, by) }
}

async function enrolWith(
  world: ServerWorld,
  trial: Trial,
  wish: object,
  claims: Partial<Claims> = {},
) {
  const parts = world.agentParts(trial)
  const key = await drawKey(trial.seeded)
  const sent = signEnrolment(parts, key, wish, claims)
  const reply = await postEnrolment(parts, sent)
  return { sent, reply, key, agent: agentOf(parts, key, { sent, reply }) }
}

function queryOf(
  world: ServerWorld,
  trial: Trial,
  { agent, place, payload }: Conversation,
): Claims {
  const now = world.now()
  return {
    ...{ ver: '1.0', ...agent.addressing, jti: trial.seeded.id(), iat: now, exp: now + 600 },
    ...{ ...place, requestId: String(payload['requestId']) },
  }
}

async function issueFor(
  world: ServerWorld,
  trial: Trial,
  debtorId: string,
): Promise<Record<string, string>> {
  const { status, json } = await world.issue(trial, debtorId)
  if (status !== 201) throw new CaseIncomplete(`no claim could be issued: ${status}`)
  return json
}

/** A claim whose debtor has no agent. */
async function unansweredClaim(world: ServerWorld, trial: Trial): Promise<Record<string, string>> {
  return issueFor(world, trial, await world.newDebtor(trial))
}

export const enrolmentCases: readonly Case<ServerWorld>[] = [
  {
    role: 'server',
    id: 'SRV-256',
    level: 'MUST',
    clause: 'ENR-01',
    title: 'a code works once',
    sends: 'Two agents enrol with one code; one with a code that was never given.',
    expects: '201, then 410 activation-code-used; 404 activation-code-unknown.',
    async run(world, trial) {
      const debtorId = await world.newDebtor(trial)
      const activationCode = await world.newCode(trial, debtorId)
      const first = await enrolWith(world, trial, { activationCode })
      trial.same('the first', saidBy(first.reply), '201 enrolled')
      const again = await postEnrolment(world.agentParts(trial), first.sent)
      trial.same('the same message again', saidBy(again), '201 enrolled')
      trial.holds('the same bytes', again.bytes.equals(first.reply.bytes))
      const second = await enrolWith(world, trial, { activationCode })
      trial.same('the second', saidBy(second.reply), refusalOf('activation-code-used'))
      const unknown = await enrolWith(world, trial, { activationCode: 'AAAA-AAAA-AAAA' })
      trial.same('a code of nobody', saidBy(unknown.reply), '404 activation-code-unknown')
    },
  },
  {
    role: 'server',
    id: 'SRV-257',
    level: 'MUST',
    clause: 'ENR-02',
    title: 'an agent proves the key that it enrols',
    sends:
      'Enrolments signed with another key than jwk, under another name, with a private key in it.',
    expects: 'Each is refused with 401; the code still works afterwards.',
    control: 'SRV-256',
    async run(world, trial) {
      const debtorId = await world.newDebtor(trial)
      const activationCode = await world.newCode(trial, debtorId)
      const parts = world.agentParts(trial)
      const other = await drawKey(trial.seeded)
      const stranger = thumbprintUri(other)
      const spoilt: Readonly<Record<string, [object, string]>> = {
        'jwk of another key': [{ jwk: other.publicJwk }, 'iss'],
        'the name of another key': [{ iss: stranger, sub: stranger }, 'iss'],
        'the key and the name of another': [
          { jwk: other.publicJwk, iss: stranger, sub: stranger },
          'key-unknown',
        ],
      }
      for (const [defect, [claims, code]] of Object.entries(spoilt)) {
        const { reply } = await enrolWith(world, trial, { activationCode }, claims)
        trial.same(defect, saidBy(reply), refusalOf(code))
      }
      const key = await drawKey(trial.seeded)
      const good = signEnrolment(parts, key, { activationCode })
      trial.same('the control', saidBy(await postEnrolment(parts, good)), '201 enrolled')
    },
  },
  {
    role: 'server',
    id: 'SRV-258',
    level: 'MUST',
    clause: 'PTY-03',
    title: 'sub is another for each enrolment, and no data of the debtor',
    sends: 'One debtor enrols an agent, then another one.',
    expects: 'Two subs; neither has a part of name, mail or number of the debtor.',
    async run(world, trial) {
      const externalId = `kn${trial.seeded.below(1_000_000)}`
      const debtorId = await world.newDebtor(trial, {
        externalId: `${externalId}-${trial.seeded.id()}`,
      })
      const subs: string[] = []
      for (const _ of ['first', 'second']) {
        const activationCode = await world.newCode(trial, debtorId)
        const { agent } = await enrolWith(world, trial, { activationCode })
        if (agent === undefined) throw new CaseIncomplete('an agent could not enrol')
        subs.push(agent.addressing.sub)
      }
      trial.holds('they differ', subs[0] !== subs[1])
      const told = subs.some((sub) =>
        [debtorId, externalId, 'anouk', 'vries'].some((part) =>
          sub.toLowerCase().includes(part.toLowerCase()),
        ),
      )
      trial.holds('they tell nothing of the debtor', !told)
    },
  },
  {
    role: 'server',
    id: 'SRV-259',
    level: 'MUST',
    clause: 'LNK-01',
    title: 'one link for people and bots',
    sends: 'GET of the link as a browser, and with Accept: application/jose.',
    expects: 'A page; the unaddressed request: aud and sub urn:parley:anyone, a good signature.',
    async run(world, trial) {
      const conversation = await unansweredClaim(world, trial)
      const url = String(conversation.portalUrl)
      const page = await world.client.send({ url, headers: { accept: 'text/html' } })
      trial.same('for a browser', `${page.status} ${page.type}`, '200 text/html')
      const jose = await world.client.send({ url, headers: { accept: 'application/jose' } })
      trial.same('for a bot', saidBy(jose), '200 request')
      const { header, payload } = decodeJws(jose.text) ?? { header: {}, payload: {} }
      trial.same(
        'to whom',
        [payload['aud'], payload['sub']],
        [...['urn:parley:anyone', 'urn:parley:anyone']],
      )
      const key = keysOf(world).get(String(header['kid']))?.key
      if (key === undefined) throw new CaseIncomplete('the key of the request is not listed')
      await compactVerify(jose.text, key)
    },
  },
  {
    role: 'server',
    id: 'SRV-260',
    level: 'MUST',
    clause: 'LNK-02',
    title: 'an unaddressed request is claimed, never agreed to',
    sends: 'An accept of the unaddressed request; then an enrolment with the token of the link.',
    expects:
      'The accept is refused; the enrolment brings a request of its own to the agent, for that claim alone.',
    async run(world, trial) {
      const debtorId = await world.newDebtor(trial)
      const issued = await issueFor(world, trial, debtorId)
      const other = await issueFor(world, trial, debtorId)
      const url = String(issued['portalUrl'])
      const jose = await world.client.send({ url, headers: { accept: 'application/jose' } })
      const unaddressed = decodeJws(jose.text)?.payload ?? {}
      const key = await drawKey(trial.seeded)
      const iss = thumbprintUri(key)
      const now = world.now()
      const common = {
        ...{
          ver: '1.0',
          iss,
          aud: world.target.url,
          sub: 'urn:parley:anyone',
          jti: trial.seeded.id(),
        },
        ...{ iat: now, exp: now + 600, ...after(jose.text) },
      }
      const menuId = (unaddressed['menu'] as { menuId?: string })?.menuId
      const decline = { requestId: unaddressed['requestId'], menuId, nothingAcceptable: true }
      const answer = signMessage('decline', { ...common, ...decline }, key)
      const refused = await world.client.send({
        url: String(world.metadata['endpoints'].messages),
        headers: { 'content-type': 'application/jose' },
        body: answer,
      })
      trial.holds('an answer to it', refused.status >= 400 && refused.status < 500, saidBy(refused))
      const link = url.split('/').at(-1) ?? ''
      const { agent, reply } = await enrolWith(world, trial, { link })
      trial.same('the enrolment', saidBy(reply), '201 enrolled')
      const requests = (await agent?.pull()) ?? []
      const ids = requests.map((jws) => decodeJws(jws)?.payload['requestId'])
      trial.holds('it has the request of the link', ids.includes(unaddressed['requestId']))
      trial.holds('and no other (ENR-01)', !ids.includes(other['id']))
      const request = decodeJws(requests[0] ?? '')?.payload ?? {}
      trial.holds('addressed to the agent', request['aud'] === agent?.addressing.iss)
      trial.holds('in another thread', request['thr'] !== unaddressed['thr'])
    },
  },
  {
    role: 'server',
    id: 'SRV-214',
    level: 'MUST',
    clause: 'ENR-05',
    title: 'after the end of an enrolment nobody speaks',
    sends: 'The agent revokes; then it asks.',
    expects: 'noted; then 403 enrolment-ended; no later claim comes to its inbox.',
    control: 'SIG-001',
    async run(world, trial) {
      const conversation = await world.converse(trial)
      const { agent, debtorId } = conversation
      const revoke = agent.sign('revoke', await enrolmentPlace(agent), {})
      trial.same('revoke', saidBy(await agent.post(revoke)), '200 noted')
      const query = agent.sign('query', conversation.place, about(conversation))
      trial.same(
        'a query afterwards',
        saidBy(await agent.post(query)),
        refusalOf('enrolment-ended'),
      )
      const { id } = await issueFor(world, trial, debtorId)
      const later = (await agent.pull()).some((jws) => decodeJws(jws)?.payload['requestId'] === id)
      trial.holds('a later claim does not come', !later)
    },
  },
  {
    role: 'server',
    id: 'SRV-261',
    level: 'MUST',
    clause: 'ENR-05',
    title: 'the creditor ends an enrolment with a revoke',
    sends: 'The creditor ends the enrolment by its API; the agent pulls, then asks.',
    expects: 'A revoke in the inbox; the query gets 403 enrolment-ended.',
    control: 'SIG-001',
    async run(world, trial) {
      const conversation = await world.converse(trial)
      const { agent, debtorId } = conversation
      const path = `/v1/debtors/${debtorId}/enrolment`
      const ended = await world.office(trial).call(path, { method: 'DELETE' })
      trial.holds('the end', ended.status < 300, saidBy(ended))
      trial.holds('a revoke came', (await awaited(agent, 'revoke')) !== undefined)
      const query = agent.sign('query', conversation.place, about(conversation))
      trial.same(
        'a query afterwards',
        saidBy(await agent.post(query)),
        refusalOf('enrolment-ended'),
      )
    },
  },
  {
    role: 'server',
    id: 'SIG-003',
    level: 'MUST',
    clause: 'ENR-06',
    title: 'an agent changes its key',
    sends:
      'rekey with a proof by a stranger; a good one; then queries with the new key and the old one.',
    expects:
      '401; noted; both are taken while they overlap. After the overlap the old key is refused.',
    async run(world, trial) {
      const conversation = await world.converse(trial)
      const { agent } = conversation
      const next = await drawKey(trial.seeded)
      const stranger = await drawKey(trial.seeded)
      const place = await enrolmentPlace(agent)
      const facts = { ...agent.addressing, thr: place.thr }
      const overlapUntil = world.now() + 3600
      const rekey = (proof: object, until = overlapUntil) =>
        agent.sign('rekey', place, { jwk: next.publicJwk, proof, overlapUntil: until })
      const forged = await agent.post(rekey(rekeyProof(facts, next, stranger)))
      trial.same('a proof by a stranger', saidBy(forged), refusalOf('kid'))
      const long = await agent.post(rekey(rekeyProof(facts, next), world.now() + 31 * 86_400))
      trial.same('an overlap of 31 days', saidBy(long), '422 overlap-invalid')
      const taken = await agent.post(rekey(rekeyProof(facts, next)))
      trial.same('rekey', saidBy(taken), '200 noted')
      const byNext = signMessage('query', queryOf(world, trial, conversation), next)
      const first = await agent.post(byNext)
      trial.same('the new key', saidBy(first), '200 status')
      const moved = { ...conversation, place: after(first.text) }
      const byFormer = signMessage('query', queryOf(world, trial, moved), agent.key)
      const second = await agent.post(byFormer)
      trial.same('the former key', saidBy(second), '200 status')
      if (world.target.clockFile === undefined) return
      world.goTo(overlapUntil + 1)
      const last = { ...conversation, place: after(second.text) }
      const late = signMessage('query', queryOf(world, trial, last), agent.key)
      trial.same('the former key afterwards', saidBy(await agent.post(late)), '401 key-retired')
    },
  },
  {
    role: 'server',
    id: 'SRV-262',
    level: 'MUST',
    clause: 'ENR-07',
    title: 'another account is announced, and not used before its day',
    sends: 'The creditor changes its account as of next month, and issues a claim.',
    expects:
      'account-change in the inbox; the claim names the former account. It is the second creditor that does so.',
    async run(first, trial) {
      const world = first.other()
      const office = world.office(trial)
      const { account, nextAccount } = (await office.call('/v1/creditor')).json
      const taken = [account.iban, nextAccount?.account.iban]
      const iban = SPARE_ACCOUNTS.find((one) => !taken.includes(one)) ?? ''
      const { agent, debtorId, payload } = await world.converse(trial)
      const changed = await office.call('/v1/creditor', {
        method: 'PATCH',
        body: { account: { iban }, accountEffectiveOn: world.day(30) },
      })
      trial.same('the change', changed.status, 200)
      const told = await eventually(async () => {
        const said = decodeJws((await newest(agent, 'account-change')) ?? '')?.payload
        const creditor = said?.['creditor'] as { account: { iban: string } } | undefined
        return creditor?.account.iban === iban ? said : undefined
      })
      trial.holds('it is announced', told !== undefined, 'no account-change came')
      trial.holds('from its day on', told?.['effectiveOn'] === world.day(30))
      const { id } = await issueFor(world, trial, debtorId)
      const request = (await agent.pull()).find(
        (jws) => decodeJws(jws)?.payload['requestId'] === id,
      )
      const named = decodeJws(request ?? '')?.payload['creditor'] as { account: { iban: string } }
      const former = payload['creditor'].account.iban
      trial.holds('the next claim names the former', named?.account.iban === former)
    },
  },
  {
    role: 'server',
    id: 'SRV-263',
    level: 'MUST',
    clause: 'ENR-08',
    title: 'wishes are taken by consent alone',
    sends: 'A preference without consent, then with it.',
    expects: '400 schema; then noted.',
    async run(world, trial) {
      const { agent } = await world.converse(trial)
      const place = await enrolmentPlace(agent)
      const without = await agent.post(agent.sign('preference', place, { payDay: 25 }))
      trial.same('without consent', saidBy(without), refusalOf('schema'))
      const given = await agent.post(agent.sign('preference', place, { consent: true, payDay: 25 }))
      trial.same('with it', saidBy(given), '200 noted')
    },
  },
  {
    role: 'server',
    id: 'SRV-264',
    level: 'MUST',
    clause: 'PRF-01',
    title: 'a debtor may see what was learnt',
    sends: 'GET of the pull address with /profile, by an agent with a code and by one with a link.',
    expects: 'A signed profile; 403 peer-not-party for the link, which may have been forwarded.',
    async run(world, trial) {
      if (!(world.metadata['capabilities'] as string[]).includes('profile')) {
        throw new NotApplicable('the server does not say that it learns (capability profile)')
      }
      const { agent, debtorId } = await world.converse(trial)
      const profile = await world.client.send({
        url: `${agent.enrolled['pull']}/profile`,
        as: 'agent',
      })
      trial.same('by code', saidBy(profile), '200 profile')
      const other = await world.newDebtor(trial)
      const issued = await issueFor(world, trial, other)
      const link = String(issued['portalUrl']).split('/').at(-1) ?? ''
      const linked = await enrolWith(world, trial, { link })
      const refused = await world.client.send({
        url: `${linked.agent?.enrolled['pull']}/profile`,
        as: 'agent',
      })
      trial.same('by link', saidBy(refused), refusalOf('peer-not-party'))
      trial.holds('they are two people', debtorId !== other)
    },
  },
  {
    role: 'server',
    id: 'SRV-265',
    level: 'MUST',
    clause: 'NEG-05',
    title: 'the page for people offers the rows of the bots',
    sends: 'GET of the page, and of the unaddressed request behind the same link.',
    expects: 'The page names every row of the menu.',
    async run(world, trial) {
      const issued = await unansweredClaim(world, trial)
      const url = String(issued.portalUrl)
      const page = await world.client.send({ url, headers: { accept: 'text/html' } })
      const jose = await world.client.send({ url, headers: { accept: 'application/jose' } })
      const menu = decodeJws(jose.text)?.payload['menu'] as { rows: { rowId: string }[] }
      trial.holds('the menu has rows', menu?.rows.length > 0)
      const missing = menu.rows.filter(({ rowId }) => !page.text.includes(rowId))
      trial.same(
        'rows that the page lacks',
        missing.map(({ rowId }) => rowId),
        [],
      )
    },
  },
]
