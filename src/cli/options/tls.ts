import type { TlsOptions } from '../../ovsdb/index.js';

/** The options of ovs-vsctl(8) for `ssl:` remotes, for {@link parseArguments}. */
export const tlsArguments = {
  'private-key': { type: 'string', short: 'p' },
  certificate: { type: 'string', short: 'c' },
  'ca-cert': { type: 'string', short: 'C' },
  'bootstrap-ca-cert': { type: 'string' },
} as const;

export const tlsHelp =
  '-p, --private-key FILE   -c, --certificate FILE   -C, --ca-cert FILE   --bootstrap-ca-cert FILE';

/** What they say. */
export function tlsOptions(values: { readonly [name in keyof typeof tlsArguments]?: string | undefined }): TlsOptions {
  return {
    privateKey: values['private-key'],
    certificate: values.certificate,
    caCert: values['ca-cert'],
    bootstrapCaCert: values['bootstrap-ca-cert'],
  };
}
