import { boolean, optionsCheck, text } from '../../base/options.js';
import type { Draft } from '../draft/index.js';
import { rootOf } from './bridges.js';

/** The files of the switch's SSL connections. */
export interface SslFiles {
  readonly privateKey: string;
  readonly certificate: string;
  readonly caCertificate: string;
  /** Takes the CA certificate from the first peer where the file is missing. */
  readonly bootstrap: boolean;
}

export const checkSsl = optionsCheck<SslFiles>({
  privateKey: text,
  certificate: text,
  caCertificate: text,
  bootstrap: boolean,
});

/** Equivalent to `ovs-vsctl get-ssl`. */
export function getSsl(draft: Draft): SslFiles | undefined {
  const uuid = draft.get(rootOf(draft), 'ssl') as string | null;
  if (uuid === null) return undefined;
  const row = { table: 'SSL', uuid };
  return {
    privateKey: draft.get(row, 'private_key') as string,
    certificate: draft.get(row, 'certificate') as string,
    caCertificate: draft.get(row, 'ca_cert') as string,
    bootstrap: draft.get(row, 'bootstrap_ca_cert') as boolean,
  };
}

/** Equivalent to `ovs-vsctl [--bootstrap] set-ssl`, and without files to `del-ssl`. */
export function setSsl(draft: Draft, files: SslFiles | undefined): void {
  const root = rootOf(draft);
  const uuid = draft.get(root, 'ssl') as string | null;
  if (uuid !== null) draft.drop({ table: 'SSL', uuid });
  else if (!files) return;
  const row =
    files &&
    draft.insert('SSL', {
      private_key: files.privateKey,
      certificate: files.certificate,
      ca_cert: files.caCertificate,
      bootstrap_ca_cert: files.bootstrap,
    });
  draft.set(root, 'ssl', row?.uuid ?? null);
}
