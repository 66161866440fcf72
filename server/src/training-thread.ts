// The inside of the training thread: one training comes in, the model goes out.
import { parentPort, workerData } from 'node:worker_threads'
import { type Training, trainModel } from './domain/learning/train-model.ts'

parentPort?.postMessage(trainModel(workerData as Training))
