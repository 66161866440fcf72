import { describe, expect, it } from 'vitest'
import { loadCarriers } from '../../../src/catalog-files.ts'
import { channelUse } from '../../../src/domain/channels/channel-use.ts'
import type { LawInForce } from '../../../src/domain/compliance/law-in-force.ts'
import type { Channel } from '../../../src/domain/compliance/profile.ts'
import type { Tone } from '../../../src/domain/content/message-templates.ts'
import { changed, inForce, LAW, shipped } from '../compliance/support-law.ts'

const carriers = loadCarriers()

function verdict(law: LawInForce, channel: Channel, tone: Tone): string {
  return channelUse({ law }, { channel, tone }).verdict
}

describe('the channels of a profile', () => {
  it.each([...LAW.profiles.keys()])('%s: no formal notice by WhatsApp or SMS', (id) => {
    const law = inForce(shipped(id))
    expect(verdict(law, 'whatsapp', 'T4')).toBe('forbidden')
    expect(verdict(law, 'sms', 'T3')).toBe('forbidden')
    expect(verdict(law, 'sms', 'T2')).toBe('allowed')
    expect(verdict(law, 'letter', 'T5')).toBe('allowed')
  })

  it('that are not listed carry nothing', () => {
    const law = inForce(changed('nl-b2c', () => ({ channels: [] })))
    expect(verdict(law, 'email', 'T1')).toBe('forbidden')
  })
})

describe('a channel needs the law and the carrier', () => {
  const law = inForce(shipped('us-b2c'))

  it('is forbidden by the profile before any carrier is asked', () => {
    const use = channelUse({ law, carriers }, { channel: 'sms', tone: 'T3' })
    expect(use).toMatchObject({ verdict: 'forbidden', by: 'profile' })
  })

  it('is forbidden by the carrier with the source and the level of its rule', () => {
    expect(channelUse({ law }, { channel: 'whatsapp', tone: 'T1' }).verdict).toBe('allowed')
    expect(channelUse({ law, carriers }, { channel: 'whatsapp', tone: 'T1' })).toMatchObject({
      verdict: 'forbidden',
      by: 'carrier',
      sources: [{ id: 'whatsapp-policy', level: 'policy' }],
    })
  })

  it('asks for agreement where the carrier does', () => {
    const sms = { channel: 'sms', tone: 'T1' } as const
    expect(channelUse({ law, carriers }, sms)).toEqual({ verdict: 'allowed-with-opt-in' })
    const dutch = inForce(shipped('nl-b2c'))
    expect(channelUse({ law: dutch, carriers }, sms)).toEqual({ verdict: 'allowed' })
  })

  it('is forbidden by a matrix that does not speak of it', () => {
    const silent = { ...carriers, rules: [] }
    expect(channelUse({ law, carriers: silent }, { channel: 'email', tone: 'T1' })).toEqual({
      verdict: 'forbidden',
      by: 'carrier',
      sources: [],
    })
  })
})
