// Runs work for a key one run after another, in this process. Whoever asks while a run is under way
// shares the one that comes next: it sees everything that was asked for before it began.

export interface SharedRuns<T> {
  run(key: string, work: () => Promise<T>): Promise<T>
}

interface Lane<T> {
  current: Promise<T>
  next: Promise<T> | undefined
}

/** Builds an empty set of lanes; a lane is forgotten when its last run ends. */
export function createSharedRuns<T>(): SharedRuns<T> {
  const lanes = new Map<string, Lane<T>>()

  function start(key: string, work: () => Promise<T>): Promise<T> {
    const lane: Lane<T> = { current: work(), next: undefined }
    lanes.set(key, lane)
    const end = () => {
      if (lanes.get(key) === lane && lane.next === undefined) lanes.delete(key)
    }
    lane.current.then(end, end)
    return lane.current
  }

  return {
    run(key, work) {
      const lane = lanes.get(key)
      if (lane === undefined) return start(key, work)
      const begin = () => start(key, work)
      lane.next ??= lane.current.then(begin, begin)
      return lane.next
    },
  }
}
