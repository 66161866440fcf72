// The list of who was erased, as it lies in its file.
import { appendFile, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { openErasureList } from '../src/erasure-list-file.ts'

const MARK = { creditorId: 'cr_1', debtorId: 'db_1', erasedAt: 1 }

async function newFile(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'parley-list-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return join(folder, 'deeper', 'erasures.jsonl')
}

it('gives back what was appended, and nothing before', async () => {
  const list = openErasureList(await newFile())
  expect(await list.read()).toEqual([])
  const other = { ...MARK, debtorId: 'db_2' }
  await list.append([MARK])
  await list.append([other])
  expect(await list.read()).toEqual([MARK, other])
})

it('goes on after a process that died within a line', async () => {
  const file = await newFile()
  const list = openErasureList(file)
  await list.append([MARK])
  await appendFile(file, '{"creditorId":"cr_1","debt')
  expect(await list.read()).toEqual([MARK])
  const other = { ...MARK, debtorId: 'db_2' }
  await list.append([other])
  expect(await list.read()).toEqual([MARK, other])
  expect((await readFile(file, 'utf8')).split('\n')).toHaveLength(3)
})

it('refuses a whole line that is no mark: nothing is passed over in silence', async () => {
  const file = await newFile()
  const list = openErasureList(file)
  await list.append([MARK])
  await appendFile(file, 'not a mark\n')
  await expect(list.read()).rejects.toThrow()
})
