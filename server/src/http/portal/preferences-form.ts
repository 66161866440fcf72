// How and when the person wishes to be reached. Offers only channels that lead somewhere and that the
// person has not closed; shows no address.

import { html, type SafeHtml } from '../../domain/content/safe-html.ts'
import { LANGUAGES } from '../../domain/wording/language.ts'
import type { TextKey } from '../../domain/wording/text-catalog.ts'
import {
  enteredIn,
  type FoldedContext,
  fieldId,
  renderActForm,
  renderTextField,
  renderTick,
} from './act-form.ts'

interface Option {
  readonly value: string
  readonly text: string
  readonly lang?: string
}

/** Renders the form of wishes. */
export function renderPreferences(context: FoldedContext): SafeHtml {
  const { page, say, wording } = context
  const { preferences, open, closed } = page.acts.reach
  const any = (name: 'channel' | 'language') => ({
    value: '',
    text: say(`preferences.${name}.any`),
  })
  const channels = open.map((value) => ({ value, text: say(`preferences.channel.${value}`) }))
  const languages = LANGUAGES.map((value) => {
    return { value, text: wording.say(value, 'language.name'), lang: value }
  })
  const fields = [
    renderSelect(context, {
      name: 'channel',
      chosen: preferences.channel ?? '',
      options: [any('channel'), ...channels],
    }),
    renderSelect(context, {
      name: 'language',
      chosen: preferences.language ?? '',
      options: [any('language'), ...languages],
    }),
    renderTextField(context, {
      name: 'payDay',
      type: 'number',
      label: 'preferences.pay-day',
      hint: say('preferences.pay-day-hint'),
      value: String(preferences.payDay ?? ''),
      more: html` min="1" max="31" inputmode="numeric"`,
    }),
    renderStops(context),
    closed.map((channel) => html`<p class="told">${say('preferences.stopped', { channel })}</p>\n`),
  ]
  return renderActForm(context, { fields, submit: 'preferences.submit' })
}

function renderSelect(
  context: FoldedContext,
  select: {
    readonly name: 'channel' | 'language'
    readonly chosen: string
    readonly options: readonly Option[]
  },
): SafeHtml {
  const { act, page, say } = context
  const { name, options } = select
  const id = fieldId(act, name)
  const chosen = page.acts.problem?.act === act ? enteredIn(context, name) : select.chosen
  return html`<div class="field">
<label for="${id}">${say(`preferences.${name}`)}</label>
<select id="${id}" name="${name}">
${options.map(({ value, text, lang }) => html`<option value="${value}"${lang !== undefined && html` lang="${lang}"`}${value === chosen && html` selected`}>${text}</option>\n`)}</select>
</div>
`
}

function renderStops(context: FoldedContext): SafeHtml | null {
  const { open } = context.page.acts.reach
  const stops: readonly (readonly [string, TextKey])[] = [
    ...(open.includes('email') ? [['stopEmail', 'preferences.stop-email'] as const] : []),
    ...(open.includes('sms') ? [['stopSms', 'preferences.stop-sms'] as const] : []),
  ]
  if (stops.length === 0) return null
  return html`<fieldset>
<legend>${context.say('preferences.stop')}</legend>
${stops.map(([name, label]) => renderTick(context, name, label))}</fieldset>
`
}
