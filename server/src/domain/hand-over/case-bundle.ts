// The form of a case bundle: files of JSON text, a manifest with the hash of each, and one signature over
// the manifest. Whoever holds our published keys can check it offline, file by file.

/** The `format` of the bundles that this version writes. */
export const CASE_FORMAT = 'parley-case-1'

/** The `typ` of the signed manifest. */
export const CASE_TYP = 'parley-case+jwt'

/** What is signed. */
export interface CaseManifest {
  readonly format: typeof CASE_FORMAT
  /** Our issuer. */
  readonly iss: string
  readonly paymentRequestId: string
  /** Epoch seconds. */
  readonly exportedAt: number
  /** In the order of their names. */
  readonly files: readonly { readonly name: string; readonly sha256: string }[]
}

export interface CaseBundle {
  readonly manifest: CaseManifest
  /** Compact JWS whose payload is the JSON of the manifest. */
  readonly signature: string
  /** The text of each file by its name; its UTF-8 bytes have the hash of the manifest. */
  readonly files: Readonly<Record<string, string>>
}
