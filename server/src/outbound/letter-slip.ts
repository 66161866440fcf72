// The payment part and the receipt of a Swiss QR-bill at the foot of a letter: A6 and its stub, 210 × 105
// millimetres, cut off by the payer.
// Source: SIX, Swiss Implementation Guidelines QR-bill 2.3, §3, and the style guide QR-bill (places in
// millimetres, sizes in points). The style guide names Arial, Frutiger, Helvetica and Liberation Sans; a
// PDF/A letter embeds its own typeface, which is a sans serif of the same kind.
import { formatDecimal } from '@parley/sdk/protocol'
import type { BillWithAmount } from '../domain/choose-payment-code.ts'
import { SLIP_HEADINGS, type SlipHeadings } from '../domain/qr-bill/slip-headings.ts'
import type { StructuredAddress } from '../domain/qr-bill/structured-address.ts'
import { SWISS_CODE_SIDE, SWISS_CROSS } from '../domain/qr-bill/swiss-cross.ts'
import { printReference } from '../domain/references/reference-schemes.ts'
import { groupByFour } from '../domain/wording/format-for-people.ts'
import { drawCodeSquares } from './draw-code.ts'
import { type Doc, INK, PAGE, POINTS, type Sheet } from './letter-sheet.ts'

/** The height of the slip, and of the words and the page number above it, in millimetres. */
export const SLIP_HEIGHT = 105
const SEPARATE_HEIGHT = 14
const RECEIPT_WIDTH = 62

/** A slip that is being drawn: where its top lies, and what stands on it. */
interface Slip {
  readonly doc: Doc
  readonly top: number
  readonly bill: BillWithAmount
  readonly headings: SlipHeadings
}

/** Type sizes in points: of a heading and of what stands under it. */
interface Sizes {
  readonly heading: number
  readonly value: number
}

const RECEIPT: Sizes = { heading: 6, value: 8 }
const PAYMENT_PART: Sizes = { heading: 8, value: 10 }

/** Draws the slip at the foot of the last page, or of a new one where that is too full. */
export function drawSlip({ doc, letter }: Sheet): void {
  if (letter.slip === undefined) return
  const top = PAGE.height - SLIP_HEIGHT
  if (doc.y > (top - SEPARATE_HEIGHT) * POINTS) doc.addPage()
  // Below the margin: the library would open a new page for it.
  doc.page.margins.bottom = 0
  const { bill, payload } = letter.slip
  const slip = { doc, top, bill, headings: SLIP_HEADINGS[letter.language] }
  drawCuts(slip)
  drawReceipt(slip)
  drawPaymentPart(slip, payload)
}

function drawCuts({ doc, top, headings }: Slip): void {
  doc.save().lineWidth(0.75).dash(1, { space: 1 }).strokeColor(INK)
  doc.moveTo(0, top * POINTS).lineTo(PAGE.width * POINTS, top * POINTS)
  doc.moveTo(RECEIPT_WIDTH * POINTS, top * POINTS)
  doc.lineTo(RECEIPT_WIDTH * POINTS, PAGE.height * POINTS)
  doc.stroke().restore()
  doc.font('regular').fontSize(8).fillColor(INK)
  doc.text(headings.separate, 0, (top - 4.5) * POINTS, {
    width: PAGE.width * POINTS,
    align: 'center',
    lineBreak: false,
  })
}

function drawReceipt(slip: Slip): void {
  const { headings } = slip
  drawTitle(slip, headings.receipt, 5)
  drawInformation(slip, {
    x: 5,
    y: 12,
    width: 52,
    sizes: RECEIPT,
    blank: { width: 52, height: 20 },
  })
  drawAmount(slip, { x: 5, toAmount: 22, sizes: RECEIPT })
  write(slip, headings.acceptancePoint, {
    x: 5,
    y: 82,
    width: 52,
    size: 6,
    isBold: true,
    align: 'right',
  })
}

function drawPaymentPart(slip: Slip, payload: string): void {
  const { doc, top, bill, headings } = slip
  const left = RECEIPT_WIDTH + 5
  drawTitle(slip, headings.paymentPart, left)
  const code = { left: left * POINTS, top: (top + 17) * POINTS, side: SWISS_CODE_SIDE * POINTS }
  drawCodeSquares(doc, payload, code)
  for (const { x, y, width, height, isDark } of SWISS_CROSS) {
    doc.rect(code.left + x * POINTS, code.top + y * POINTS, width * POINTS, height * POINTS)
    doc.fill(isDark ? INK : '#ffffff')
  }
  drawAmount(slip, { x: left, toAmount: 22, sizes: PAYMENT_PART })
  const blank = { width: 65, height: 25 }
  drawInformation(slip, { x: 118, y: 5, width: 87, sizes: PAYMENT_PART, blank })
  for (const [index, line] of (bill.alternatives ?? []).entries()) {
    write(slip, line, { x: left, y: 90 + index * 3, width: 138, size: 7 })
  }
}

