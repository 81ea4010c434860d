import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { componentCheck } from '../../../src/cli/commands/component-check.js';
import { type ComponentNewOptions, componentNew } from '../../../src/cli/commands/component-new.js';
import { ExitCode } from '../../../src/errors.js';
import { fake } from '../fake-platform.js';

const options: ComponentNewOptions = { into: 'mine', yes: false };
const source = 'Where does its image come from?';

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
    ['queue', { softwareVersion: 'a b' }, 'The version, which is the tag of the image, "a b"'],
    ['queue', { into: 'package.json' }, 'package.json is not a folder'],
  ])('refuses %s %j', async (name, more, message) => {
    const { context, calls } = fake();
    const making = componentNew(context, name, { ...options, ...more });
    await expect(making).rejects.toMatchObject({
      exitCode: ExitCode.usage,
      unchanged: 'Nothing was written.',
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

async function made(
  answers: Readonly<Record<string, string>>,
  more: Partial<ComponentNewOptions> = {},
): Promise<unknown> {
  const { context, calls } = fake({ interactive: true, answers });
  await componentNew(context, 'queue', { ...options, ...more });
  const call = calls.find((each) => each.includes('{')) ?? '';
  return JSON.parse(call.slice(call.indexOf('{')));
}

describe('component new, asked at a terminal,', () => {
  const example = {
    name: 'queue',
    summary: 'The queue of this stack',
    version: '1.0.0',
    port: 8080,
    data: true,
    image: { kind: 'packages', packages: ['nginx-light'] },
  };

  test('is as answered', async () => {
    expect(await made({})).toEqual(example);
    const answers = {
      'What is it, in one line?': 'A queue',
      'Which version of its software?': '3',
      'On which port does it listen?': '5672',
      'Does it keep data?': 'no',
      [source]: 'image',
      'Which image?': 'example.com/queue:3',
    };
    const image = { kind: 'given', repository: 'example.com/queue', tag: '3' };
    const summary = 'A queue';
    expect(await made(answers)).toEqual({
      name: 'queue',
      summary,
      version: '3',
      port: 5672,
      data: false,
      image,
    });
  });

  test.each([
    [{ 'What is it, in one line?': 'a\nb' }, 'It must be one line'],
    [{ 'On which port does it listen?': '0' }, 'A port is a whole number from 1 to 65535.'],
    [{ 'Which packages?': 'a b' }, 'Write names of Debian packages'],
    [{ [source]: 'image', 'Which image?': 'queue' }, 'An image is REPOSITORY:TAG'],
  ])('refuses an answer: %j', async (answers, refusal) => {
    await expect(made(answers)).rejects.toThrow(refusal);
  });

  test('asks nothing of who says anything, or wants not to be asked', async () => {
    const answers = { 'Which version of its software?': '3' };
    expect(await made(answers, { data: false })).toEqual({ ...example, data: false });
    expect(await made(answers, { yes: true })).toEqual(example);
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
