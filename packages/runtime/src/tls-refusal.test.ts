import { expect, it } from 'vitest'
import { tlsRefusal } from './tls-refusal.ts'

it.each([
  ['SELF_SIGNED_CERT_IN_CHAIN', 'tls.ca'],
  ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'tls.ca'],
  ['CERT_HAS_EXPIRED', 'Renew'],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'another host name'],
  ['ERR_SSL_WRONG_VERSION_NUMBER', 'does not speak TLS'],
  ['ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED', 'tls.cert'],
  ['ERR_SSL_SSL/TLS_ALERT_BAD_CERTIFICATE', 'tls.cert'],
  ['ERR_OSSL_PEM_NO_START_LINE', 'PEM'],
  ['ERR_SSL_NO_SHARED_CIPHER', 'ciphers'],
])('says what to do about %s: %s', (code, words) => {
  expect(tlsRefusal(code)).toContain(words)
  expect(tlsRefusal(code)).toContain(code)
})

it.each(['ECONNREFUSED', 'ECONNRESET', 'EPROTO'])('leaves %s to others, for it may pass', (code) => {
  expect(tlsRefusal(code)).toBeUndefined()
})
