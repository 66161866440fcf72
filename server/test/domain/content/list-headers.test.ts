import { describe, expect, it } from 'vitest'
import { listHeaders } from '../../../src/domain/content/list-headers.ts'
import { isDunningTemplate, templateRow } from '../../../src/domain/content/message-templates.ts'
import { messageInput, TEMPLATES } from '../../support/message-samples.ts'

const URL = 'https://pay.example/p/7hG3kQ'

function headers(template: (typeof TEMPLATES)[number], isNotice = false, portalUrl = URL) {
  return listHeaders({ ...messageInput(template, 'en'), portalUrl }, { isNotice })
}

describe('the list headers', () => {
  it.each(TEMPLATES)(
    'of a %s are there when it asks for a payment and is no notice',
    (template) => {
      const asks = isDunningTemplate(template) && templateRow(template).shape === 'request'
      expect(Object.keys(headers(template))).toEqual(
        asks ? ['List-Unsubscribe', 'List-Unsubscribe-Post'] : [],
      )
    },
  )

  it('are left out where a journey makes a notice in law of it', () => {
    expect(headers('payment-reminder-t2', true)).toEqual({})
  })

  it('offer one click over https alone', () => {
    expect(headers('payment-reminder-t2', false, 'http://127.0.0.1:8080/p/7hG3kQ')).toEqual({
      'List-Unsubscribe': '<http://127.0.0.1:8080/p/7hG3kQ/unsubscribe>',
    })
  })
})
