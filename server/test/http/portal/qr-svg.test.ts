import jsQRModule from 'jsqr'
import { describe, expect, it } from 'vitest'
import { choosePaymentCode, type TransferToCode } from '../../../src/domain/choose-payment-code.ts'
import { renderQrSvg } from '../../../src/http/portal/qr-svg.ts'

const SWISS: TransferToCode = {
  name: 'Stadtwerke Zürich',
  iban: 'CH4431999123000889012',
  address: { lines: ['Seestrasse 12', '8002 Zürich'], country: 'CH' },
  amount: { minor: 12_000n, currency: 'CHF' },
  reference: '210000000003139471430009017',
  referenceScheme: 'QRR',
}
const PAYLOAD = `BCD
002
1
SCT

Bücher Süd Ärzte
BE71096123456769
EUR187.42

RF18539007547034

`

// The path draws dark runs: M and m move the pen, h draws that many modules to the right.
function darkModules(svg: string) {
  const size = Number(/viewBox="0 0 (\d+) /.exec(svg)?.[1])
  const path = /stroke="#000000" d="([^"]+)"/.exec(svg)?.[1] ?? ''
  const dark = new Set<number>()
  let [x, y] = [0, 0]
  for (const [, command, first = '', second = ''] of path.matchAll(
    /([Mmh])([\d.]+)(?: ([\d.]+))?/g,
  )) {
    if (command === 'M') [x, y] = [Number(first), Math.floor(Number(second))]
    else if (command === 'm') x += Number(first)
    else for (let end = x + Number(first); x < end; x += 1) dark.add(y * size + x)
  }
  return { size, dark }
}

function decode(svg: string) {
  const jsQR = (jsQRModule as unknown as { default: typeof jsQRModule.default }).default
  const { size, dark } = darkModules(svg)
  const scale = 6
  const width = size * scale
  const pixels = new Uint8ClampedArray(width * width * 4).fill(255)
  const paint = (row: number, column: number, shade: number) =>
    pixels.fill(shade, (row * width + column) * 4, (row * width + column) * 4 + 3)
  for (let row = 0; row < width; row += 1) {
    for (let column = 0; column < width; column += 1) {
      const isDark = dark.has(Math.floor(row / scale) * size + Math.floor(column / scale))
      if (isDark) paint(row, column, 0)
    }
  }
  for (const { x, y, right, below, isDark } of bars(svg)) {
    for (let row = Math.round(y * scale); row < Math.round(below * scale); row += 1) {
      for (let column = Math.round(x * scale); column < Math.round(right * scale); column += 1) {
        paint(row, column, isDark ? 0 : 255)
      }
    }
  }
  return jsQR(pixels, width, width)
}

/** What is painted over the code, in modules. */
function bars(svg: string) {
  return [
    ...svg.matchAll(
      /<rect x="([\d.]+)" y="([\d.]+)" width="([\d.]+)" height="([\d.]+)" fill="(#\w+)"/g,
    ),
  ].map(([, x, y, width, height, fill]) => ({
    x: Number(x),
    y: Number(y),
    right: Number(x) + Number(width),
    below: Number(y) + Number(height),
    isDark: fill === '#000000',
  }))
}

describe('renderQrSvg', () => {
  it('draws a code that reads back as the payload, byte for byte', async () => {
    const { markup } = await renderQrSvg({ kind: 'epc', payload: PAYLOAD })
    const code = decode(markup)
    expect(new TextDecoder().decode(new Uint8Array(code?.binaryData ?? []))).toBe(PAYLOAD)
  })

  it('draws dark on white with a quiet zone, in light and dark mode alike', async () => {
    const { markup } = await renderQrSvg({ kind: 'epc', payload: PAYLOAD })
    const { size, dark } = darkModules(markup)
    expect(markup).toContain('fill="#ffffff"')
    const columns = [...dark].map((module) => module % size)
    expect(Math.min(...columns)).toBe(4)
    expect(Math.max(...columns)).toBe(size - 5)
  })

  it('carries no script, style or size of its own', async () => {
    const { markup } = await renderQrSvg({ kind: 'epc', payload: PAYLOAD })
    expect(markup).not.toMatch(/<script|style=|width=/)
    expect(markup).toContain('aria-hidden="true"')
  })

  it('paints the Swiss cross into the middle of a QR-bill, which is still read', async () => {
    const code = choosePaymentCode(SWISS)
    if (code?.kind !== 'swiss') throw new Error('no QR-bill')
    const { markup } = await renderQrSvg(code)
    expect(bars(markup)).toHaveLength(4)
    const { size } = darkModules(markup)
    for (const { x, y, right, below } of bars(markup)) {
      expect(x + right).toBeCloseTo(size, 2)
      expect(y + below).toBeCloseTo(size, 2)
    }
    const [frame] = bars(markup)
    // 7 of 46 millimetres, without the quiet zone.
    expect(((frame?.right ?? 0) - (frame?.x ?? 0)) / (size - 8)).toBeCloseTo(7 / 46, 4)
    expect(decode(markup)?.data).toBe(code.payload)
  })

  it('throws for more than a code can hold', async () => {
    await expect(renderQrSvg({ kind: 'epc', payload: 'x'.repeat(3_000) })).rejects.toThrow()
  })
})
