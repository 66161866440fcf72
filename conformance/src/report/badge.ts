// The result as a small picture for a page: role, version, how many of how many.
import { escaped } from './markup.ts'
import { exitCodeOf, type Report } from './report.ts'

const COLOURS = { 0: '#1a7f37', 1: '#c62828', 3: '#9a6700' } as const
const CHARACTER_WIDTH = 6.6
const PADDING = 16

/** An SVG; not applicable cases do not count. */
export function badgeOf(report: Report): string {
  const { role, protocol, counts, cases, volatile } = report
  const counted = cases.length - counts['not-applicable']
  const name = `Parley ${protocol} ${role}`
  const said = `${counts.passed}/${counted} · ${volatile.startedAt.slice(0, 10)}`
  const [left, right] = [widthOf(name), widthOf(said)]
  const colour = COLOURS[exitCodeOf(cases)]
  const label = escaped(`${name}: ${said}`)
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${left + right}" height="22" role="img" aria-label="${label}">`,
    `<title>${label}</title>`,
    `<rect width="${left}" height="22" fill="#24292f"/>`,
    `<rect x="${left}" width="${right}" height="22" fill="${colour}"/>`,
    '<g fill="#fff" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11" text-anchor="middle">',
    `<text x="${left / 2}" y="15">${escaped(name)}</text>`,
    `<text x="${left + right / 2}" y="15">${escaped(said)}</text>`,
    '</g></svg>',
    '',
  ].join('\n')
}

const widthOf = (text: string): number => Math.ceil(text.length * CHARACTER_WIDTH + PADDING)
