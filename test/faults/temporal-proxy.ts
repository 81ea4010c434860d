/**
 * Stands between a worker and Temporal, and lets a test act at the very moment at which an activity passes a boundary.
 *
 * @module
 */
import {
  Client,
  Metadata,
  Server,
  ServerCredentials,
  credentials,
  type ServerUnaryCall,
  type ServiceDefinition,
  type UntypedServiceImplementation,
  type sendUnaryData,
} from '@grpc/grpc-js';
import proto from '@temporalio/proto';

const { workflowservice } = proto.temporal.api;
type PolledActivity = proto.temporal.api.workflowservice.v1.IPollActivityTaskQueueResponse;
type PolledWorkflow = proto.temporal.api.workflowservice.v1.IPollWorkflowTaskQueueResponse;

/** Boundaries of an activity at which a worker may die, as the server sees them. */
export const boundaries = [
  /** The server has scheduled it, and nobody has taken it. */
  'scheduled',
  /** The server has handed it to the worker, which never got it or did nothing. */
  'started',
  /** The worker has done it, and nobody was told. */
  'unreported',
  /** The server knows that it is done, and nobody goes on. */
  'completed',
] as const;

export type Boundary = (typeof boundaries)[number];

interface WorkflowName {
  readonly workflowId: string;
  /** Workflows of several types may run under one ID, one after the other. */
  readonly workflowType: string;
}

/** An activity of an operation, the same in every run of the same operation. */
export interface ActivityName extends WorkflowName {
  readonly activityId: string;
  readonly activityType: string;
}

export interface ProxyOptions {
  /** Temporal's address. */
  readonly target: string;
  /** Told when an activity is at a boundary; true once the worker has been killed there. */
  readonly atBoundary: (activity: ActivityName, boundary: Boundary) => Promise<boolean>;
  /** Told of each task that a worker gets, with the time at which the server had it ready, milliseconds since 1970. */
  readonly onTask: (due: number) => void;
}

export interface TemporalProxy {
  readonly address: string;
  close(): void;
}

const servicePath = '/temporal.api.workflowservice.v1.WorkflowService/';
const asIs = (bytes: Buffer): Buffer => bytes;
const unlimited = { 'grpc.max_receive_message_length': -1, 'grpc.max_send_message_length': -1 };

/** Starts the proxy on a free port. */
export async function startTemporalProxy(options: ProxyOptions): Promise<TemporalProxy> {
  const upstream = new Client(options.target, credentials.createInsecure(), unlimited);
  const passage = new Passage(upstream, options);
  // Typed as a class, it is the service's description.
  const description = workflowservice.v1.WorkflowService as unknown as { readonly methods: object };
  const methods = Object.keys(description.methods);
  const definition: ServiceDefinition = Object.fromEntries(
    methods.map((method) => [
      method,
      {
        path: `${servicePath}${method}`,
        requestStream: false,
        responseStream: false,
        requestSerialize: asIs,
        requestDeserialize: asIs,
        responseSerialize: asIs,
        responseDeserialize: asIs,
      },
    ]),
  );
  const handlers: UntypedServiceImplementation = Object.fromEntries(
    methods.map((method) => [
      method,
      (call: ServerUnaryCall<Buffer, Buffer>, answer: sendUnaryData<Buffer>) =>
        passage.pass(method, call, answer),
    ]),
  );
  const server = new Server(unlimited);
  server.addService(definition, handlers);
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    );
  });
  return {
    address: `127.0.0.1:${port}`,
    close() {
      server.forceShutdown();
      upstream.close();
    },
  };
}

class Passage {
  readonly #upstream: Client;
  readonly #options: ProxyOptions;
  /** Workflows and activities by their task tokens. */
  readonly #workflows = new Map<string, WorkflowName>();
  readonly #activities = new Map<string, ActivityName>();

  constructor(upstream: Client, options: ProxyOptions) {
    this.#upstream = upstream;
    this.#options = options;
  }

