// The page of the specification that lists codes and statuses, held to what server, agents and banks say.
import { describe, expect, it } from 'vitest'
import { PEER_PROBLEM_CODES, statusOf } from '../../../sdk/src/peer/problem.ts'
import { readProblemCodes } from '../../../spec/tools/problem-codes.ts'
import { allProblemCodes, problemEntry } from '../../src/http/problems.ts'

const page = await readProblemCodes(new URL('../../../spec/', import.meta.url))
const ofServer = new Map<string, number>(
  allProblemCodes().map((code) => [code, problemEntry(code)[0]]),
)
const ofPeers = new Map<string, number>(PEER_PROBLEM_CODES.map((code) => [code, statusOf(code)]))

/** Where a code belongs, by who answers with it. */
const among = (own: Map<string, number>, isKept: (code: string) => boolean) =>
  Object.fromEntries([...own].filter(([code]) => isKept(code)))

describe('[PRB-06] the codes of spec/problems.md', () => {
  it('of every receiver are those of server, agents and banks, under one status', () => {
    const both = (code: string) => ofServer.has(code) && ofPeers.has(code)
    expect(page['Every receiver']).toEqual(among(ofServer, both))
    expect(page['Every receiver']).toEqual(among(ofPeers, both))
  })

  it('of a server are its own, and those of agents and banks theirs', () => {
    expect(page['A creditor’s server']).toEqual(among(ofServer, (code) => !ofPeers.has(code)))
    expect(page['An agent or a bank']).toEqual(among(ofPeers, (code) => !ofServer.has(code)))
  })

  it('are many: nothing was read past', () => {
    const counts = Object.values(page).map((codes) => Object.keys(codes).length)
    expect(counts.every((count) => count > 10)).toBe(true)
  })
})
