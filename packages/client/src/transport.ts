/** The requests that the server answers. */
export interface Requests {
  join: { room: string; since?: string };
  leave: { room: string };
  auth: { token: string };
}

export interface TransportEvents {
  connected(): void;
  /**
   * The connection is gone. `ended` says that the server ended or refused it on purpose (the
   * session is over, say), so the transport does not come back by itself; `code` is why, if it was
   * told.
   */
  disconnected(ended: boolean, code?: string): void;
  /** `change`, `reset`, `left`, `expiring`, `error`. */
  message(type: string, body: unknown): void;
}

/**
 * One connection to the server that comes back by itself after a break. Messages arrive in order.
 */
export interface Transport {
  /** Starts; the events may come from now on. Calling it again while it runs does nothing. */
  connect(events: TransportEvents): void;
  /** Ends the connection and stays away until `connect`. Fires no event. */
  disconnect(): void;
  /** Resolves with the server's answer; rejects when the connection breaks or no answer comes. */
  request<T extends keyof Requests>(type: T, body: Requests[T]): Promise<unknown>;
}
