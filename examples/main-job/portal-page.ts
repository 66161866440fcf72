// A person in front of the creditor's page: reads what it says and fills in its forms. A browser
// without JavaScript does no more.

/** What the page says about paying. */
export interface TransferDetails {
  readonly payee: string
  readonly iban: string
  readonly reference: string
  /** Minor units: the page writes every decimal that the currency has. */
  readonly minor: bigint
}

/** A form as it stands in the page. */
export interface PageForm {
  readonly action: string
  /** Values of hidden and text fields. */
  readonly fields: Readonly<Record<string, string>>
  /** Name and values of the radio buttons. */
  readonly radios: ReadonlyArray<{ readonly name: string; readonly value: string }>
}

/** Opens a page as a browser does. @throws {Error} for a page that does not open. */
export async function openPage(url: string): Promise<string> {
  return read(await fetch(url, { headers: { accept: 'text/html' } }), url)
}

/** Sends a form with some fields changed and returns the page that follows. */
export async function submitForm(
  pageUrl: string,
  form: PageForm,
  changes: Readonly<Record<string, string>> = {},
): Promise<string> {
  const url = new URL(form.action, pageUrl).href
  const body = new URLSearchParams({ ...form.fields, ...changes })
  return read(await fetch(url, { method: 'POST', headers: { accept: 'text/html' }, body }), url)
}

/** Reads how to pay, or undefined when the page asks for no payment. */
export function readTransfer(html: string): TransferDetails | undefined {
  const section = /<section[^>]*aria-labelledby="pay"[\s\S]*?<\/section>/.exec(html)?.[0] ?? ''
  const facts = [...section.matchAll(/<dd>([\s\S]*?)<\/dd>/g)].map(([, markup = '']) => markup)
  const [amount = '', payee = '', iban = '', reference = ''] = facts.map(textOf)
  if (iban === '') return undefined
  const compact = (text: string) => text.replace(/\s/g, '')
  const minor = BigInt(amount.replace(/[^0-9]/g, ''))
  return { payee, iban: compact(iban), reference: compact(reference), minor }
}

/** Reads the form of a page by which a plan is chosen, or undefined when there is none. */
export function readForm(html: string): PageForm | undefined {
  const [, attributes = '', content = ''] =
    /<form\b([^>]*\bmethod="post"[^>]*\/plan\b[^>]*)>([\s\S]*?)<\/form>/.exec(html) ?? []
  if (attributes === '') return undefined
  const inputs = [...content.matchAll(/<input\b([^>]*)>/g)].map(([, markup = '']) => ({
    type: attribute(markup, 'type'),
    name: attribute(markup, 'name'),
    value: attribute(markup, 'value'),
  }))
  const others = inputs.filter(({ type }) => type !== 'radio')
  return {
    action: attribute(attributes, 'action'),
    fields: Object.fromEntries(others.map(({ name, value }) => [name, value])),
    radios: inputs.filter(({ type }) => type === 'radio'),
  }
}

async function read(response: Response, url: string): Promise<string> {
  const text = await response.text()
  if (!response.ok) throw new Error(`${new URL(url).pathname}: ${response.status} ${textOf(text)}`)
  return text
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#39;': "'",
}

function attribute(markup: string, name: string): string {
  return decode(new RegExp(`\\b${name}="([^"]*)"`).exec(markup)?.[1] ?? '')
}

function textOf(markup: string): string {
  return decode(markup.replace(/<[^>]*>/g, '')).trim()
}

function decode(text: string): string {
  return text.replace(/&(?:amp|lt|gt|quot|#39);/g, (entity) => ENTITIES[entity] ?? entity)
}
