import test from 'ava';
import { linkExists } from '../../src/netdev/index.js';
import { ROUTES } from '../../src/serve/index.js';
import { needsRoot } from '../support/root.js';
import { output } from '../support/run.js';
import { inSandbox } from '../support/sandbox.js';
import { request } from '../vif/request.js';
import { conformingAsk, document, load, resolve } from './document.js';
import { HttpClient, withService } from './support.js';

const rootTest = needsRoot(test).serial;

test('share/openapi.json is OpenAPI, and has just the routes that there are', async (t) => {
  const { Validator } = await load('@seriousme/openapi-schema-validator');
  const result = await (new Validator!() as { validate(it: object): Promise<object> }).validate(
    structuredClone(document),
  );
  t.like(result, { valid: true }, JSON.stringify(result));
  const documented = Object.entries<object>(document.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  );
  const there = Object.entries(ROUTES).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method} ${path}`),
  );
  t.deepEqual(documented.sort(), there.sort());
});

test('the document has just the options that each call takes', (t) => {
  for (const [path, methods] of Object.entries(ROUTES)) {
    for (const [method, { query }] of Object.entries(methods)) {
      const where = ['paths', path, method.toLowerCase()];
      const { parameters = [] } = resolve(...where).found as { parameters?: object[] };
      const named = parameters.map((_, index) => resolve(...where, 'parameters', String(index)).found.name as string);
      t.deepEqual(named.sort(), Object.keys(query).sort(), `${method} ${path}`);
    }
  }
});

rootTest('plug, list, unplug, health and metrics answer as the document says', async (t) => {
  const { client, sandbox, ovs, errors } = await withService(t);
  const ask = await conformingAsk(t, client);
  const vsctl = (...args: string[]) => output('ovs-vsctl', args, inSandbox(sandbox));

  const plugged = await ask('POST', '/plug', request(1, { mtu: 1400 }));
  t.is(plugged.status, 200);
  const ofport = Number(await vsctl('get', 'Interface', 'tap1', 'ofport'));
  t.deepEqual(plugged.json, { name: 'tap1', bridge: 'br-int', ofport, changed: true, warnings: [] });
  t.true(linkExists('tap1'));
  t.false((await ask('POST', '/plug', request(1))).json.changed);
  await vsctl('add-port', 'br-int', 'other', '--', 'set', 'interface', 'other', 'type=internal');
  t.deepEqual((await ask('GET', '/vifs')).json, {
    vifs: [
      {
        uuid: await vsctl('get', 'Port', 'tap1', '_uuid'),
        name: 'tap1',
        bridge: 'br-int',
        interfaceId: request(1).vif.id,
        address: request(1).vif.address,
        instance: request(1).instance.uuid,
        ofport,
        error: null,
        device: 'up',
        stale: null,
      },
    ],
  });
  t.is((await ask('GET', '/vifs?bridge=br-int')).json.vifs.length, 1);
  const none = { code: 'ERR_VSWITCH_NO_BRIDGE', message: 'no bridge named br-ex' };
  for (const [method, path] of [
    ['GET', '/vifs?bridge=br-ex'],
    ['POST', '/reconcile?bridge=br-ex'],
  ] as const) {
    const refused = await ask(method, path, method === 'GET' ? undefined : []);
    t.deepEqual([refused.status, refused.json.error], [409, none]);
  }
  const cfg = Number(await vsctl('get', 'Open_vSwitch', '.', 'cur_cfg'));
  t.deepEqual((await ask('GET', '/health')).json, {
    status: 'ok',
    database: { state: 'ready', remote: sandbox.remote },
    switch: { version: null, nextCfg: cfg, curCfg: cfg },
  });
  t.regex((await ask('GET', '/metrics')).text, /^ovskit_plug_duration_seconds_count\{.*direction="plug".*\} 2$/m);
  t.deepEqual((await ask('POST', '/unplug', request(1))).json, {
    name: 'tap1',
    bridge: 'br-int',
    changed: true,
    warnings: [],
  });
  t.false(linkExists('tap1'));
  t.deepEqual((await ask('GET', '/vifs')).json, { vifs: [] });

  const linux = {
    ...request(4).vif,
    type: 'bridge',
    network: { bridge: 'lnx0', meta: { should_create_bridge: true } },
  };
  const portless = await ask('POST', '/plug', { ...request(4), vif: linux });
  t.deepEqual([portless.status, portless.json.bridge, portless.json.ofport], [200, 'lnx0', undefined], portless.text);
  t.is((await ask('POST', '/unplug', { ...request(4), vif: linux })).status, 200);

  const noBridge = await ask('POST', '/plug', request(2, { bridge: 'br-none' }));
  t.is(noBridge.status, 409);
  t.is(noBridge.json.error.code, 'ERR_VSWITCH_NO_BRIDGE');
  // No request is wrong in itself that a kind of device alone can't have.
  const tooLong = await ask('POST', '/plug', request(2, { mtu: 65_535 }));
  t.deepEqual([tooLong.status, tooLong.json.error.code], [409, 'ERR_NETDEV'], tooLong.text);
  t.deepEqual(errors, []);
  const unknown = await ask('POST', '/plug', { ...request(3), vif: { ...request(3).vif, type: 'nonesuch' } });
  t.is(unknown.status, 400);

  await sandbox.ovsdbServer.kill();
  while (ovs.client.state === 'ready') await new Promise((resolve) => ovs.client.onState(resolve));
  const ill = await ask('GET', '/health');
  t.is(ill.status, 503);
  t.is(ill.json.status, 'unavailable');
});

rootTest('what can not be meant is refused, the field or the way named, and the service goes on', async (t) => {
  const { client, errors } = await withService(t);
  const ask = await conformingAsk(t, client);
  const refused = async (body: unknown, headers: Record<string, string> = {}, path = '/plug') => {
    const reply = await ask('POST', path, body, headers);
    return [reply.status, reply.json.error.code, reply.json.error.message];
  };
  const { vif, instance } = request(1);
  const field = { vif: { ...vif, address: 'xx' }, instance };
  t.deepEqual(await refused(field), [
    400,
    'ERR_INVALID_ARGUMENT',
    'request: vif.address must be a MAC address, such as 52:54:00:12:34:56, not "xx"',
  ]);
  t.is((await refused({ vif }))[2], 'request: instance is missing');
  t.regex((await refused('{"vif":'))[2], /^the body is not JSON: /);
  t.regex((await refused(''))[2], /^the body is not JSON: /);
  t.regex((await refused(Buffer.from([0x22, 0xff, 0x22])))[2], /^the body is not JSON: /);
  t.is((await refused('['.repeat(100_000)))[0], 400);
  t.is((await refused([]))[0], 400);
  t.is((await refused('{"__proto__":{"vif":1},"constructor":1}'))[0], 400);
  t.deepEqual(await refused(request(1), { 'content-type': 'text/plain' }), [
    415,
    'ERR_SERVE_MEDIA_TYPE',
    'the body must be application/json, uncompressed, not text/plain',
  ]);
  t.is((await refused(request(1), { 'content-encoding': 'gzip' }))[0], 415);
  t.is((await refused('x'.repeat(300_000)))[0], 413);
  const query = async (path: string, body: unknown = request(1)) => {
    const [status, code, message] = await refused(body, {}, path);
    t.deepEqual([status, code], [400, 'ERR_INVALID_ARGUMENT'], path);
    return message;
  };
  t.is(
    await query('/plug?forse=1'),
    'query: "forse" is unknown; known are release, force, replace, bestEffort, timeout, dryRun',
  );
  t.is(await query('/plug?__proto__=1'), (await query('/plug?forse')).replace('forse', '__proto__'));
  t.is(await query('/plug?force=yes'), 'query: force must be true or false, not "yes"');
  t.is(await query('/unplug?force&force'), 'query: force is given 2 times');
  t.is(await query('/plug?release=ocata'), 'query: release must be icehouse or newton, not "ocata"');
  for (const odd of ['0', '-1', '1e3', '', '3600001', '99999999']) {
    t.regex(
      await query(`/plug?timeout=${odd}`),
      /^query: timeout must be a whole number of milliseconds, 1 to 3600000/,
    );
  }
  t.is(await query('/reconcile?bridge=', [request(1)]), 'query: bridge must not be empty');
  t.regex(
    await query('/reconcile', []),
    /^there is no request in the list to say which bridges .* \?bridge=NAME does$/,
  );
  t.is(await query('/plug-many', []), 'there is no request in the list');
  t.is(await query('/plug', { reqests: [request(1)] }), 'reqests is unknown: did you mean requests?');
  t.is(await query('/plug-many', { reqests: [request(1)] }), 'reqests is unknown: did you mean requests?');
  t.regex(await query('/plug-many', request(1)), /^the body must be a list of requests/);
  for (const list of [[], [request(1)], { requests: [request(1)] }]) {
    t.is(await query('/plug', list), 'the body must be one request; /plug-many takes a list');
    t.is(await query('/unplug', list), 'the body must be one request; /unplug-many takes a list');
  }
  t.regex(await query('/plug-many', 'null'), /^the body must be a list of requests/);
  t.regex(await query('/unplug-many', [request(1), field]), /^request 2: vif\.address must be a MAC address/);
  t.is(await query('/plug-many', [request(1), request(2), request(1)]), 'requests 1 and 3 both name device tap1');
  t.is(await query('/reconcile', { requests: [request(1), request(1)] }), 'requests 1 and 2 both name device tap1');
  t.regex(await query('/reconcile?bridge=br-ex', [request(1)]), /tap1 is desired on br-int, which is none of/);
  const elsewhere = { ...request(1), host: {} };
  t.regex(await query('/reconcile', [elsewhere]), /^host is of another machine/);
  t.regex(await query('/plug', elsewhere), /^host is of another machine/);

  const nowhere = await client.get('/nonesuch?x=1');
  t.is(nowhere.status, 404);
  t.is(
    nowhere.json.error.message,
    'there is no /nonesuch; there are /plug, /unplug, /plug-many, /unplug-many, /reconcile, /vifs, /health, /metrics',
  );
  t.is((await client.get('/__proto__')).status, 404);
  const method = await client.get('/plug');
  t.is(method.status, 405);
  t.is(method.headers.allow, 'POST');
  t.is((await client.ask('DELETE', '/vifs')).status, 405);
  t.is((await client.get('/health?x')).json.error.message, 'query: "x" is unknown; there are none here');
  t.deepEqual(errors, []);
});

rootTest('200 clients at once: each gets its own answer', async (t) => {
  const { client, socket, ovs, service } = await withService(t);
  const clients = Array.from({ length: 200 }, () => new HttpClient(socket));
  t.teardown(() => {
    for (const each of clients) each.close();
  });
  // Every tenth asks for a bridge that is not there.
  const replies = await Promise.all(
    clients.map((each, n) => each.post('/plug', request(n, n % 10 === 3 ? { bridge: 'br-none' } : {}))),
  );
  replies.forEach(({ status, json }, n) => {
    if (n % 10 === 3) t.deepEqual([status, json.error.code], [409, 'ERR_VSWITCH_NO_BRIDGE']);
    else t.deepEqual([status, json.name, json.ofport], [200, `tap${n}`, ovs.tables.interface(`tap${n}`)?.ofport]);
  });
  t.is((await client.get('/vifs')).json.vifs.length, 180);
  const gone = await Promise.all(clients.map((each, n) => each.post('/unplug', request(n))));
  t.is(gone.filter(({ json }) => json.changed).length, 180);
  t.is((await client.get('/vifs')).json.vifs.length, 0);
  t.is(service.inFlight, 0);
});
