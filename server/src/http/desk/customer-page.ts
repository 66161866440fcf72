// One customer for staff: what was learnt, with its grounds and reasons, in the words that the customer
// reads; and what the record counts.
import { html, type SafeHtml } from '../../domain/content/safe-html.ts'
import { oneLine } from '../../domain/content/safe-text.ts'
import {
  describeFact,
  describeGrounds,
  describeReasons,
  hasGrounds,
  isWorthTelling,
} from '../../domain/wording/describe-fact.ts'
import type { Wording } from '../../domain/wording/wording.ts'
import type { DeskSession } from '../../use-cases/desk-session.ts'
import type { CustomerProfile, ProfileFact } from '../../use-cases/read-customer-profile.ts'
import { renderDeskPage } from './desk-frame.ts'
import { dayText, instantText } from './format-for-staff.ts'

export interface CustomerPage {
  readonly nonce: string
  readonly session: DeskSession
  readonly profile: CustomerProfile
  readonly wording: Wording
}

/** Renders the page of a customer. */
export function renderCustomer(page: CustomerPage): string {
  const { nonce, session, profile } = page
  const name = oneLine(profile.debtor.name)
  const main = html`<h1><bdi>${name}</bdi></h1>
<p class="quiet">From this customer’s own bills, payments and answers alone. No figure here refuses a plan, hands a bill over or closes a channel: you do. The customer reads the same on the page of each bill.</p>
<div class="two"><div>
${renderFacts(page)}</div>
<div>
${renderCounts(page)}${renderChannels(page)}${renderWishes(page)}</div></div>
`
  return renderDeskPage({ title: name, nonce, session, main })
}

/** Renders the page for a customer that the creditor does not have. */
export function renderNoSuchCustomer({
  session,
  nonce,
}: Pick<CustomerPage, 'session' | 'nonce'>): string {
  const main = html`<section class="card"><h1>There is no such customer</h1>
<p><a href="/desk">To the open tasks</a></p></section>
`
  return renderDeskPage({ title: 'No such customer', nonce, session, main })
}

function renderFacts(page: CustomerPage): SafeHtml {
  const { profile, wording } = page
  const unknown = profile.unknown.map((kind) => wording.say('en', `kind.${kind}`))
  const model =
    profile.modelVersion === 0
      ? 'By the model that ships, which was trained on nobody’s data.'
      : `By version ${profile.modelVersion} of your own model.`
  return html`<section class="card" aria-labelledby="facts">
<h2 id="facts">What we learnt, as the customer reads it</h2>
${profile.facts.filter(isWorthTelling).map((fact) => renderFact(fact, page))}
${unknown.length === 0 ? null : html`<p>Not known yet: ${unknown.join('; ')}.</p>\n`}<p class="quiet small">${model}</p>
</section>
`
}

const CONTESTED = {
  open: 'The customer contests this: it is not used until somebody decides.',
  upheld: 'The customer was right to contest this: it is not used.',
  rejected: 'The customer contested this; somebody found it right.',
} as const

function renderFact(known: ProfileFact, { wording, session }: CustomerPage): SafeHtml {
  const { kind, about, fact, factId, contest } = known
  const speaker = { language: 'en', wording } as const
  const { timeZone } = session
  const since =
    contest === null ? '' : instantText(contest.decidedAt ?? contest.contestedAt, timeZone)
  const basis = fact.basis.join(', ')
  return html`<div class="fact" id="${factId}">
<h3>${wording.say('en', `kind.${kind}`)}</h3>
${about === null || kind === 'contactability' ? null : html`<p class="quiet small ids">Bill <bdi>${about}</bdi></p>\n`}
<p>${describeFact(fact, speaker)}</p>
${contest === null ? null : html`<p><strong>${CONTESTED[contest.state]}</strong> ${since}</p>\n`}${hasGrounds(known) ? html`<p class="quiet small">${describeGrounds(fact, speaker)}</p>\n` : null}${describeReasons(known, speaker).map((line) => html`<p class="quiet small">${line}</p>\n`)}${basis === '' ? null : html`<details><summary class="small">The events</summary><p class="small ids">${basis}</p></details>\n`}</div>
`
}

function renderCounts({ profile }: CustomerPage): SafeHtml {
  const { claims, payments, delays, promises, plans, disputes, hardship } = profile.counts
  const last = payments.lastOn === null ? '' : `, the last on ${dayText(payments.lastOn)}`
  const rows: [string, string][] = [
    ['Bills', `${claims.all}: ${claims.settled} paid, ${claims.open} open`],
    ['Payments', `${payments.all}${last}; ${payments.returned} went back`],
    [
      'Days after the due day',
      delays === null
        ? 'no paid bill yet'
        : `${delays.median} in the middle, from ${delays.earliest} to ${delays.latest}`,
    ],
    ['Promises', `${promises.kept} kept, ${promises.broken} broken, ${promises.open} open`],
    ['Plans', `${plans.agreed} agreed, ${plans.completed} complete, ${plans.broken} broken`],
    ['Instalments', `${plans.instalmentsPaid} paid, ${plans.instalmentsLate} late`],
    [
      'Disputes',
      `${disputes.raised} raised, ${disputes.upheld} upheld, ${disputes.rejected} rejected`,
    ],
    ['Asked for help', `${hardship.helpAsked} times; told of hardship ${hardship.told} times`],
  ]
  return html`<section class="card" aria-labelledby="counts">
<h2 id="counts">What the record counts</h2>
<dl class="facts">
${rows.map(([term, text]) => html`<div><dt>${term}</dt><dd>${text}</dd></div>\n`)}</dl>
</section>
`
}

function renderChannels({ profile }: CustomerPage): SafeHtml {
  const { channels, answerHours } = profile.counts
  const closed = profile.debtor.closedChannels
  const hours = answerHours.map(({ hour, answers }) => `${hour}:00 (${answers})`).join(', ')
  return html`<section class="card" aria-labelledby="channels">
<h2 id="channels">Channels tried and answered</h2>
${
  channels.length === 0
    ? html`<p>Nobody was written to yet.</p>`
    : html`<dl class="facts">${channels.map(
        ({ channel, sent, arrived, answered }) =>
          html`<div><dt>${channel}</dt><dd>${sent} sent, ${arrived} arrived, ${answered} answered</dd></div>\n`,
      )}</dl>`
}
<p>${hours === '' ? 'No answer came yet.' : `Answers by hour: ${hours}.`}</p>
${closed.length === 0 ? null : html`<p>Wants nothing by ${closed.join(', ')}.</p>\n`}</section>
`
}

function renderWishes({ profile, session }: CustomerPage): SafeHtml {
  const { wishesTold } = profile.counts
  const wishes = Object.entries(profile.debtor.preferences)
  const consent =
    wishesTold === null
      ? 'The customer told no wishes on the page.'
      : `Told by the customer (${wishesTold.channel}), ${instantText(wishesTold.at, session.timeZone)}.`
  return html`<section class="card" aria-labelledby="wishes">
<h2 id="wishes">Wishes</h2>
${wishes.length === 0 ? null : html`<dl class="facts">${wishes.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>\n`)}</dl>`}
<p>${consent}</p>
</section>
`
}
