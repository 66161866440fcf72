// A directory of the embedded store with all its tables, as `parley migrate` leaves it.
import { constants } from 'node:fs'
import { cp } from 'node:fs/promises'
import { inject } from 'vitest'

/** Makes the directory, which must not be there yet; whoever asks for it removes it. */
export async function makeMigratedDirectory(directory: string): Promise<void> {
  const reply = await fetch(inject('embeddedOnDemand'))
  const template = await reply.text()
  if (!reply.ok) throw new Error(template)
  await cp(template, directory, { recursive: true, mode: constants.COPYFILE_FICLONE })
}
