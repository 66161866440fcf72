// Draws a payment QR code as inline SVG. The payload was made and checked elsewhere.

import QRCode from 'qrcode'
import { type SafeHtml, trustedHtml } from '../../domain/content/safe-html.ts'

/**
 * Draws a QR code with error correction level M and a quiet zone of four modules, dark on white
 * (EPC069-12 §4.2). It has no accessible name: the page around it gives one.
 *
 * @throws {Error} when the payload does not fit into a QR code.
 */
export async function renderQrSvg(payload: string): Promise<SafeHtml> {
  const svg = await QRCode.toString(payload, {
    type: 'svg',
    errorCorrectionLevel: 'M',
    margin: 4,
    color: { dark: '#000000ff', light: '#ffffffff' },
  })
  return trustedHtml(svg.trim().replace('<svg ', '<svg aria-hidden="true" focusable="false" '))
}
