import jsQRModule from 'jsqr'
import { describe, expect, it } from 'vitest'
import { renderQrSvg } from '../../../src/http/portal/qr-svg.ts'

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
  const scale = 4
  const width = size * scale
  const pixels = new Uint8ClampedArray(width * width * 4).fill(255)
  for (let row = 0; row < width; row += 1) {
    for (let column = 0; column < width; column += 1) {
      const isDark = dark.has(Math.floor(row / scale) * size + Math.floor(column / scale))
      if (isDark) pixels.fill(0, (row * width + column) * 4, (row * width + column) * 4 + 3)
    }
  }
  return jsQR(pixels, width, width)
}

describe('renderQrSvg', () => {
  it('draws a code that reads back as the payload, byte for byte', async () => {
    const { markup } = await renderQrSvg(PAYLOAD)
    const code = decode(markup)
    expect(new TextDecoder().decode(new Uint8Array(code?.binaryData ?? []))).toBe(PAYLOAD)
  })

  it('draws dark on white with a quiet zone, in light and dark mode alike', async () => {
    const { markup } = await renderQrSvg(PAYLOAD)
    const { size, dark } = darkModules(markup)
    expect(markup).toContain('fill="#ffffff"')
    const columns = [...dark].map((module) => module % size)
    expect(Math.min(...columns)).toBe(4)
    expect(Math.max(...columns)).toBe(size - 5)
  })

  it('carries no script, style or size of its own', async () => {
    const { markup } = await renderQrSvg(PAYLOAD)
    expect(markup).not.toMatch(/<script|style=|width=/)
    expect(markup).toContain('aria-hidden="true"')
  })

  it('throws for more than a code can hold', async () => {
    await expect(renderQrSvg('x'.repeat(3_000))).rejects.toThrow()
  })
})
