import { describe, expect, it } from 'vitest'
import type { Channel } from '../../../src/domain/compliance/profile.ts'
import {
  chooseChannels,
  nextChannel,
  type Reach,
} from '../../../src/domain/dunning/choose-channels.ts'
import { ALL_CHANNELS, BELGIUM } from './support-facts.ts'
import { message } from './support-journeys.ts'

const EVERYWHERE: Reach = {
  known: ALL_CHANNELS,
  closed: [],
  served: ALL_CHANNELS,
  isFragile: false,
}
const letterFirst = message('one', 1, { channels: ['letter', 'email', 'sms'] })

function chosen(reach: Partial<Reach> = {}, step = letterFirst, law = BELGIUM) {
  return chooseChannels(step, { ...EVERYWHERE, ...reach }, law)
}

const by = (...channels: Channel[]) => ({ kind: 'channels', channels })
const none = (why: string) => ({ kind: 'none', why })
const only = (...channels: Channel[]): ReadonlySet<Channel> => new Set(channels)

describe('chooseChannels', () => {
  it('takes the first that is left, and each of them where all are asked for', () => {
    expect(chosen()).toEqual(by('letter'))
    const all = { ...letterFirst, reach: 'all' } as const
    expect(chosen({}, all)).toEqual(by('letter', 'email', 'sms'))
    expect(chosen({ closed: ['letter'] }, all)).toEqual(by('email', 'sms'))
  })

  it('leaves firm words to a person where somebody is fragile', () => {
    const firm = message('firm', 1, { channels: ['letter'], tone: 'T4' })
    expect(chosen({}, firm)).toEqual(by('letter'))
    expect(chosen({ isFragile: true }, firm)).toEqual(none('calmer-path'))
    expect(chosen({ isFragile: true })).toEqual(by('letter'))
  })

  it('leaves out what leads nowhere: no address', () => {
    expect(chosen({ known: only('sms') })).toEqual(by('sms'))
    expect(chosen({ known: only('phone', 'app') })).toEqual(none('no-address'))
  })

  it.each([
    ['email', ['email']],
    ['sms', ['sms', 'whatsapp']],
    ['letter', ['letter', 'registered-letter']],
    ['phone', ['phone']],
  ] as const)('leaves out what the person closed: %s', (word, channels) => {
    for (const channel of channels) {
      const step = message('one', 1, { channel })
      expect(chosen({ closed: [word] }, step)).toEqual(none('channel-closed'))
      const others = (['email', 'sms', 'letter', 'phone'] as const).filter((it) => it !== word)
      expect(chosen({ closed: others }, step)).toEqual(by(channel))
    }
  })

  it('reaches the agent although every other channel is closed', () => {
    const step = message('one', 1, { channels: ['app', 'email'] })
    expect(chosen({ closed: ['email', 'sms', 'letter', 'phone'] }, step)).toEqual(by('app'))
  })

  it('leaves out what this server cannot use', () => {
    expect(chosen({ served: only('email') })).toEqual(by('email'))
    expect(chosen({ served: only('phone') })).toEqual(none('channel-not-served'))
  })

  it('leaves out what may not carry the tone by law', () => {
    const firm = message('one', 1, { channels: ['sms', 'email'], tone: 'T3' })
    expect(chosen({}, firm)).toEqual(by('email'))
    expect(chosen({}, { ...firm, tone: 'T2' })).toEqual(by('sms'))
    const sms = message('one', 1, { channel: 'sms', tone: 'T4' })
    expect(chosen({}, sms)).toEqual(none('tone-not-allowed'))
  })

  it('names what was in the way of the last one', () => {
    const step = message('one', 1, { channels: ['sms', 'email'], tone: 'T3' })
    expect(chosen({ known: only('sms') }, step)).toEqual(none('no-address'))
    expect(chosen({ closed: ['email'] }, step)).toEqual(none('channel-closed'))
  })

  it.each([
    ['agent', 'app'],
    ['email', 'email'],
    ['sms', 'sms'],
    ['letter', 'letter'],
    ['phone', 'phone'],
  ] as const)('takes what the person wishes: %s', (preferred, channel) => {
    const channels = ['registered-letter', 'phone', 'letter', 'sms', 'email', 'app'] as const
    const step = message('one', 1, { channels })
    expect(chosen({ preferred }, step)).toEqual(by(channel))
    expect(chosen({}, step)).toEqual(by('registered-letter'))
  })

  it('takes no wish for a channel that is not of the step, or closed', () => {
    expect(chosen({ preferred: 'phone' })).toEqual(by('letter'))
    expect(chosen({ preferred: 'email', closed: ['email'] })).toEqual(by('letter'))
    expect(chosen({ preferred: 'email' })).toEqual(by('email'))
  })

  it('says nothing firm where no law is known', () => {
    const said = (tone: 'T1' | 'T3' | 'T4' | 'T5') => {
      return chooseChannels({ ...letterFirst, tone }, EVERYWHERE, null)
    }
    expect(said('T1')).toEqual(by('letter'))
    expect(said('T3')).toEqual(by('letter'))
    expect(said('T4')).toEqual(none('tone-not-allowed'))
    expect(said('T5')).toEqual(none('tone-not-allowed'))
    expect(chosen({}, { ...letterFirst, tone: 'T5' })).toEqual(by('letter'))
  })
})

describe('nextChannel', () => {
  const on = { reach: EVERYWHERE, law: BELGIUM }

  it('tries each channel once', () => {
    expect(nextChannel(letterFirst, ['letter'], on)).toBe('email')
    expect(nextChannel(letterFirst, ['letter', 'email'], on)).toBe('sms')
    expect(nextChannel(letterFirst, ['letter', 'email', 'sms'], on)).toBeNull()
  })

  it('passes over what the person closed meanwhile', () => {
    const reach: Reach = { ...EVERYWHERE, closed: ['email'] }
    expect(nextChannel(letterFirst, ['letter'], { ...on, reach })).toBe('sms')
  })

  it('has none after a step that went by all', () => {
    expect(nextChannel({ ...letterFirst, reach: 'all' }, ['letter'], on)).toBeNull()
  })
})
