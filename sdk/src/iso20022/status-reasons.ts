// Why a status is what it is, as pain.014 and camt.029 say it.
import { all, at, type FieldReader, given } from './field-reader.ts'
import type { FieldWriter } from './field-writer.ts'
import { element, type XmlElement } from './xml-element.ts'
import type { XmlNode } from './xml-reader.ts'

/** A reason: a code of ISO 20022, or the sender's own, and what was said beside it. */
export interface StatusReason {
  readonly code?: string
  readonly proprietary?: string
  /** At most 105 characters each. */
  readonly texts: readonly string[]
  /** Who decided. */
  readonly originator?: string
}

const MAX_TEXT = 105
const MAX_OWN_CODE = 35
const ISO_CODE = /^[A-Z0-9]{1,4}$/

/** Makes a reason of a code: one of ISO 20022 where it has the form of one, else the sender's own. */
export function reasonOf({
  code,
  text,
}: {
  readonly code: string
  readonly text?: string
}): StatusReason {
  const texts = text === undefined ? [] : [text]
  return ISO_CODE.test(code) ? { code, texts } : { proprietary: code, texts }
}

/** Writes reasons under `StsRsnInf`, or the name that the message has for them. */
export function statusReasons(
  write: FieldWriter,
  place: string,
  reasons: readonly StatusReason[],
  tag = 'StsRsnInf',
): XmlElement[] {
  return reasons.map(({ code, proprietary, texts, originator }, index) => {
    const own = `${place}/${index}`
    const reason =
      code === undefined
        ? proprietary && write.text('Prtry', `${own}/proprietary`, proprietary, MAX_OWN_CODE)
        : write.code('Cd', `${own}/code`, code)
    return element(tag, [
      originator === undefined
        ? undefined
        : element('Orgtr', [write.text('Nm', `${own}/originator`, originator, 70)]),
      reason ? element('Rsn', [reason]) : undefined,
      ...texts.map((text) => write.text('AddtlInf', `${own}/texts`, text, MAX_TEXT)),
    ])
  })
}

/** Reads all reasons of a status. */
export function readReasons(read: FieldReader, parent: XmlNode, tag: string): StatusReason[] {
  return all(parent, tag).map((node) => {
    const reason = read.maybe(node, 'Rsn')
    return {
      ...given({
        code: reason && read.maybeText(reason, 'Cd'),
        proprietary: reason && read.maybeText(reason, 'Prtry'),
        originator: at(node, 'Orgtr', 'Nm')?.text.trim(),
      }),
      texts: all(node, 'AddtlInf').map(({ text }) => text.trim()),
    }
  })
}
