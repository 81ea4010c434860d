import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { componentCheck } from '../../../src/cli/commands/component-check.js';
import { type ComponentNewOptions, componentNew } from '../../../src/cli/commands/component-new.js';
import { ExitCode } from '../../../src/errors.js';
import { fake } from '../fake-platform.js';

const options: ComponentNewOptions = { into: 'mine', softwareVersion: '1.0.0', port: 8080, data: true };

describe('component new', () => {
  test.each([
    [{}, { kind: 'packages', packages: ['nginx-light'] }],
    [{ packages: 'postgresql, curl' }, { kind: 'packages', packages: ['postgresql', 'curl', 'nginx-light'] }],
    [
      { image: 'example.com:5000/a/b:1.2' },
      { kind: 'given', repository: 'example.com:5000/a/b', tag: '1.2' },
    ],
  ])('%j', async (more, image) => {
    const { context, calls } = fake();
    const result = await componentNew(context, 'queue', { ...options, ...more });
    const [call = ''] = calls;
    expect(call).toContain(`contract.create ${resolve('mine', 'queue')} `);
    expect(JSON.parse(call.slice(call.indexOf('{')))).toMatchObject({ name: 'queue', data: true, image });
    expect(result.exitCode).toBe(ExitCode.ok);
    expect(result.text).toContain('bigdata component check mine/queue');
    expect(result.text).toContain('components: { volumes: {}, queue: {} }');
  });

  test.each<[string, Partial<ComponentNewOptions>, string]>([
    ['Queue', {}, 'The name "Queue" must be lower-case'],
    ['kafka', {}, 'which comes with this program'],
    ['queue', { image: 'queue' }, 'no image with a tag that stays'],
    ['queue', { image: 'queue:latest' }, 'no image with a tag that stays'],
    ['queue', { packages: 'a b' }, '"a b" is no name of a Debian package'],
    ['queue', { packages: 'curl', image: 'a:1' }, 'exclude each other'],
    ['queue', { dockerfile: 'nowhere/Dockerfile' }, 'There is no file nowhere/Dockerfile'],
    ['queue', { summary: 'two\nlines' }, 'must be one line'],
  ])('refuses %s %j', async (name, more, message) => {
    const { context, calls } = fake();
    const making = componentNew(context, name, { ...options, ...more });
    await expect(making).rejects.toMatchObject({
      exitCode: ExitCode.usage,
      unchanged: 'Nothing was written',
    });
    await expect(making).rejects.toThrow(message);
    expect(calls).toEqual([]);
  });

  test('refuses a folder that is there', async () => {
    const { context } = fake();
    await expect(componentNew(context, 'cli', { ...options, into: 'src' })).rejects.toThrow(
      'There is something at',
    );
  });
});

describe('component check', () => {
  test('says that all rules are kept', async () => {
    const result = await componentCheck(fake().context, 'mine/queue');
    expect(result.exitCode).toBe(ExitCode.ok);
    expect(result.text).toMatch(/^queue keeps all \d+ rules/);
  });

  test('tells each mistake below its rule, with file, line and values', async () => {
    const why = 'Each container requests CPU.';
    const place = { file: 'chart/templates/set.yaml', line: 12 };
    const { context } = fake({
      findingsOfRules: [
        { rule: 'resources', why, message: 'StatefulSet/queue: main: requests no cpu', ...place },
        { rule: 'resources', why, message: 'Pod/x: y: requests no cpu', variant: 'profile standard' },
      ],
    });
    const result = await componentCheck(context, 'mine/queue');
    expect(result.exitCode).toBe(ExitCode.usage);
    expect(result.text).toContain(
      `resources: ${why}\n  mine/queue/chart/templates/set.yaml:12: StatefulSet/queue: main: requests no cpu\n  mine/queue: Pod/x: y: requests no cpu (profile standard)\n`,
    );
    expect(result.text).toMatch(/queue breaks 1 of \d+ rules .*Nothing was changed/);
    expect(result.document).toMatchObject({ component: 'queue', findings: [place, {}] });
  });
});
