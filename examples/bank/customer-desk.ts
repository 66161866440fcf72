// What a customer does at `/customers/TOKEN/`: looks at the page, answers a question, revokes a mandate,
// turns the switch, or reads the journal as JSON.
import { ASK_CODES, type Bank } from '@parley/sdk/bank'
import { customerPage } from './customer-page.ts'
import type { Ledger } from './ledger.ts'

/** Serves a path below the customer's own. */
export async function serveCustomer(
  view: { readonly bank: Bank; readonly ledger: Ledger; readonly customerId: string },
  path: string,
  request: Request,
): Promise<Response> {
  const { bank, customerId } = view
  if (request.method === 'GET' && path === '') {
    const html = await customerPage(view)
    return html === null ? new Response(null, { status: 404 }) : htmlResponse(html)
  }
  if (request.method === 'GET' && path === 'journal') {
    const after = Number(new URL(request.url).searchParams.get('after') ?? 0)
    const page = Number.isSafeInteger(after) && after >= 0 ? { after } : {}
    return Response.json({ entries: await bank.journal(customerId, page) })
  }
  if (request.method !== 'POST') return new Response(null, { status: 404 })
  const form = await request.formData()
  const field = (name: string) => String(form.get(name) ?? '')
  const isDone = await act(bank, { customerId, path, field })
  if (!isDone) return new Response('This is no longer asked.', { status: 409 })
  // Back to the page, which a reload does not post again.
  return new Response(null, { status: 303, headers: { location: './' } })
}

async function act(
  bank: Bank,
  said: { readonly customerId: string; readonly path: string; field(name: string): string },
): Promise<boolean> {
  const { customerId, path, field } = said
  if (path === 'switch') return await bank.setStopped(customerId, field('stopped') === 'true')
  if (path === 'revoke') {
    const creditor = { issuer: field('issuer'), creditorId: field('creditorId') }
    return await bank.revokeMandate(customerId, creditor)
  }
  const code = ASK_CODES.find((one) => one === field('code'))
  if (path !== 'answer' || code === undefined) return false
  const answer = field('answer') === 'yes' ? 'yes' : 'no'
  const detail = field('detail') === '' ? null : field('detail')
  const question = { customerId, agreementId: field('agreementId'), code, detail }
  return (await bank.answer(question, answer)).ok
}

function htmlResponse(html: string): Response {
  return new Response(html, {
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy':
        "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'",
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-store',
    },
  })
}
