/** What TLS found wrong, by the name that Node gives the error, and what to do. */
const REFUSALS: readonly (readonly [pattern: RegExp, why: string, whatToDo: string])[] = [
  [
    /^(?:DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_(?:VERIFY_LEAF_SIGNATURE|GET_ISSUER_CERT(?:_LOCALLY)?))$/,
    'the certificate of the broker is signed by an authority that is not known here',
    'Give the authority as tls.ca.',
  ],
  [
    /^CERT_(?:HAS_EXPIRED|NOT_YET_VALID)$/,
    'the certificate of the broker is not valid today',
    'Renew it, or correct the clock.',
  ],
  [
    /^ERR_TLS_CERT_ALTNAME_INVALID$/,
    'the certificate of the broker is for another host name',
    'Connect by a name it holds.',
  ],
  [
    /^ERR_SSL_(?:WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|RECORD_LAYER_FAILURE)$/,
    'this port does not speak TLS',
    'Take the port that does, or an address without TLS.',
  ],
  [
    /^ERR_SSL_.*(?:CERTIFICATE|UNKNOWN_CA|HANDSHAKE_FAILURE)/,
    'the broker did not accept the certificate of this client, or there was none',
    'Give one it trusts as tls.cert and tls.key.',
  ],
  [
    /^ERR_OSSL_|^ERR_SSL_.*(?:KEY|PEM)/,
    'tls.ca, tls.cert or tls.key is no PEM that can be read, or certificate and key do not belong together',
    'Check what is given here.',
  ],
  [/^ERR_(?:SSL|TLS)_/, 'the handshake failed', 'Compare the versions and ciphers that both sides allow.'],
]

/**
 * Why a TLS connection to a broker was not made, and what to do about it: words that follow "No TLS connection: ". `undefined` when an
 * error of that code is of another kind. Trying again does not help.
 */
export function tlsRefusal(code: string): string | undefined {
  const refusal = REFUSALS.find(([pattern]) => pattern.test(code))
  return refusal && `${refusal[1]} (${code}). ${refusal[2]}`
}
