// A log that keeps what was said, for tests of work without a request.
import type { JobLog } from '../../src/jobs/job-log.ts'

export interface RecordingLog extends JobLog {
  lines: { level: 'info' | 'warn' | 'error'; facts: object; message: string }[]
}

export function recordingLog(): RecordingLog {
  const lines: RecordingLog['lines'] = []
  const say = (level: 'info' | 'warn' | 'error') => (facts: object, message: string) => {
    lines.push({ level, facts, message })
  }
  return { lines, info: say('info'), warn: say('warn'), error: say('error') }
}
