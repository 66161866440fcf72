// Trains beside the server: seconds of arithmetic, in a thread of its own with bounded memory.
import { Worker } from 'node:worker_threads'
import type { LearningModel } from './domain/learning/learning-model.ts'
import type { Train } from './use-cases/train-creditor-model.ts'

const MOST_MEGABYTES = 512

/** Rejects when the thread fails, or runs out of memory. A server that stops does not wait for it. */
export const trainInThread: Train = async (training) => {
  const { promise, resolve, reject } = Promise.withResolvers<LearningModel>()
  const thread = new Worker(new URL('./training-thread.ts', import.meta.url), {
    workerData: training,
    resourceLimits: { maxOldGenerationSizeMb: MOST_MEGABYTES },
  })
  thread.unref()
  thread.once('message', resolve)
  thread.once('error', reject)
  thread.once('exit', () => reject(new Error('the training thread ended without a model')))
  return await promise
}
