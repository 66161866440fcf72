// The dark colours of a mail. Programs differ: Apple Mail and Thunderbird follow the media query,
// Outlook on the web renames colours and marks what it changed, Gmail keeps the inline colours.

const PAGE = '#12181c'
const CARD = '#1f292f'
const INK = '#e9eef0'
const QUIET = '#b3c0c6'
const LINE = '#41505a'
const ACCENT = '#86d6cc'
const ON_ACCENT = '#08302c'

/** The colour and the background of each class of render-message-html.ts. */
const TEXT_COLOURS = { ink: INK, quiet: QUIET, link: ACCENT, button: ON_ACCENT }
const BACKGROUNDS = { page: PAGE, card: CARD, button: ACCENT }

/** One rule a class, each behind a prefix; `!important` outdoes the inline colours. */
function rules(prefix: { text: string; background: string }): string {
  const texts = Object.entries(TEXT_COLOURS).map(
    ([name, colour]) => `${prefix.text}.${name}{color:${colour}!important}`,
  )
  const backgrounds = Object.entries(BACKGROUNDS).map(
    ([name, colour]) => `${prefix.background}.${name}{background:${colour}!important}`,
  )
  return [...texts, ...backgrounds, `${prefix.text}.line{border-color:${LINE}!important}`].join(
    '\n',
  )
}

/** For programs that follow the person's choice of dark mode. */
export const MAIL_DARK_CSS = `
:root{color-scheme:light dark;supported-color-schemes:light dark}
@media (prefers-color-scheme:dark){
${rules({ text: '', background: '' })}
}
`

/**
 * For Outlook, which marks an element above with `data-ogsc` where it changed text and `data-ogsb`
 * where it changed a background; and against the blue in which Apple Mail writes days and numbers. In
 * an element of its own, because Gmail drops a whole one over a selector that it does not know.
 */
export const OUTLOOK_DARK_CSS = `
${rules({ text: '[data-ogsc] ', background: '[data-ogsb] ' })}
a[x-apple-data-detectors]{color:inherit!important;text-decoration:none!important}
`
