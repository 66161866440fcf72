// Who may see and say what at the bank of the examples. A customer's link is a secret: whoever holds it
// is the customer. A real bank has its own way to know its customers.
import { createHmac, timingSafeEqual } from 'node:crypto'

/** Makes and reads customers' secrets. */
export interface Access {
  tokenOf(customerId: string): string
  /** The customer of a token, or undefined for one that was not made here. */
  customerOf(token: string): string | undefined
  isOperator(request: Request): boolean
}

/** Creates access from the bank's secret and the operator's token. */
export function createAccess(secret: string, operatorToken: string): Access {
  const sealOf = (customerId: string) =>
    createHmac('sha256', secret).update(`customer ${customerId}`).digest('base64url')
  const isSame = (left: string, right: string) => {
    const digest = (text: string) => createHmac('sha256', secret).update(text).digest()
    return timingSafeEqual(digest(left), digest(right))
  }
  return {
    tokenOf: (customerId) =>
      `${Buffer.from(customerId).toString('base64url')}.${sealOf(customerId)}`,
    customerOf(token) {
      const [name = '', seal = ''] = token.split('.')
      const customerId = Buffer.from(name, 'base64url').toString()
      return isSame(seal, sealOf(customerId)) ? customerId : undefined
    },
    isOperator(request) {
      const given = request.headers.get('authorization') ?? ''
      return operatorToken !== '' && isSame(given, `Bearer ${operatorToken}`)
    },
  }
}
