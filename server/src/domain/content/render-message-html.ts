// The HTML part of a mail: one column, inline styles, system fonts, nothing loaded from anywhere.
// Tables carry the layout because that is what mail programs agree on. The inline colours are the light
// ones; where a program knows dark mode, mail-dark-mode.css.ts replaces them by class.

import { MAIL_DARK_CSS, OUTLOOK_DARK_CSS } from './mail-dark-mode.css.ts'
import type { FactRow, MessageBlock, MessageContent } from './message-content.ts'
import { html, type SafeHtml, trustedHtml } from './safe-html.ts'

const FONT =
  "font-family:system-ui,-apple-system,'Segoe UI',Roboto,'Helvetica Neue',Arial,sans-serif"
const INK = '#1c2b33'
const QUIET = '#53636b'
const ACCENT = '#0f5e59'
const TEXT = `margin:0 0 18px;font-size:17px;line-height:1.55;color:${INK}`

/** Writes a message as a complete HTML document; every text in it is escaped. */
export function renderMessageHtml(content: MessageContent): string {
  const document = html`<!doctype html>
<html lang="${content.language}" dir="ltr">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<title>${content.subject}</title>
<style>${trustedHtml(MAIL_DARK_CSS)}</style>
<style>${trustedHtml(OUTLOOK_DARK_CSS)}</style>
</head>
<body class="page" style="margin:0;padding:0;background:#f3f1ec;${FONT}">
<table role="presentation" class="page" width="100%" cellpadding="0" cellspacing="0" border="0" style="background:#f3f1ec">
<tr><td align="center" style="padding:20px 12px">
<table role="presentation" class="card" width="100%" cellpadding="0" cellspacing="0" border="0" style="max-width:560px;background:#ffffff;border-radius:12px">
<tr><td align="left" style="padding:28px 24px 10px;${FONT}">
${content.blocks.map(renderBlock)}</td></tr>
</table>
</td></tr>
</table>
</body>
</html>
`
  return document.markup
}

function renderBlock(block: MessageBlock): SafeHtml {
  switch (block.kind) {
    case 'paragraph':
      return html`<p class="ink" style="${TEXT}">${block.text}</p>\n`
    case 'facts':
      return html`<table role="presentation" class="line" width="100%" cellpadding="0" cellspacing="0" border="0" style="margin:4px 0 22px;border-top:1px solid #dcd8cf">\n${block.rows.map(renderRow)}</table>\n`
    case 'action':
      return renderAction(block)
    case 'section':
      return html`<h2 class="ink" style="margin:0 0 4px;font-size:17px;line-height:1.4;color:${INK}">${block.heading}</h2>\n<p class="ink" style="${TEXT}">${block.text}</p>\n`
    case 'list':
      return html`<h2 class="ink" style="margin:0 0 4px;font-size:17px;line-height:1.4;color:${INK}">${block.heading}</h2>\n<ul class="ink" style="${TEXT};padding:0 0 0 22px">\n${block.items.map((item) => html`<li style="margin:0 0 4px">${item}</li>\n`)}</ul>\n`
    case 'signature':
      return html`<p class="ink" style="${TEXT}">${joinLines(block.lines)}</p>\n`
    case 'footer':
      return html`<p class="quiet line" style="margin:24px 0 14px;padding-top:14px;border-top:1px solid #dcd8cf;font-size:14px;line-height:1.5;color:${QUIET}">${joinLines(block.lines)}</p>\n`
  }
}

function renderRow({ label, value, detail, isMain = false }: FactRow): SafeHtml {
  const size = isMain ? 'font-size:20px;font-weight:700' : 'font-size:16px;font-weight:600'
  // The computation has a line of its own, so that it takes no width from the value.
  const isAlone = detail === undefined
  const line = isAlone ? '9px 0;border-bottom:1px solid #dcd8cf' : '9px 0 2px'
  const computed =
    detail === undefined
      ? null
      : html`<tr><td colspan="2" class="quiet line" style="padding:0 0 9px;border-bottom:1px solid #dcd8cf;font-size:14px;line-height:1.4;color:${QUIET}">${detail}</td></tr>\n`
  return html`<tr><td class="quiet line" style="padding:${line};padding-right:12px;font-size:15px;line-height:1.4;color:${QUIET};vertical-align:baseline">${label}</td> <td align="right" class="ink line" style="padding:${line};${size};line-height:1.4;color:${INK};vertical-align:baseline">${value}</td></tr>\n${computed}`
}

function renderAction(block: Extract<MessageBlock, { kind: 'action' }>): SafeHtml {
  return html`<p style="margin:4px 0 10px"><a href="${block.url}" class="button" style="display:inline-block;padding:14px 24px;border-radius:8px;background:${ACCENT};color:#ffffff;font-size:17px;font-weight:600;line-height:1.2;text-align:center;text-decoration:none">${block.label}</a></p>
<p class="quiet" style="margin:0 0 20px;font-size:14px;line-height:1.5;color:${QUIET}"><a href="${block.url}" class="link" style="color:${ACCENT};word-break:break-all">${block.url}</a><br>
${block.note}</p>\n`
}

function joinLines(lines: readonly string[]): SafeHtml[] {
  return lines.map((line, index) => (index === 0 ? html`${line}` : html`<br>\n${line}`))
}
