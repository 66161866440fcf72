// The customer's own copy: why we wrote, what we learnt with its grounds, what the file counts, what we do
// not know; and beside each fact the way to say that it is not right.
import { dayInZone } from '@parley/sdk/protocol'
import { html, type SafeHtml } from '../../domain/content/safe-html.ts'
import {
  describeFact,
  describeGrounds,
  describeReasons,
  hasGrounds,
  isWorthTelling,
  type Speaker,
} from '../../domain/wording/describe-fact.ts'
import {
  describeCounts,
  describeWriting,
  type Writing,
} from '../../domain/wording/describe-profile.ts'
import { formatDayForPeople } from '../../domain/wording/format-for-people.ts'
import type { Wording } from '../../domain/wording/wording.ts'
import type { CustomerProfile, ProfileFact } from '../../use-cases/read-customer-profile.ts'
import { inLanguage, renderFrame, type Say, voiceOf } from './page-frame.ts'
import type { PortalPage } from './page-model.ts'

/** The page of one customer, as the customer sees it. */
export interface ProfilePageModel extends PortalPage {
  readonly profile: CustomerProfile
  /** The claim of the link. */
  readonly claimId: string
  /** The last message about the claim of the link. */
  readonly wrote: (Writing & { readonly step: string }) | null
  /** Where a contest is posted to. */
  readonly contestUrl: string
}

interface Context {
  readonly page: ProfilePageModel
  readonly say: Say
  readonly speaker: Speaker
}

/** Renders the customer's own copy. */
export function renderProfilePage(model: ProfilePageModel, wording: Wording): string {
  const say = voiceOf(model, wording)
  const { language, pageUrl } = model
  const context: Context = { page: model, say, speaker: { language, wording } }
  const title = say('profile.link')
  // The language links of the frame lead to this page again.
  const frame = { ...model, pageUrl: `${pageUrl}/profile` }
  return renderFrame(frame, wording, {
    title,
    main: html`<section class="card"><h1>${title}</h1>
<p>${say('profile.intro')}</p>
<p>${say('profile.person')}</p>
<p><a href="${inLanguage(pageUrl, language)}">${say('done.back')}</a></p>
</section>
${renderWhy(context)}${renderFacts(context)}${renderCounts(context)}`,
  })
}

function renderWhy(context: Context): SafeHtml {
  const { page, say, speaker } = context
  const { wrote, claim, profile } = page
  const { timeZone } = profile
  const body = describeWriting(wrote, { ...speaker, timeZone, dueDate: claim.dueDate })
  const contest = profile.contests.findLast(
    ({ kind, subject }) => kind === 'step' && subject === wrote?.step,
  )
  return html`<section class="card" aria-labelledby="why">
<h2 id="why">${say('profile.why.heading')}</h2>
<p>${body}</p>
${contest !== undefined && renderContest(contest, context)}${wrote !== null && contest === undefined && renderForm(context, { name: 'step', value: wrote.step })}</section>
`
}

function renderFacts(context: Context): SafeHtml {
  const { say, page, speaker } = context
  const { facts, unknown } = page.profile
  const { wording, language } = speaker
  const names = unknown.map((kind) => wording.say(language, `kind.${kind}`))
  return html`<section class="card" aria-labelledby="facts">
<h2 id="facts">${say('profile.facts.heading')}</h2>
<div class="acts">
${facts.filter((known) => isWorthTelling(known) && isHere(known, page)).map((fact) => renderFact(fact, context))}</div>
${names.length > 0 && html`<p class="quiet">${say('profile.unknown', { list: names.join('; ') })}</p>\n`}</section>
`
}

/** The link is that of one bill: what is expected of others is not told here. */
function isHere({ kind, about }: ProfileFact, { claimId }: ProfilePageModel): boolean {
  return about === null || kind === 'contactability' || about === claimId
}

function renderFact(known: ProfileFact, context: Context): SafeHtml {
  const { speaker } = context
  const { fact, factId, contest, kind } = known
  const reasons = describeReasons(known, speaker)
  return html`<div class="fact" id="${factId}">
<h3>${speaker.wording.say(speaker.language, `kind.${kind}`)}</h3>
<p>${describeFact(fact, speaker)}</p>
${hasGrounds(known) && html`<p class="quiet small">${describeGrounds(fact, speaker)}</p>\n`}${reasons.map((line) => html`<p class="quiet small">${line}</p>\n`)}${contest === null ? null : renderContest(contest, context)}${(contest === null || contest.state === 'rejected') && renderForm(context, { name: 'fact', value: factId })}</div>
`
}

function renderContest(contest: NonNullable<ProfileFact['contest']>, context: Context): SafeHtml {
  const { kind, state, contestedAt, decidedAt } = contest
  const key =
    state === 'open'
      ? kind === 'step'
        ? 'profile.contest.open-step'
        : 'profile.contest.open'
      : (`profile.contest.${state}` as const)
  const day = dayText(decidedAt ?? contestedAt, context)
  return html`<p class="told">${context.say(key, { day })}</p>\n`
}

const TEXT_LENGTH = 4_000

function renderForm(
  { say, page }: Context,
  subject: { readonly name: 'fact' | 'step'; readonly value: string },
): SafeHtml {
  const id = `contest-${subject.value}`
  return html`<details class="act"><summary>${say('profile.contest.summary')}</summary>
<form method="post" action="${inLanguage(page.contestUrl, page.language)}">
<input type="hidden" name="${subject.name}" value="${subject.value}">
<div class="field"><label for="${id}">${say('profile.contest.text')}</label>
<textarea id="${id}" name="text" rows="3" maxlength="${TEXT_LENGTH}"></textarea></div>
<p class="actions"><button type="submit">${say('profile.contest.submit')}</button></p>
</form>
</details>
`
}

function renderCounts(context: Context): SafeHtml {
  const { say, page, speaker } = context
  const { counts, timeZone } = page.profile
  const lines = describeCounts(counts, { ...speaker, timeZone })
  return html`<section class="card" aria-labelledby="counts">
<h2 id="counts">${say('profile.counts.heading')}</h2>
<ul>${lines.map((line) => html`<li>${line}</li>`)}</ul>
</section>
`
}

function dayText(at: number, { page }: Context): string {
  return formatDayForPeople(dayInZone(at, page.profile.timeZone), page.language)
}
