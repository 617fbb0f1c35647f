// Certificates for 127.0.0.1, made by openssl for one run and signed by their own keys.
import { execFile } from 'node:child_process';
import { copyFile, readFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';

const execute = promisify(execFile);

/** Writes FOLDER/NAME.pem and NAME.key; gives their paths and the certificate itself. */
export async function makeCertificate(folder, name) {
  const certificate = path.join(folder, `${name}.pem`);
  const key = path.join(folder, `${name}.key`);
  await execute('openssl', [
    'req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2',
    '-subj', `/CN=${name}`, '-addext', 'subjectAltName=IP:127.0.0.1,DNS:localhost',
    '-keyout', key, '-out', certificate,
  ]);
  return { certificate, key, pem: await readFile(certificate, 'utf8') };
}

/** Puts `from` in the place of `to`, as a renewal does. */
export async function replaceCertificate(to, from) {
  await copyFile(from.certificate, to.certificate);
  await copyFile(from.key, to.key);
}
