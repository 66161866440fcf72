// From the lines of a postal address to the parts that a Swiss QR-bill asks for: since November 2025
// banks take structured addresses alone (Implementation Guidelines QR-bill 2.3, §4.2.2, type S).

/** Parts as the QR-bill limits them; street and number may be empty. */
export interface StructuredAddress {
  /** 1 to 70 characters. */
  readonly name: string
  /** At most 70 characters. */
  readonly street: string
  /** At most 16 characters. */
  readonly buildingNumber: string
  /** 1 to 16 characters. */
  readonly postalCode: string
  /** 1 to 35 characters. */
  readonly town: string
  /** ISO 3166-1 alpha-2. */
  readonly country: string
}

/** "8000 Zürich", "CH-8000 Zürich", "1017 GA Amsterdam", "SW1A 2AA London". */
const PLACE_WITH_CODE_FIRST =
  /^(?:[A-Z]{1,2}-)?([0-9]{4} ?[A-Z]{2}|[0-9]{3} ?[0-9]{2}|[0-9]{4,6})\s+(\p{L}.*)$/u
const PLACE_WITH_CODE_LAST =
  /^(\p{L}.*?)[,\s]+([A-Z]{1,2}[0-9][0-9A-Z]? [0-9][A-Z]{2}|[0-9]{4,6})$/u
const NUMBER_LAST = /^(\p{L}.*?)[,\s]+([0-9][0-9A-Za-z/-]{0,8})$/u
const NUMBER_FIRST = /^([0-9]+[A-Za-z]?),?\s+(\p{L}.*)$/u

/**
 * Reads the lines of an address as people write them: the place with its postal code in the last line,
 * the street in the line before. Undefined where there is no such place, or a part is too long.
 */
export function structuredAddress(address: {
  readonly name: string
  /** Without the name. */
  readonly lines: readonly string[]
  readonly country: string
}): StructuredAddress | undefined {
  const { name, country } = address
  const lines = address.lines.map((line) => line.trim().replace(/\s+/g, ' '))
  const inOne = placeOf(lines.at(-1) ?? '')
  // In some countries the postal code has a line of its own.
  const place = inOne ?? (lines.length > 1 ? placeOf(lines.slice(-2).join(' ')) : undefined)
  if (place === undefined) return undefined
  const streetLine = lines.at(inOne === undefined ? -3 : -2) ?? ''
  const last = NUMBER_LAST.exec(streetLine)
  const first = last === null ? NUMBER_FIRST.exec(streetLine) : null
  const structured = {
    name,
    street: last?.[1] ?? first?.[2] ?? streetLine,
    buildingNumber: last?.[2] ?? first?.[1] ?? '',
    ...place,
    country,
  }
  return isWithinLimits(structured) ? structured : undefined
}

function placeOf(line: string): Pick<StructuredAddress, 'postalCode' | 'town'> | undefined {
  const first = PLACE_WITH_CODE_FIRST.exec(line)
  if (first !== null) return { postalCode: first[1] ?? '', town: first[2] ?? '' }
  const last = PLACE_WITH_CODE_LAST.exec(line)
  return last === null ? undefined : { postalCode: last[2] ?? '', town: last[1] ?? '' }
}

/** Whether every part has the length that the QR-bill allows. */
export function isWithinLimits(address: StructuredAddress): boolean {
  const { name, street, buildingNumber, postalCode, town, country } = address
  const isFilled = [name, postalCode, town].every((part) => part !== '')
  const fits = (text: string, most: number) => [...text].length <= most
  return (
    isFilled &&
    fits(name, 70) &&
    fits(street, 70) &&
    fits(buildingNumber, 16) &&
    fits(postalCode, 16) &&
    fits(town, 35) &&
    /^[A-Z]{2}$/.test(country)
  )
}
