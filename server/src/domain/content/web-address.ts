// Which addresses may stand behind a link that people click.

/** Tells whether a text is an absolute http(s) address without user name, blank or control. */
export function isWebAddress(text: string): boolean {
  if (/[\s\p{Cc}\p{Cf}]/u.test(text) || !URL.canParse(text)) return false
  const { protocol, username, password } = new URL(text)
  return (protocol === 'https:' || protocol === 'http:') && username === '' && password === ''
}
