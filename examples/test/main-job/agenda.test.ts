import { describe, expect, it } from 'vitest'
import { createAgenda } from '../../main-job/agenda.ts'

async function namesOf(agenda: ReturnType<typeof createAgenda>, until: number, heard: string[]) {
  for (const appointment of agenda.take(until)) await appointment.run()
  return heard.splice(0)
}

describe('an agenda', () => {
  it('keeps the order of time, and of making where the time is the same', async () => {
    const heard: string[] = []
    const agenda = createAgenda()
    const say = (name: string) => async () => {
      heard.push(name)
      return 'ledger' as const
    }
    agenda.add(20, say('late'))
    agenda.add(10, say('first'))
    agenda.add(10, say('second'))
    expect(agenda.next()).toBe(10)
    expect(await namesOf(agenda, 10, heard)).toEqual(['first', 'second'])
    expect(agenda.next()).toBe(20)
    expect(await namesOf(agenda, 30, heard)).toEqual(['late'])
    expect(agenda.next()).toBeUndefined()
  })

  it('makes a named appointment once for each instant', async () => {
    const heard: string[] = []
    const agenda = createAgenda()
    const say = async () => {
      heard.push('bank')
      return 'ledger' as const
    }
    agenda.add(10, say, 'bank')
    agenda.add(10, say, 'bank')
    agenda.add(11, say, 'bank')
    expect(await namesOf(agenda, 20, heard)).toEqual(['bank', 'bank'])
  })
})
