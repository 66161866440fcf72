// The little of SVG that the pictures of the bench need: marks, lines, text, and axes with ticks.

export const COLOURS = {
  ink: '#1b1f24',
  muted: '#6a737d',
  grid: '#e4e7eb',
  cloud: '#c3cad3',
  ours: '#0b6e4f',
  menu: '#d1661b',
  classical: '#6b4bb3',
  frontier: '#1f5fbf',
  nash: '#c4161c',
} as const

export type Mark = 'circle' | 'square' | 'triangle' | 'star'

export interface Point {
  x: number
  y: number
}

interface Style {
  fill?: string
  stroke?: string
  width?: number
  dash?: string
  opacity?: number
}

/** A whole picture on white. */
export function picture(width: number, height: number, parts: readonly string[]): string {
  const head = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="system-ui, 'DejaVu Sans', sans-serif" font-size="12">`
  return `${head}\n${rectangle({ x: 0, y: 0 }, { width, height }, { fill: '#ffffff' })}\n${parts.join('\n')}\n</svg>\n`
}

export function text(
  at: Point,
  content: string,
  more: {
    anchor?: 'start' | 'middle' | 'end'
    size?: number
    fill?: string
    bold?: boolean
    up?: boolean
  } = {},
): string {
  const { anchor = 'start', size = 12, fill = COLOURS.ink, bold = false, up = false } = more
  const turned = up ? ` transform="rotate(-90 ${num(at.x)} ${num(at.y)})"` : ''
  const weight = bold ? ' font-weight="600"' : ''
  return `<text x="${num(at.x)}" y="${num(at.y)}" text-anchor="${anchor}" font-size="${size}" fill="${fill}"${weight}${turned}>${escaped(content)}</text>`
}

export function line(points: readonly Point[], style: Style): string {
  const path = points.map(({ x, y }) => `${num(x)},${num(y)}`).join(' ')
  return `<polyline points="${path}" fill="none" ${attributes(style)}/>`
}

export function rectangle(
  at: Point,
  { width, height }: { width: number; height: number },
  style: Style,
): string {
  return `<rect x="${num(at.x)}" y="${num(at.y)}" width="${num(width)}" height="${num(height)}" ${attributes(style)}/>`
}

export function mark({ x, y }: Point, kind: Mark, style: Style & { size?: number }): string {
  const { size = 4.5 } = style
  if (kind === 'circle') {
    return `<circle cx="${num(x)}" cy="${num(y)}" r="${size}" ${attributes(style)}/>`
  }
  const [corners, inner, turn] = { square: [4, 1, 45], triangle: [3, 1, 0], star: [5, 0.45, 0] }[
    kind
  ] as [number, number, number]
  const count = inner === 1 ? corners : corners * 2
  const path = Array.from({ length: count }, (_, index) => {
    const angle = ((360 / count) * index - 90 + turn) * (Math.PI / 180)
    const radius = size * 1.35 * (index % 2 === 1 ? inner : 1)
    return `${num(x + radius * Math.cos(angle))},${num(y + radius * Math.sin(angle))}`
  })
  return `<polygon points="${path.join(' ')}" ${attributes(style)}/>`
}

export interface Axis {
  label: string
  from: number
  to: number
  ticks: readonly number[]
  /** How a tick is written. */
  show?: (tick: number) => string
}

export interface Plot {
  parts: string[]
  place(x: number, y: number): Point
}

/** Axes with grid, ticks and labels around a box. */
export function plot(
  box: Point & { width: number; height: number },
  { x, y }: { x: Axis; y: Axis },
): Plot {
  const place = (atX: number, atY: number) => ({
    x: box.x + ((atX - x.from) / (x.to - x.from)) * box.width,
    y: box.y + box.height - ((atY - y.from) / (y.to - y.from)) * box.height,
  })
  const grid = { stroke: COLOURS.grid, width: 1 }
  const parts: string[] = []
  for (const tick of x.ticks) {
    const at = place(tick, y.from)
    const label = { x: at.x, y: at.y + 16 }
    parts.push(line([at, place(tick, y.to)], grid))
    parts.push(text(label, show(x, tick), { anchor: 'middle', size: 11, fill: COLOURS.muted }))
  }
  for (const tick of y.ticks) {
    const at = place(x.from, tick)
    parts.push(line([at, place(x.to, tick)], grid))
    parts.push(
      text({ x: at.x - 6, y: at.y + 4 }, show(y, tick), {
        anchor: 'end',
        size: 11,
        fill: COLOURS.muted,
      }),
    )
  }
  const axis = { stroke: COLOURS.ink, width: 1.2 }
  parts.push(line([place(x.from, y.to), place(x.from, y.from), place(x.to, y.from)], axis))
  const middle = { x: box.x + box.width / 2, y: box.y + box.height + 36 }
  parts.push(text(middle, x.label, { anchor: 'middle' }))
  parts.push(
    text({ x: box.x - 38, y: box.y + box.height / 2 }, y.label, { anchor: 'middle', up: true }),
  )
  return { parts, place }
}

export interface LegendEntry {
  mark: Mark | 'line' | 'dashes'
  colour: string
  label: string
}

/** Entries side by side from a point on. */
export function legend(at: Point, entries: readonly LegendEntry[]): string {
  let { x } = at
  const parts: string[] = []
  for (const { mark: kind, colour, label } of entries) {
    if (kind === 'line' || kind === 'dashes') {
      const dash = kind === 'dashes' ? { dash: '4 3' } : {}
      parts.push(
        line(
          [
            { x, y: at.y - 4 },
            { x: x + 20, y: at.y - 4 },
          ],
          { stroke: colour, width: 2, ...dash },
        ),
      )
    } else parts.push(mark({ x: x + 10, y: at.y - 4 }, kind, { fill: colour }))
    parts.push(text({ x: x + 26, y: at.y }, label))
    x += 26 + 6.6 * label.length + 22
  }
  return parts.join('\n')
}

function show({ show: write = String }: Axis, tick: number): string {
  return write(tick)
}

function attributes({ fill, stroke, width, dash, opacity }: Style): string {
  return Object.entries({ fill, stroke, 'stroke-width': width, 'stroke-dasharray': dash, opacity })
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}="${value}"`)
    .join(' ')
}

function num(value: number): string {
  return String(Math.round(value * 100) / 100)
}

function escaped(content: string): string {
  return content.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
