import { createHash } from 'node:crypto'
import { readdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { Readable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { spoolBody } from '../../src/http/spool-body.ts'

const body = Buffer.from('0123456789'.repeat(20_000))
const parts = () =>
  Readable.from([body.subarray(0, 7), body.subarray(7, 150_000), body.subarray(150_000)])

async function textOf(chunks: AsyncIterable<Uint8Array>) {
  let text = ''
  for await (const chunk of chunks) text += Buffer.from(chunk).toString('latin1')
  return text
}

describe('a body on disk', () => {
  it('is read from its beginning as often as is needed, and has no name', async () => {
    const file = await spoolBody(parts(), body.length)
    if (file === undefined) throw new Error('refused')
    expect(readdirSync(tmpdir()).filter((name) => name.startsWith('parley-body-'))).toEqual([])
    expect([file.size, file.hash]).toEqual([
      body.length,
      createHash('sha256').update(body).digest(),
    ])
    expect(await textOf(file.open())).toBe(body.toString('latin1'))
    expect(await textOf(file.open())).toBe(body.toString('latin1'))
    await file.close()
  })

  it('is refused when it is larger than the limit', async () => {
    expect(await spoolBody(parts(), body.length - 1)).toBeUndefined()
  })

  it('is closed when its sender goes away', async () => {
    const broken = new Readable({ read() {} })
    broken.push('abc')
    const spooled = spoolBody(broken, 100)
    broken.destroy(new Error('gone'))
    await expect(spooled).rejects.toThrow('gone')
  })
})