function drawTitle(slip: Slip, title: string, x: number): void {
  write(slip, title, { x, y: 5, width: 51, size: 11, isBold: true })
}

/** Account, reference, message and payer, one below the other. */
function drawInformation(
  slip: Slip,
  place: {
    readonly x: number
    readonly y: number
    readonly width: number
    readonly sizes: Sizes
    readonly blank: { readonly width: number; readonly height: number }
  },
): void {
  const { doc, top, bill, headings } = slip
  const { x, width, sizes, blank } = place
  const { reference, message = '', billInformation = '' } = bill
  const scheme = bill.referenceType === 'QRR' ? 'QRR' : 'SCOR'
  // The receipt has no room for what is only for the payer's own books.
  const further = sizes === RECEIPT ? '' : [message, billInformation].filter(Boolean).join('\n')
  const blocks: readonly (readonly [string, string])[] = [
    [headings.account, [groupByFour(bill.iban), ...addressLines(bill.creditor)].join('\n')],
    [headings.reference, reference === undefined ? '' : printReference(scheme, reference)],
    [headings.additionalInformation, further],
    [headings.payableBy, bill.debtor === undefined ? '' : addressLines(bill.debtor).join('\n')],
  ]
  let y = place.y
  const below = () => doc.y / POINTS - top
  for (const [heading, value] of blocks.filter(([, value]) => value !== '')) {
    write(slip, heading, { x, y, width, size: sizes.heading, isBold: true })
    write(slip, value, { x, y: below() + 0.3, width, size: sizes.value })
    y = below() + 2.4
  }
  if (bill.debtor !== undefined) return
  write(slip, headings.payableByBlank, { x, y, width, size: sizes.heading, isBold: true })
  drawCorners(slip, { x, y: below() + 1, ...blank })
}

function drawAmount(
  slip: Slip,
  { x, toAmount, sizes }: { x: number; toAmount: number; sizes: Sizes },
): void {
  const { bill, headings } = slip
  const columns = [
    { x, width: toAmount, heading: headings.currency, value: bill.currency },
    { x: x + toAmount, width: 29, heading: headings.amount, value: amountText(bill) },
  ]
  const below = sizes === RECEIPT ? 3 : 4
  for (const { heading, value, ...at } of columns) {
    write(slip, heading, { ...at, y: 68, size: sizes.heading, isBold: true })
    write(slip, value, { ...at, y: 68 + below, size: sizes.value })
  }
}

/** Blanks between thousands and a point before the cents, in every language. */
function amountText({ amount }: BillWithAmount): string {
  return formatDecimal(amount).replace(/\B(?=(?:[0-9]{3})+\.)/g, ' ')
}

function addressLines(address: StructuredAddress): string[] {
  const { name, street, buildingNumber, postalCode, town, country } = address
  const place = `${postalCode} ${town}`
  const isHere = country === 'CH' || country === 'LI'
  return [
    name,
    `${street} ${buildingNumber}`.trim(),
    isHere ? place : `${country}-${place}`,
  ].filter((line) => line !== '')
}

/** The corners of a field that the payer fills in by hand. */
function drawCorners(
  { doc, top }: Slip,
  { x, y, width, height }: { x: number; y: number; width: number; height: number },
): void {
  const length = 3
  doc.save().lineWidth(0.75).strokeColor(INK)
  for (const [cornerX, toX] of [[x, 1] as const, [x + width, -1] as const]) {
    for (const [cornerY, toY] of [[top + y, 1] as const, [top + y + height, -1] as const]) {
      doc.moveTo((cornerX + toX * length) * POINTS, cornerY * POINTS)
      doc.lineTo(cornerX * POINTS, cornerY * POINTS)
      doc.lineTo(cornerX * POINTS, (cornerY + toY * length) * POINTS)
    }
  }
  doc.stroke().restore()
}

function write(
  { doc, top }: Slip,
  text: string,
  at: {
    readonly x: number
    readonly y: number
    readonly width: number
    readonly size: number
    readonly isBold?: boolean
    readonly align?: 'right'
  },
): void {
  const { x, y, width, size, isBold = false, align = 'left' } = at
  doc
    .font(isBold ? 'bold' : 'regular')
    .fontSize(size)
    .fillColor(INK)
  doc.text(text, x * POINTS, (top + y) * POINTS, { width: width * POINTS, align })
}
