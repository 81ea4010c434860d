/**
 * The schemas as editors read them.
 *
 * @module
 */
import { z } from 'zod';
import { componentSchema } from './component-schema.js';
import { imageSchema } from './image-schema.js';
import { stackSchema } from './stack-schema.js';

/** Text of every file in `schemas/`, by file name. */
export function renderJsonSchemas(): ReadonlyMap<string, string> {
  return new Map([
    ['component.schema.json', render(componentSchema)],
    ['image.schema.json', render(imageSchema)],
    ['stack.schema.json', render(stackSchema)],
  ]);
}

/** Draft 7, which editors' YAML support knows best; what people write, not what parsing makes of it. */
function render(schema: z.ZodType): string {
  return `${JSON.stringify(z.toJSONSchema(schema, { io: 'input', target: 'draft-7' }), null, 2)}\n`;
}
