// Draws a payment QR code as inline SVG. The payload was made and checked elsewhere.

import QRCode from 'qrcode'
import type { PaymentCode } from '../../domain/choose-payment-code.ts'
import { type SafeHtml, trustedHtml } from '../../domain/content/safe-html.ts'
import { SWISS_CODE_SIDE, SWISS_CROSS } from '../../domain/qr-bill/swiss-cross.ts'

/** Modules that stay empty around a code. */
const QUIET = 4

/**
 * Draws a QR code with error correction level M and a quiet zone of four modules, dark on white
 * (EPC069-12 §4.2); a Swiss one with the cross in its middle. It has no accessible name: the page
 * around it gives one.
 *
 * @throws {Error} when the payload does not fit into a QR code.
 */
export async function renderQrSvg({
  kind,
  payload,
}: Pick<PaymentCode, 'kind' | 'payload'>): Promise<SafeHtml> {
  const svg = await QRCode.toString(payload, {
    type: 'svg',
    errorCorrectionLevel: 'M',
    margin: QUIET,
    color: { dark: '#000000ff', light: '#ffffffff' },
  })
  const hidden = svg.trim().replace('<svg ', '<svg aria-hidden="true" focusable="false" ')
  return trustedHtml(kind === 'swiss' ? withCross(hidden) : hidden)
}

function withCross(svg: string): string {
  const modules = Number(/viewBox="0 0 ([0-9]+) /.exec(svg)?.[1]) - 2 * QUIET
  const scale = modules / SWISS_CODE_SIDE
  const length = (millimetres: number) => (millimetres * scale).toFixed(3)
  const parts = SWISS_CROSS.map(({ x, y, width, height, isDark }) => {
    const fill = isDark ? '#000000' : '#ffffff'
    const place = `x="${length(x + QUIET / scale)}" y="${length(y + QUIET / scale)}"`
    return `<rect ${place} width="${length(width)}" height="${length(height)}" fill="${fill}"/>`
  })
  return svg.replace('</svg>', `${parts.join('')}</svg>`)
}
