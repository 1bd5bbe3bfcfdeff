/**
 * Debian packages unpacked into a folder: nothing is installed, no root needed, and the machine's own apt is left as it is.
 * The package lists are our own copy, because QEMU 10 (whose igb card has SR-IOV) is in backports on Debian 12.
 */
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf } from '../../src/base/errors.js';
import { VmUnavailableError } from './errors.js';
import { exec } from './exec.js';

const KEYRING = '/usr/share/keyrings/debian-archive-keyring.gpg';

/** `bookworm`; throws `VmUnavailableError` where there is no Debian or it isn't amd64. */
export async function debianCodename(): Promise<string> {
  const release = await readFile('/etc/os-release', 'utf8').catch(() => '');
  const codename = /^VERSION_CODENAME=(\w+)$/m.exec(release)?.[1];
  if (!/^ID=debian$/m.test(release) || !codename) throw new VmUnavailableError('this machine does not run Debian');
  if (process.arch !== 'x64') throw new VmUnavailableError(`the guest is amd64, this machine is ${process.arch}`);
  return codename;
}

export class Apt {
  readonly #options: readonly string[];
  readonly #archives: string;
  readonly #codename: string;

  private constructor(dir: string, codename: string) {
    this.#codename = codename;
    this.#archives = join(dir, 'archives');
    this.#options = [
      `Dir::Etc::SourceList=${join(dir, 'sources.list')}`,
      'Dir::Etc::SourceParts=-',
      `Dir::State::Lists=${join(dir, 'lists')}`,
      `Dir::Cache::Archives=${this.#archives}`,
      'Dir::Cache::pkgcache=',
      'Dir::Cache::srcpkgcache=',
      'Debug::NoLocking=1', // dpkg's own lock is another's and needs root; we only read its status
      'APT::Sandbox::User=root', // otherwise _apt, who may not write here
      'Acquire::Retries=2',
    ].flatMap((option) => ['-o', option]);
  }

  /** Fetches the package lists (10 MB) into `dir`. Throws `VmUnavailableError` when the mirror can't be reached. */
  static async open(dir: string): Promise<Apt> {
    const codename = await debianCodename();
    if (!existsSync(KEYRING)) throw new VmUnavailableError(`${KEYRING} is missing: install debian-archive-keyring`);
    const mirror = process.env.OVSKIT_DEBIAN_MIRROR ?? 'http://deb.debian.org';
    const suites = [
      `debian ${codename}`,
      `debian-security ${codename}-security`,
      ...(codename === 'bookworm' ? [`debian ${codename}-backports`] : []),
    ];
    await mkdir(join(dir, 'lists', 'partial'), { recursive: true });
    await mkdir(join(dir, 'archives', 'partial'), { recursive: true });
    await writeFile(
      join(dir, 'sources.list'),
      suites.map((suite) => `deb [signed-by=${KEYRING}] ${mirror}/${suite} main\n`).join(''),
    );
    const apt = new Apt(dir, codename);
    try {
      await exec('apt-get', [...apt.#options, '-o', 'APT::Update::Error-Mode=any', 'update'], {
        label: 'apt-get update',
      });
    } catch (error) {
      throw new VmUnavailableError(`no Debian packages: ${messageOf(error)}`, { cause: error });
    }
    return apt;
  }

  /** The package that a metapackage stands for now: `linux-image-amd64` is `linux-image-6.1.0-53-amd64`. */
  async resolve(metapackage: string): Promise<string> {
    const text = (await exec('apt-cache', [...this.#options, 'depends', metapackage])).toString();
    const name = /Depends: (\S+)/.exec(text)?.[1];
    if (!name) throw new VmUnavailableError(`Debian ${this.#codename} has no ${metapackage}`);
    return name;
  }

  /** Unpacks just these packages into `dir`. */
  async unpack(packages: readonly string[], dir: string): Promise<void> {
    for (const deb of await this.download(packages, join(dir, '.deb'))) await exec('dpkg-deb', ['-x', deb, dir]);
    await exec('rm', ['-rf', join(dir, '.deb')]);
  }

  /** Fetches just these packages; the paths of their .deb files. */
  async download(packages: readonly string[], dir: string): Promise<string[]> {
    await mkdir(dir, { recursive: true });
    await exec('apt-get', [...this.#options, '-qq', 'download', ...packages], {
      cwd: dir,
      label: `apt-get download ${packages.join(' ')}`,
    });
    return (await readdir(dir)).map((file) => join(dir, file));
  }

  /** Unpacks these packages and all that they depend on and this machine lacks, newest suite first, into `dir`. */
  async unpackWithDependencies(packages: readonly string[], dir: string): Promise<void> {
    const suite = this.#codename === 'bookworm' ? ['-t', 'bookworm-backports'] : [];
    const how = ['-qq', '--yes', '--no-install-recommends', '--download-only', 'install'];
    await exec('apt-get', [...this.#options, ...how, ...suite, ...packages], {
      label: `apt-get install --download-only ${packages.join(' ')}`,
    });
    for (const file of await readdir(this.#archives)) {
      if (file.endsWith('.deb')) await exec('dpkg-deb', ['-x', join(this.#archives, file), dir]);
    }
    await exec('apt-get', [...this.#options, 'clean']);
  }
}
