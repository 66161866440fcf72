// The page that lets staff in: an API key and the name under which they act.
import { html } from '../../domain/content/safe-html.ts'
import { renderDeskPage } from './desk-frame.ts'

export interface LogInPage {
  readonly nonce: string
  /** The name that was entered before, to be corrected. */
  readonly by: string
  /** What was wrong with the last attempt. */
  readonly problem: string | null
}

/** Renders the log-in. The key is never shown again. */
export function renderLogIn({ nonce, by, problem }: LogInPage): string {
  const alert =
    problem === null ? null : html`<div class="alert" role="alert"><p>${problem}</p></div>\n`
  const main = html`${alert}<section class="card">
<h1>Log in to the desk</h1>
<form method="post" action="/desk/login" autocomplete="on">
<div class="field"><label for="by">Your name</label>
<input type="text" id="by" name="by" value="${by}" required maxlength="70" autocomplete="name">
<p class="hint" id="by-hint">What you decide is kept under this name.</p></div>
<div class="field"><label for="api-key">API key</label>
<input type="password" id="api-key" name="apiKey" required maxlength="512" autocomplete="current-password"></div>
<div class="actions"><button type="submit">Log in</button></div>
</form>
</section>
`
  const title = problem === null ? 'Log in' : 'Log in: something is wrong'
  return renderDeskPage({ title, nonce, main })
}
