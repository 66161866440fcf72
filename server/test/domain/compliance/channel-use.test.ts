import { describe, expect, it } from 'vitest'
import { mayCarry } from '../../../src/domain/compliance/channel-use.ts'
import { inForce, LAW, shipped } from './support-law.ts'

describe('the channels', () => {
  it.each([...LAW.profiles.keys()])('%s: no formal notice by WhatsApp or SMS', (id) => {
    const { version } = inForce(shipped(id))
    expect(mayCarry(version, 'whatsapp', 'T4')).toBe(false)
    expect(mayCarry(version, 'sms', 'T3')).toBe(false)
    expect(mayCarry(version, 'sms', 'T2')).toBe(true)
    expect(mayCarry(version, 'letter', 'T5')).toBe(true)
  })

  it('that are not listed carry nothing', () => {
    expect(mayCarry({ channels: [] }, 'email', 'T1')).toBe(false)
  })
})
