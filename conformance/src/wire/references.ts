// Account numbers and creditor references with check digits that are right (ISO 13616, ISO 11649).

/** The IBAN of a national account number. */
export function ibanOf(country: string, account: string): string {
  return `${country}${checkDigits(`${account}${country}00`)}${account}`
}

/** The creditor reference over letters and digits. */
export function creditorReference(text: string): string {
  return `RF${checkDigits(`${text}RF00`)}${text}`
}

function checkDigits(text: string): string {
  const digits = [...text].map((letter) => Number.parseInt(letter, 36)).join('')
  return String(98n - (BigInt(digits) % 97n)).padStart(2, '0')
}
