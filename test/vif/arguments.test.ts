import test from 'ava';
import { Plugger, vifConfig } from '../../src/vif/index.js';

/** Of a type that takes no switch, so that none is needed. */
const request = {
  vif: {
    id: 'dc065497-3c8d-4f44-8fb4-e1d33c16a536',
    type: 'bridge',
    address: 'fa:16:3e:4c:2c:30',
    network: { bridge: 'br0' },
  },
  instance: { uuid: '2a7e3c2a-0a35-4f0b-a3a4-5a3b41f1c5ee' },
};
const invalid = (message: RegExp) => ({ code: 'ERR_INVALID_ARGUMENT', message });

test('options that are not there or of another type, and lists that are none, are refused', async (t) => {
  const plugger = new Plugger();
  const typo = { replcae: true } as never;
  for (const call of ['plug', 'unplug'] as const) {
    const message = new RegExp(`^${call}: replcae is unknown: did you mean replace\\?$`);
    await t.throwsAsync(plugger[call](request, typo), invalid(message));
    await t.throwsAsync(plugger[call](request, { timeout: '5' as never }), invalid(/timeout must be .*, not "5"$/));
  }
  for (const call of ['plugMany', 'unplugMany'] as const) {
    await t.throwsAsync(
      plugger[call](request as never),
      invalid(new RegExp(`^${call}: the first argument must be a list, not an object$`)),
    );
    await t.throwsAsync(plugger[call]([request], typo), invalid(new RegExp(`^${call}: replcae`)));
  }
  await t.throwsAsync(plugger.plan('plug', request, { forec: true } as never), invalid(/^plan: .* mean force\?$/));
  await t.throwsAsync(plugger.config(request, { relaese: 'newton' } as never), invalid(/^config: .* mean release\?$/));
  await t.throwsAsync(vifConfig(request, { release: 'kilo' as never }), invalid(/'icehouse' or 'newton', not "kilo"$/));
  await t.throwsAsync(plugger.list({ bridge: ['br0'] } as never), invalid(/^list: .* mean bridges\?$/));
  for (const call of ['compare', 'reconcile'] as const) {
    await t.throwsAsync(plugger[call](request as never), invalid(/the first argument must be a list/));
    await t.throwsAsync(
      plugger[call]([], { bridges: 'br0' as never }),
      invalid(/bridges must be a list of strings, not "br0"$/),
    );
  }
  t.throws(() => new Plugger(undefined, { onwer: 'x' } as never), invalid(/^new Plugger: onwer .* owner\?$/));
});

test('a Plugger that was closed plugs no more', async (t) => {
  const plugger = new Plugger();
  await plugger.close();
  for (const call of [plugger.plug(request), plugger.unplug(request), plugger.reconcile([])]) {
    await t.throwsAsync(call, invalid(/^this Plugger was closed: make another$/));
  }
  const [outcome] = await plugger.plugMany([request]);
  t.is(outcome?.status, 'rejected');
  await plugger.close();
});
