// Turns a page of a PDF into a picture, as a printer would, to be looked at and scanned.
import { PDFiumLibrary } from '@hyzyla/pdfium'
import jsQRModule from 'jsqr'
import { PNG } from 'pngjs'

// The package is CommonJS: its function is the default export of the default export.
const jsQR = (jsQRModule as unknown as { default: typeof jsQRModule.default }).default

export interface Picture {
  readonly width: number
  readonly height: number
  /** RGBA. */
  readonly data: Uint8Array
  readonly text: string
}

let library: Promise<PDFiumLibrary> | undefined

/** Renders every page with so many pixels a point. */
export async function picturesOf(pdf: Uint8Array, scale = 3): Promise<Picture[]> {
  library ??= PDFiumLibrary.init()
  const document = await (await library).loadDocument(pdf)
  const pictures: Picture[] = []
  for (const page of document.pages()) {
    // Rendering closes the page: its text goes first.
    const text = page.getText()
    const { width, height, data } = await page.render({ scale, render: 'bitmap' })
    pictures.push({ width, height, data: new Uint8Array(data), text })
  }
  document.destroy()
  return pictures
}

/** The text of the first QR code in a picture. */
export function scan({ data, width, height }: Picture): string | undefined {
  return jsQR(new Uint8ClampedArray(data), width, height)?.data
}

export function pngOf({ data, width, height }: Picture): Buffer {
  const png = new PNG({ width, height })
  png.data = Buffer.from(data)
  return PNG.sync.write(png)
}

/** How many dark pixels lie in a box given in millimetres. */
export function inkIn(
  { data, width, height }: Picture,
  box: { x: number; y: number; width: number; height: number },
): number {
  const [perX, perY] = [width / 210, height / 297]
  let ink = 0
  for (let y = Math.ceil(box.y * perY); y < (box.y + box.height) * perY; y += 1) {
    for (let x = Math.ceil(box.x * perX); x < (box.x + box.width) * perX; x += 1) {
      if ((data[(y * width + x) * 4] ?? 255) < 200) ink += 1
    }
  }
  return ink
}
