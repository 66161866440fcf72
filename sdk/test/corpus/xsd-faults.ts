// What the schemas of ISO 20022 in the corpus say against a message.
import { XmlDocument, XsdValidator } from 'libxml2-wasm'
import { readCorpus } from './corpus-files.ts'

/** The faults of a message under a schema such as `pain.013.001.07`; none when it is valid. */
export function xsdFaults(schemaName: string, text: string): string[] {
  using schema = XmlDocument.fromBuffer(readCorpus(`iso20022/xsd/${schemaName}.xsd`))
  using validator = XsdValidator.fromDoc(schema)
  using document = XmlDocument.fromString(text)
  try {
    validator.validate(document)
    return []
  } catch (error) {
    return [String(error)]
  }
}
