// A disk of a few megabytes that can be filled to the last byte: a tmpfs, which only root may mount.
import { spawnSync } from 'node:child_process'
import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface SmallDisk {
  readonly folder: string
  /** Leaves no byte free. */
  fill(): void
  /** Gives the space back. */
  clear(): void
  remove(): void
}

/** Mounts one, over a folder when it is given. @throws where mounting is not allowed. */
export function mountSmallDisk(megabytes: number, over?: string): SmallDisk {
  const folder = over ?? mkdtempSync(join(tmpdir(), 'parley-disk-'))
  mkdirSync(folder, { recursive: true })
  const args = ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'none', folder]
  if (spawnSync('mount', args).status !== 0)
    throw new Error('this machine lets nobody mount a tmpfs')
  const ballast = join(folder, 'ballast')
  const unmount = () => spawnSync('umount', ['-l', folder])
  process.once('exit', unmount)
  return {
    folder,
    fill() {
      const file = openSync(ballast, 'w')
      for (const size of [1 << 20, 4096, 1]) {
        const piece = Buffer.alloc(size)
        while (isWritten(file, piece)) {
          // Until the disk says no.
        }
      }
      closeSync(file)
    },
    clear: () => rmSync(ballast, { force: true }),
    remove() {
      process.off('exit', unmount)
      unmount()
      if (over === undefined) rmSync(folder, { recursive: true, force: true })
    },
  }
}

function isWritten(file: number, piece: Buffer): boolean {
  try {
    return writeSync(file, piece) > 0
  } catch {
    return false
  }
}
