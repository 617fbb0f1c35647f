/** One field of the request that the server refused. */
export interface FieldError {
  field: string;
  detail: string;
}

/** Refusals for a reason of the moment; any other will be the same the next time. */
const passing = new Set([
  'busy',
  'internal',
  'not_committed',
  'storage_failed',
  'timeout',
  'too_many_requests',
  'unavailable',
]);

export function passesByItself(code: string): boolean {
  return passing.has(code);
}

/** What of an order the shop cannot deliver now. */
export interface OutOfStockItem {
  product_id: string;
  name: string;
  requested: number;
  available: number;
}

/**
 * A refused or failed request. `code` is stable and for programs, `detail` is a sentence for
 * people; `body` is the whole problem document (RFC 9457) for what else a code brings. Status 0
 * with code `offline` means that no answer came: the request may or may not have been carried out.
 */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly fields: readonly FieldError[];
  readonly body: Readonly<Record<string, unknown>>;

  constructor(status: number, code: string, detail: string, body: Record<string, unknown> = {}) {
    super(detail);
    this.name = 'ApiError';
    this.status = status;
    this.code = code;
    this.detail = detail;
    this.body = body;
    this.fields = readFields(body['errors'] ?? body['fields']);
  }

  /** The items of an `out_of_stock` refusal; empty for any other. */
  get outOfStock(): readonly OutOfStockItem[] {
    const items = this.body['items'];
    return this.code === 'out_of_stock' && Array.isArray(items) ? (items as OutOfStockItem[]) : [];
  }

  /** Reads the problem document of an answer that is not a success. */
  static async from(response: Response): Promise<ApiError> {
    const body = (await response.json().catch(() => ({}))) as Record<string, unknown>;
    const code = typeof body['code'] === 'string' ? body['code'] : `http_${response.status}`;
    const detail =
      typeof body['detail'] === 'string'
        ? body['detail']
        : 'The server could not carry that out. Please try again.';
    return new ApiError(response.status, code, detail, body);
  }

  static offline(): ApiError {
    return new ApiError(
      0,
      'offline',
      'The server cannot be reached. Please try again in a moment.',
    );
  }
}

/** Field errors come as a list of {field, detail} or as an object of field → sentence. */
function readFields(value: unknown): readonly FieldError[] {
  if (Array.isArray(value)) {
    return value.flatMap((each: Record<string, unknown>) => {
      const detail = each['detail'] ?? each['message'];
      return typeof each['field'] === 'string' && typeof detail === 'string'
        ? [{ field: each['field'], detail }]
        : [];
    });
  }
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).map(([field, detail]) => ({ field, detail: String(detail) }));
}
