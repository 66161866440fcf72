// The list of open tasks: what is urgent first, each with what happened and what comes next.
import { html, type SafeHtml } from '../../domain/content/safe-html.ts'
import { oneLine } from '../../domain/content/safe-text.ts'
import { eventTitle } from '../../domain/desk/event-words.ts'
import { taskKind, type Urgency } from '../../domain/desk/task-kinds.ts'
import type { DeskSession } from '../../use-cases/desk-session.ts'
import type { TaskView } from '../../use-cases/read-tasks.ts'
import { ACTION_WORDS } from './action-words.ts'
import { renderDeskPage } from './desk-frame.ts'
import { ageText, instantText, moneyText } from './format-for-staff.ts'

export interface TasksPage {
  readonly nonce: string
  readonly session: DeskSession
  readonly now: number
  readonly tasks: readonly TaskView[]
  readonly counts: readonly { readonly kind: string; readonly count: number }[]
  /** The kind that is shown alone. */
  readonly kind: string | null
  readonly nextCursor: string | null
  /** What was just done. */
  readonly told: string | null
}

const URGENCIES: Readonly<Record<Urgency, string>> = {
  overdue: 'Overdue',
  today: 'Due within a day',
  later: 'Later',
}

/** The badge of a task. */
export function renderUrgency(urgency: Urgency): SafeHtml {
  return html`<span class="badge ${urgency}">${URGENCIES[urgency]}</span>`
}

/** Renders the list. */
export function renderTasks(page: TasksPage): string {
  const { tasks, told, counts, session, nonce } = page
  const total = counts.reduce((sum, { count }) => sum + count, 0)
  const main = html`<h1>${total === 1 ? '1 open task' : `${total} open tasks`}</h1>
${told === null ? null : html`<div class="told" role="status"><p>${told}</p></div>\n`}${renderKinds(page, total)}
${tasks.length === 0 ? renderNothing() : tasks.map((task) => renderTask(task, page))}${renderMore(page)}`
  return renderDeskPage({ title: 'Tasks', nonce, session, here: '/desk', main })
}

function renderNothing(): SafeHtml {
  return html`<section class="card"><p>Nothing waits for you. Everything else goes its way by itself.</p></section>
`
}

function renderKinds({ counts, kind }: TasksPage, total: number): SafeHtml | null {
  if (counts.length < 2 && kind === null) return null
  const link = (href: string, text: string, isHere: boolean) =>
    isHere
      ? html`<li><a href="${href}" aria-current="true">${text}</a></li>\n`
      : html`<li><a href="${href}">${text}</a></li>\n`
  const kinds = counts.map((one) =>
    link(`/desk?kind=${one.kind}`, `${taskKind(one.kind).title} (${one.count})`, one.kind === kind),
  )
  return html`<nav aria-label="Kinds of tasks"><ul class="kinds">
${link('/desk', `All (${total})`, kind === null)}${kinds}</ul></nav>`
}

function renderTask(task: TaskView, { now, session }: TasksPage): SafeHtml {
  const { title, advice, actions } = taskKind(task.kind)
  const [proposed = 'none'] = actions
  const href = `/desk/tasks/${task.taskId}`
  return html`<section class="card task">
<h2><a href="${href}">${title}</a> ${renderUrgency(task.urgency)}</h2>
<p class="sum">${moneyText(task.outstanding, task.currency)}</p>
<p>${renderAbout(task)}</p>
<p>${renderNews(task)}${advice}</p>
<p class="quiet small">${ageText(task.createdAt, now)} · due ${instantText(task.dueAt, session.timeZone)}</p>
<a class="button" href="${href}#act" aria-label="${ACTION_WORDS[proposed].open}: ${title}, ${oneLine(task.debtorName ?? 'unknown payer')}">${ACTION_WORDS[proposed].open}</a>
</section>
`
}

function renderAbout({ debtorName, invoiceNumber }: TaskView): SafeHtml {
  const name = oneLine(debtorName ?? 'The bank names no payer')
  return invoiceNumber === null
    ? html`From <bdi>${name}</bdi>`
    : html`<bdi>${name}</bdi>, bill <bdi>${oneLine(invoiceNumber)}</bdi>`
}

/** Money that nobody has placed has no timeline yet. */
function renderNews({ lastEvent, claimId }: TaskView): string {
  if (claimId === null) return ''
  return lastEvent === null ? 'Nothing happened yet. ' : `${eventTitle(lastEvent)}. `
}

function renderMore({ nextCursor, kind }: TasksPage): SafeHtml | null {
  if (nextCursor === null) return null
  const of = kind === null ? '' : `kind=${kind}&`
  return html`<a class="more-link" href="/desk?${of}cursor=${nextCursor}">More tasks</a>
`
}
