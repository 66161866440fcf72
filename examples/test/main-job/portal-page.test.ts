import { describe, expect, it } from 'vitest'
import { readForm, readTransfer } from '../../main-job/portal-page.ts'

const PAY = `<section class="card" aria-labelledby="pay"><dl class="facts">
<div><dt>Montant</dt><dd>1\u202f234,50\u00a0€</dd></div>
<div><dt>Titulaire</dt><dd><bdi class="copy">Stads &amp; energie</bdi></dd></div>
<div><dt>IBAN</dt><dd><span class="copy"><span class="group">BE68</span><span class="group">5390</span></span></dd></div>
<div><dt>Réf.</dt><dd><span class="copy"><span class="group">RF18</span><span class="group">5390</span></span></dd></div>
</dl></section>`

const FORM = `<form method="post" action="/p/token/plan?lang=fr&amp;x=1" novalidate>
<input type="hidden" name="menu" value="v1-0">
<input type="radio" id="choice-1" name="row" value="1" required>
<input type="radio" id="choice-2" name="row" value="3-P2W" required>
<input type="date" name="first-day.3-P2W" value="2026-03-05">
</form>`

describe('the page as a person reads it', () => {
  it('says what to pay, to whom and with which reference', () => {
    expect(readTransfer(PAY)).toEqual({
      payee: 'Stads & energie',
      iban: 'BE685390',
      reference: 'RF185390',
      minor: 123450n,
    })
  })

  it('asks for nothing when there is nothing to pay', () => {
    expect(readTransfer('<main><h1>Thank you</h1></main>')).toBeUndefined()
  })

  it('has a form with its fields and choices', () => {
    expect(readForm(FORM)).toMatchObject({
      action: '/p/token/plan?lang=fr&x=1',
      fields: { menu: 'v1-0', 'first-day.3-P2W': '2026-03-05' },
      radios: [
        { name: 'row', value: '1' },
        { name: 'row', value: '3-P2W' },
      ],
    })
    expect(readForm('<form method="get"></form>')).toBeUndefined()
  })
})