  pass(method: string, call: ServerUnaryCall<Buffer, Buffer>, answer: sendUnaryData<Buffer>): void {
    this.#pass(method, call).then(
      (response) => answer(null, response),
      (error: Error) => answer(error),
    );
  }

  async #pass(method: string, call: ServerUnaryCall<Buffer, Buffer>): Promise<Buffer> {
    const { request } = call;
    switch (method) {
      case 'RespondWorkflowTaskCompleted':
        await this.#beforeScheduling(request);
        return await this.#afterWorkflowTask(await this.#forward(method, call));
      case 'RespondActivityTaskCompleted':
        return await this.#report(method, call);
      case 'PollWorkflowTaskQueue': {
        const response = await this.#forward(method, call);
        this.#rememberWorkflow(workflowservice.v1.PollWorkflowTaskQueueResponse.decode(response));
        return response;
      }
      case 'PollActivityTaskQueue': {
        const response = await this.#forward(method, call);
        await this.#handOut(workflowservice.v1.PollActivityTaskQueueResponse.decode(response));
        return response;
      }
      default:
        return await this.#forward(method, call);
    }
  }

  /** A worker that dies takes its calls with it, as its broken connections would. */
  #forward(method: string, call: ServerUnaryCall<Buffer, Buffer>): Promise<Buffer> {
    return new Promise((resolve, reject) => {
      const sent = this.#upstream.makeUnaryRequest(
        `${servicePath}${method}`,
        asIs,
        asIs,
        call.request,
        passedOn(call.metadata),
        { deadline: call.getDeadline() },
        (error, response) => (error ? reject(error) : resolve(response ?? Buffer.alloc(0))),
      );
      // What the worker had sent before it died has reached the server.
      if (method.startsWith('Poll')) call.on('cancelled', () => sent.cancel());
    });
  }

  async #beforeScheduling(request: Buffer): Promise<void> {
    const { taskToken, commands } = workflowservice.v1.RespondWorkflowTaskCompletedRequest.decode(request);
    const workflow = this.#workflows.get(keyOf(taskToken)) ?? { workflowId: '', workflowType: '' };
    for (const { scheduleActivityTaskCommandAttributes: scheduled } of commands) {
      if (scheduled) await this.#options.atBoundary(activityName(workflow, scheduled), 'scheduled');
    }
  }

  /** The server may answer with the next tasks at once. */
  async #afterWorkflowTask(response: Buffer): Promise<Buffer> {
    const { workflowTask, activityTasks } =
      workflowservice.v1.RespondWorkflowTaskCompletedResponse.decode(response);
    if (workflowTask) this.#rememberWorkflow(workflowTask);
    for (const task of activityTasks) await this.#handOut(task);
    return response;
  }

  #rememberWorkflow(task: PolledWorkflow): void {
    const { taskToken } = task;
    if (!taskToken || taskToken.length === 0) return;
    this.#workflows.set(keyOf(taskToken), workflowName(task));
    this.#options.onTask(milliseconds(task.scheduledTime));
  }

  async #handOut(task: PolledActivity): Promise<void> {
    const { taskToken } = task;
    if (!taskToken || taskToken.length === 0) return;
    const activity = activityName(workflowName(task), task);
    this.#activities.set(keyOf(taskToken), activity);
    this.#options.onTask(milliseconds(task.currentAttemptScheduledTime));
    if (await this.#options.atBoundary(activity, 'started')) throw new Error('the worker has died');
  }

  async #report(method: string, call: ServerUnaryCall<Buffer, Buffer>): Promise<Buffer> {
    const { taskToken } = workflowservice.v1.RespondActivityTaskCompletedRequest.decode(call.request);
    const activity = this.#activities.get(keyOf(taskToken));
    if (activity && (await this.#options.atBoundary(activity, 'unreported')))
      throw new Error('the worker has died');
    if (activity) await this.#options.atBoundary(activity, 'completed');
    return await this.#forward(method, call);
  }
}

function workflowName({
  workflowExecution,
  workflowType,
}: Pick<PolledActivity, 'workflowExecution' | 'workflowType'>): WorkflowName {
  return { workflowId: workflowExecution?.workflowId ?? '', workflowType: workflowType?.name ?? '' };
}

/** The name of an activity of a workflow, as a task, a command or an event tells it. */
export function activityName(
  { workflowId, workflowType }: WorkflowName,
  { activityId, activityType }: Pick<PolledActivity, 'activityId' | 'activityType'>,
): ActivityName {
  return { workflowId, workflowType, activityId: activityId ?? '', activityType: activityType?.name ?? '' };
}

function keyOf(token: Uint8Array): string {
  return Buffer.from(token).toString('base64');
}

function passedOn(metadata: Metadata): Metadata {
  const kept = new Metadata();
  for (const [key, value] of Object.entries(metadata.getMap())) {
    if (!/^(:|grpc-|content-type$|user-agent$|te$|host$)/.test(key)) kept.set(key, value);
  }
  return kept;
}

function milliseconds(time: proto.google.protobuf.ITimestamp | null | undefined): number {
  return Number(time?.seconds ?? 0) * 1_000 + (time?.nanos ?? 0) / 1_000_000;
}
